/// A value left undecoded, for parts whose type is chosen later.
public struct RawNode: Decodable, Sendable, Hashable {
  /// The value as parsed.
  public var node: YAMLNode
  /// Where the value stands in its document, such as `memory.buffers[2]`.
  public var path: String

  /// Makes an undecoded value.
  public init(node: YAMLNode, path: String) {
    self.node = node
    self.path = path
  }

  /// Takes the value that `decoder` stands at; none of its keys counts as unknown.
  public init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? NodeDecoder else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "an undecoded value can only be taken from YAML"))
    }
    decoder.keys.isExempt = true
    self.init(node: decoder.place.node, path: decoder.place.path)
  }
}
