/// Encodes a list.
struct UnkeyedWriter: UnkeyedEncodingContainer {
  let slot: EncodedSlot

  var codingPath: [any CodingKey] { slot.codingPath }

  var count: Int { slot.elements.count }

  mutating func encodeNil() throws { _ = slot.element() }

  mutating func encode<T: Encodable>(_ value: T) throws { try slot.element().encode(value) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    slot.element().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.element().unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { slot.element() }
}
