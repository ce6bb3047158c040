internal import Inputs

extension JSONValue {
  /// What `value` is as JSON: members in snake case, those without a value left out, numbers that are
  /// not finite as `null`.
  package init<Value: Encodable>(encoding value: Value) throws {
    self.init(try YAMLEncoder.tree(of: value))
  }
}

extension JSONValue: Codable {
  /// Takes the value as it is.
  public init(from decoder: any Decoder) throws { self.init(try RawNode(from: decoder).node) }

  /// Writes the value as it is.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members): try members.encode(to: encoder)
    case .array(let items): try items.encode(to: encoder)
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value) where value.isFinite: try container.encode(value)
      case .string(let value): try container.encode(value)
      default: try container.encodeNil()
      }
    }
  }

  private init(_ node: YAMLNode) {
    switch node.content {
    case .sequence(let items): self = .array(items.map { JSONValue($0) })
    case .mapping(let entries):
      self = .object(
        Dictionary(entries.map { ($0.key, JSONValue($0.value)) }) { first, _ in first })
    case .scalar(let scalar):
      self = scalar.isPlain ? JSONValue(word: scalar.text) : .string(scalar.text)
    }
  }

  /// A number, `true`, `false` or `null` as it is written.
  private init(word: String) {
    switch word {
    case "null": self = .null
    case "true": self = .bool(true)
    case "false": self = .bool(false)
    default: self = Int(word).map { .integer($0) } ?? .number(Double(word) ?? .nan)
    }
  }
}
