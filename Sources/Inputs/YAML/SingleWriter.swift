/// Encodes a value as a whole.
struct SingleWriter: SingleValueEncodingContainer {
  let slot: EncodedSlot

  var codingPath: [any CodingKey] { slot.codingPath }

  mutating func encodeNil() throws { slot.content = .null }

  mutating func encode<T: Encodable>(_ value: T) throws { try slot.encode(value) }
}
