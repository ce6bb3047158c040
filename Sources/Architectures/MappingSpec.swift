public import Components
public import Inputs

/// How the layers of a design are cut for its buffers: a rule and the parameters beside it, undecoded
/// until the registry of mapping rules asks.
public struct MappingSpec: Codable, Hashable, Sendable {
  /// The rule that the file names.
  public let rule: String
  /// Where it names it.
  public let location: SourceLocation
  /// The rule as a kind, with its parameters.
  public let choice: Choice

  private enum CodingKeys: String, CodingKey { case rule }

  /// Takes the mapping apart into its rule and its parameters.
  public init(from decoder: any Decoder) throws {
    let raw = try RawNode(from: decoder)
    rule = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .rule)
    guard case .mapping(let entries) = raw.node.content else {
      throw SpecError("", "expected a mapping with a `rule`")
    }
    location = entries.first { $0.key == "rule" }?.value.location ?? raw.node.location
    choice = Choice(
      kind: rule,
      parameters: YAMLNode(
        content: .mapping(entries.filter { $0.key != "rule" }), location: raw.node.location),
      path: raw.path)
  }

  /// The rule and the parameters of `choice`.
  public init(_ choice: Choice) {
    rule = choice.kind
    self.choice = choice
    location = choice.parameters.location
  }

  /// Writes the rule and its parameters.
  public func encode(to encoder: any Encoder) throws {
    try RawNode(node: choice.node(naming: "rule"), path: choice.path).encode(to: encoder)
  }

  private init(rule: String) {
    self.rule = rule
    choice = Choice(kind: rule)
    location = choice.parameters.location
  }
}

extension MappingSpec: SchemaDescribed {
  /// A rule; what stands beside it is the registry's.
  package static var schemaNode: SchemaNode {
    .object([
      SchemaProperty(
        name: "rule", node: .string, isRequired: true,
        note: KeyNote("rule", "How layers are cut; the keys beside it are the rule's own"))
    ])
  }
  package static var schemaExample: MappingSpec { MappingSpec(rule: "") }
}
