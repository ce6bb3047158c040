/// Encodes a mapping.
struct KeyedWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let slot: EncodedSlot

  /// Whether keys have no fixed set of names, as a dictionary's.
  let takesAnyName = SnakeCase.takesAnyName(Key.self)

  init(slot: EncodedSlot) { self.slot = slot }

  var codingPath: [any CodingKey] { slot.codingPath }

  mutating func encodeNil(forKey key: Key) throws {}

  mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try entry(key).encode(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    entry(key).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    entry(key).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { slot.entry("super", SuperKey()) }

  mutating func superEncoder(forKey key: Key) -> any Encoder { entry(key) }

  private func entry(_ key: Key) -> EncodedSlot {
    slot.entry(takesAnyName ? key.stringValue : SnakeCase.name(of: key.stringValue), key)
  }
}
