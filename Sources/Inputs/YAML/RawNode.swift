/// A value left undecoded, for parts whose type is chosen later.
public struct RawNode: Codable, Sendable, Hashable {
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

  /// Writes the value as it was parsed.
  public func encode(to encoder: any Encoder) throws {
    guard let slot = encoder as? EncodedSlot else {
      throw EncodingError.invalidValue(
        self,
        EncodingError.Context(
          codingPath: encoder.codingPath,
          debugDescription: "an undecoded value can only be written as YAML"))
    }
    slot.content = slot.content(of: node)
  }
}

extension EncodedSlot {
  /// What a parsed value is when it is written again.
  fileprivate func content(of node: YAMLNode) -> Content {
    switch node.content {
    case .scalar(let scalar):
      switch CoreSchema(scalar) {
      case .text: .text(scalar.text)
      case .null: .scalar("null")
      default: .scalar(scalar.text)
      }
    case .sequence(let items): .sequence(items.map { slot(of: $0) })
    case .mapping(let entries): .mapping(entries.map { ($0.key, slot(of: $0.value)) })
    }
  }

  private func slot(of node: YAMLNode) -> EncodedSlot {
    let slot = EncodedSlot(codingPath: codingPath)
    slot.content = content(of: node)
    return slot
  }
}
