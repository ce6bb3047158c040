/// Reads a value as a whole.
struct SingleReader: SingleValueDecodingContainer {
  let decoder: NodeDecoder

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { ValueDecoding.isNull(decoder.place.node) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    // A type that tries one shape after the other must not leave errors of the first one behind.
    var place = decoder.place
    place.faults = nil
    return try ValueDecoding.decode(type, at: place)
  }
}
