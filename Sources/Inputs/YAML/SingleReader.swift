/// Reads a value as a whole.
struct SingleReader: SingleValueDecodingContainer {
  let decoder: NodeDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { ValueDecoding.isNull(decoder.place.node) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try ValueDecoding.decode(type, at: decoder.place)
  }
}
