/// Decodes values from YAML, refusing keys that nothing asked for.
///
/// Swift names become snake case in the file: `kernelsPerBlock` is read from `kernels_per_block`.
/// A key type that takes any name, such as a dictionary's, is used unchanged.
public struct StrictDecoder {
  /// Makes a decoder.
  public init() {}

  /// Decodes a value of `type` from `node`, which stands at `path` in its document.
  public func decode<T: Decodable>(
    _ type: T.Type, from node: YAMLNode, path: String = ""
  ) throws(InputError) -> T {
    try ValueDecoding.decode(type, at: NodePlace(node: node, path: path, codingPath: []))
  }
}
