/// The decoder handed to one type's `init(from:)`.
final class NodeDecoder: Decoder {
  let place: NodePlace
  let keys = KeyUse()
  /// The decoders of mappings opened below this one without a type of their own.
  private(set) var nested: [NodeDecoder] = []

  init(_ place: NodePlace) { self.place = place }

  var codingPath: [any CodingKey] { place.codingPath }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// A decoder for a part of this value, checked together with it.
  func child(_ place: NodePlace) -> NodeDecoder {
    let decoder = NodeDecoder(place)
    nested.append(decoder)
    return decoder
  }

  /// Throws when a mapping that was opened has an entry that was never asked for.
  func checkKeys() throws(InputError) {
    try keys.check(place)
    for decoder in nested { try decoder.checkKeys() }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(try KeyedReader<Key>(self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try UnkeyedReader(self)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    SingleReader(decoder: self)
  }
}
