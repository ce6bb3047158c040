package import Components
public import Inputs

/// A text, or a number kept as it was written.
public struct ScalarText: Codable, Hashable, Sendable {
  /// The text.
  public let text: String

  /// Takes a scalar as it stands.
  public init(from decoder: any Decoder) throws {
    let raw = try RawNode(from: decoder)
    guard case .scalar(let scalar) = raw.node.content else {
      throw SpecError("", "expected a single value")
    }
    text = scalar.text
  }

  /// Writes the text, in quotes where it would be a number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

extension ScalarText: SchemaDescribed {
  package static var schemaNode: SchemaNode { .anyOf([.string, .number]) }
  package static var schemaExample: ScalarText { ScalarText(text: "1") }

  private init(text: String) { self.text = text }
}

extension RawNode: SchemaDescribed {
  package static var schemaNode: SchemaNode {
    .anyOf([.string, .number, .boolean, .array(.anyOf([.string, .number, .array(.number)]))])
  }
  package static var schemaExample: RawNode {
    RawNode(
      node: YAMLNode(text: "1", at: SourceLocation(file: "", line: 1, column: 1)), path: "")
  }
}
