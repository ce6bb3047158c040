/// Reads a list element by element.
struct UnkeyedReader: UnkeyedDecodingContainer {
  private let decoder: NodeDecoder
  private let nodes: [YAMLNode]
  private(set) var currentIndex = 0

  init(_ decoder: NodeDecoder) throws(InputError) {
    guard case .sequence(let nodes) = decoder.place.node.content else {
      throw decoder.place.mismatch("a list")
    }
    self.decoder = decoder
    self.nodes = nodes
  }

  var codingPath: [any CodingKey] { decoder.codingPath }

  var count: Int? { nodes.count }

  var isAtEnd: Bool { currentIndex >= nodes.count }

  mutating func decodeNil() throws -> Bool {
    let isNull = ValueDecoding.isNull(try current().node)
    if isNull { currentIndex += 1 }
    return isNull
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let place = try current()
    defer { currentIndex += 1 }
    do throws(InputError) {
      return try ValueDecoding.decode(type, at: place)
    } catch {
      guard let value = place.faults?.placeholder(for: error, at: place.path, type) else {
        throw error
      }
      return value
    }
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try superDecoder().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try superDecoder().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder {
    let child = decoder.child(try current())
    currentIndex += 1
    return child
  }

  private func current() throws(InputError) -> NodePlace {
    guard !isAtEnd else {
      let plural = nodes.count == 1 ? "element" : "elements"
      throw decoder.place.error("expected more than \(nodes.count) \(plural) in the list")
    }
    return decoder.place.element(nodes[currentIndex], index: currentIndex)
  }
}
