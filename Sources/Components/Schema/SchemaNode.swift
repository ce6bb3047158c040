public import Units

/// The shape of a value in a specification file.
public indirect enum SchemaNode: Hashable, Sendable {
  /// A mapping; no other keys are accepted.
  case object([SchemaProperty])
  /// A list of equal values.
  case array(SchemaNode)
  /// A text of any content.
  case string
  /// A number with a unit, or one of some words.
  case quantity(units: [String], words: [String], example: String)
  /// One of some words.
  case words([String])
  /// A whole number.
  case integer
  /// A number.
  case number
  /// `true` or `false`.
  case boolean
  /// A value that has one of several shapes.
  case anyOf([SchemaNode])
  /// A mapping of any keys to values of one shape.
  case map(SchemaNode)
  /// A text of one form, a regular expression.
  case pattern(String)
  /// Any value.
  case any
  /// `null`.
  case null
  /// A mapping with a `kind` whose other keys depend on it; a registry fills this in.
  case choice

  /// The same shape with every `choice` replaced by the members of a family.
  public func filling(choices members: [SchemaNode]) -> SchemaNode {
    switch self {
    case .choice: .anyOf(members)
    case .array(let element): .array(element.filling(choices: members))
    case .map(let element): .map(element.filling(choices: members))
    case .anyOf(let nodes): .anyOf(nodes.map { $0.filling(choices: members) })
    case .object(let properties):
      .object(
        properties.map {
          SchemaProperty(
            name: $0.name, node: $0.node.filling(choices: members), isRequired: $0.isRequired,
            note: $0.note)
        })
    case .string, .quantity, .words, .integer, .number, .boolean, .pattern, .any, .null: self
    }
  }

  /// The keys that must be given, and those below them, such as `{size, range: {low, high}}`; nil for a value
  /// without any.
  var outline: String? {
    switch self {
    case .object(let properties):
      let keys = properties.filter(\.isRequired).map { property in
        property.name + (property.node.outline.map { ": \($0)" } ?? "")
      }
      return keys.isEmpty ? nil : "{\(keys.joined(separator: ", "))}"
    case .array(let element): return element.outline.map { "[\($0)]" }
    case .choice: return "{kind, ...}"
    default: return nil
    }
  }

  /// The same shape where any value below the top may instead be a text of the form `pattern`.
  package func orText(_ pattern: String) -> SchemaNode {
    switch self {
    case .object(let properties):
      .object(
        properties.map {
          let inner = $0.node.orText(pattern)
          return SchemaProperty(
            name: $0.name, node: .anyOf([inner, .pattern(pattern)]), isRequired: $0.isRequired,
            note: $0.note)
        })
    case .array(let element): .array(.anyOf([element.orText(pattern), .pattern(pattern)]))
    case .anyOf(let nodes): .anyOf(nodes.map { $0.orText(pattern) })
    default: self
    }
  }
}

/// One key of a mapping.
public struct SchemaProperty: Hashable, Sendable {
  /// The key in files.
  public let name: String
  /// The shape of its value.
  public let node: SchemaNode
  /// Whether the key must be given.
  public let isRequired: Bool
  /// What the key does, where its specification says it.
  public let note: KeyNote?

  /// Makes a property.
  public init(name: String, node: SchemaNode, isRequired: Bool, note: KeyNote? = nil) {
    self.name = name
    self.node = node
    self.isRequired = isRequired
    self.note = note
  }
}

/// A type that reads more than one shape, or a shape that decoding cannot show.
package protocol SchemaDescribed {
  static var schemaNode: SchemaNode { get }
  /// Any correct value.
  static var schemaExample: Self { get }
}

extension Choice: SchemaDescribed {
  package static var schemaNode: SchemaNode { .choice }
  package static var schemaExample: Choice { Choice(kind: "") }
}

extension Bandwidth: SchemaDescribed {
  package static var schemaNode: SchemaNode {
    .quantity(units: units.map(\.symbol), words: ["unlimited"], example: example)
  }
  package static var schemaExample: Bandwidth { .unlimited }
}
