/// Decodes values from YAML, refusing keys that nothing asked for.
///
/// Swift names become snake case in the file: `kernelsPerBlock` is read from `kernels_per_block`.
/// A key type that takes any name, such as a dictionary's, is used unchanged.
public struct StrictDecoder {
  private let placeholders: (any PlaceholderSource.Type)?

  /// Makes a decoder; with `placeholders` it goes on past values that are wrong, to say them all.
  public init(placeholders: (any PlaceholderSource.Type)? = nil) {
    self.placeholders = placeholders
  }

  /// Decodes a value of `type` from `node`, which stands at `path` in its document.
  ///
  /// Throws one error that says everything that is wrong.
  public func decode<T: Decodable>(
    _ type: T.Type, from node: YAMLNode, path: String = ""
  ) throws(InputError) -> T {
    let faults = FaultList(placeholders: placeholders)
    let value = decode(type, from: node, path: path, faults: faults)
    try faults.finish()
    // A value that is not there has left an error.
    guard let value else { throw InputError("cannot be read", at: node.location, path: path) }
    return value
  }

  /// Decodes a value of `type` and adds everything that is wrong to `faults`.
  ///
  /// Gives a value with placeholders for what is wrong, nil where none can be made.
  public func decode<T: Decodable>(
    _ type: T.Type, from node: YAMLNode, path: String = "", faults: FaultList
  ) -> T? {
    let place = NodePlace(node: node, path: path, codingPath: [], faults: faults)
    do throws(InputError) {
      return try ValueDecoding.decode(type, at: place)
    } catch {
      return faults.placeholder(for: error, at: path, type)
    }
  }
}
