package import Components
internal import Inputs

/// Options of a user's own policy, which are handed to it as they are: names and single values.
public struct PolicyOptions: Codable, Hashable, Sendable {
  /// One value.
  public enum Value: Codable, Hashable, Sendable {
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int)
    /// A number.
    case number(Double)
    /// A text.
    case text(String)

    /// Reads a value by what it looks like.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Int.self) {
        self = .integer(value)
      } else if let value = try? container.decode(Double.self), value.isFinite {
        self = .number(value)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      }
    }

    /// The value as JSON.
    var json: String {
      switch self {
      case .bool(let value): "\(value)"
      case .integer(let value): "\(value)"
      case .number(let value): "\(value)"
      case .text(let value): PolicyText.quoted(value)
      }
    }
  }

  /// By name.
  public let values: [String: Value]

  /// Makes options.
  public init(_ values: [String: Value] = [:]) { self.values = values }

  /// Reads a mapping.
  public init(from decoder: any Decoder) throws {
    values = try [String: Value](from: decoder)
  }

  /// Writes a mapping, in the order of its names: a dictionary that encodes itself has another one in every
  /// process.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values)
  }

  /// As a JSON object, sorted by name.
  var json: String {
    "{"
      + values.sorted { $0.key < $1.key }
      .map { "\(PolicyText.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
  }
}

extension PolicyOptions: SchemaDescribed {
  package static var schemaNode: SchemaNode {
    .map(.anyOf([.boolean, .integer, .number, .string]))
  }
  package static var schemaExample: PolicyOptions { PolicyOptions() }
}
