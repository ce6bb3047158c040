internal import Inputs
internal import Units

extension SchemaNode {
  /// The shape that decoding `type` asks for.
  ///
  /// The type is decoded from a decoder that answers every question with a correct value and
  /// writes down what was asked, so the schema cannot differ from what is read.
  public init<Value: Decodable>(of type: Value.Type) {
    self = SchemaProbe.answer(type).node
  }
}

/// A decoder that records what it is asked for.
final class SchemaProbe: Decoder, PlaceholderSource {
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  private(set) var properties: [SchemaProperty] = []

  /// The shape of `type` and any value of it.
  static func answer<Value: Decodable>(_ type: Value.Type) -> (node: SchemaNode, value: Value?) {
    switch type {
    case is String.Type: return (.string, "text" as? Value)
    case is Int.Type: return (.integer, 1 as? Value)
    case is Double.Type: return (.number, 1.0 as? Value)
    case is Bool.Type: return (.boolean, true as? Value)
    case let described as any SchemaDescribed.Type:
      return (described.schemaNode, described.schemaExample as? Value)
    case let list as any SchemaList.Type:
      return (.array(list.elementNode), list.empty as? Value)
    case let quantity as any Quantity.Type:
      let node = SchemaNode.quantity(
        units: quantity.units.map(\.symbol), words: [], example: quantity.example)
      return (node, (try? quantity.init(parsing: quantity.example)) as? Value)
    case let words as any (RawRepresentable & CaseIterable).Type:
      let cases = Self.cases(of: words)
      return (.words(cases.map(\.word)), cases.first?.value as? Value)
    default:
      let probe = SchemaProbe()
      let value = try? Value(from: probe)
      return (.object(described(probe.properties, of: type)), value)
    }
  }

  /// The same properties with what their specification says of them.
  private static func described(
    _ properties: [SchemaProperty], of type: any Decodable.Type
  ) -> [SchemaProperty] {
    guard let described = type as? any DescribedKeys.Type else { return properties }
    let notes = described.notes
    return properties.map { property in
      SchemaProperty(
        name: property.name, node: property.node, isRequired: property.isRequired,
        note: notes.first { $0.key == property.name })
    }
  }

  static func placeholder<Value: Decodable>(of type: Value.Type) -> Value? { answer(type).value }

  static func outline<Value: Decodable>(of type: Value.Type) -> String? {
    answer(type).node.outline
  }

  private static func cases<Words: RawRepresentable & CaseIterable>(
    of type: Words.Type
  ) -> [(word: String, value: Any)] {
    type.allCases.map { ("\($0.rawValue)", $0) }
  }

  func record(_ key: any CodingKey, _ node: SchemaNode, isRequired: Bool) {
    let name = SnakeCase.name(of: key.stringValue)
    properties.append(SchemaProperty(name: name, node: node, isRequired: isRequired))
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(KeyedProbe(probe: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw SchemaRefusal() }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw SchemaRefusal() }
}

/// A question that the probe cannot answer.
struct SchemaRefusal: Error {}

/// A list whose element's shape is known from its type.
private protocol SchemaList {
  static var elementNode: SchemaNode { get }
  static var empty: Self { get }
}

extension Array: SchemaList where Element: Decodable {
  fileprivate static var elementNode: SchemaNode { SchemaNode(of: Element.self) }
  fileprivate static var empty: [Element] { [] }
}

/// Answers the questions of a keyed decoding.
private struct KeyedProbe<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let probe: SchemaProbe
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }

  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    let answer = SchemaProbe.answer(type)
    probe.record(key, answer.node, isRequired: true)
    guard let value = answer.value else { throw SchemaRefusal() }
    return value
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    let answer = SchemaProbe.answer(type)
    probe.record(key, answer.node, isRequired: false)
    return answer.value
  }

  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    probe.record(key, .string, isRequired: false)
    return "text"
  }

  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    probe.record(key, .integer, isRequired: false)
    return 1
  }

  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    probe.record(key, .number, isRequired: false)
    return 1
  }

  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    probe.record(key, .boolean, isRequired: false)
    return true
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { throw SchemaRefusal() }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw SchemaRefusal()
  }

  func superDecoder() throws -> any Decoder { throw SchemaRefusal() }

  func superDecoder(forKey key: Key) throws -> any Decoder { throw SchemaRefusal() }
}
