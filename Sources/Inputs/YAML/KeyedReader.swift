/// Reads a mapping by key.
struct KeyedReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let decoder: NodeDecoder
  private let entries: [YAMLEntry]
  /// Where the entries of a long mapping stand, by name; nil for a short one.
  private let places: [String: Int]?
  private let takesAnyName = SnakeCase.takesAnyName(Key.self)

  init(_ decoder: NodeDecoder) throws(InputError) {
    guard case .mapping(let entries) = decoder.place.node.content else {
      throw decoder.place.mismatch("a mapping")
    }
    self.decoder = decoder
    self.entries = entries
    places =
      entries.count > 32
      ? Dictionary(entries.indices.map { (entries[$0].key, $0) }) { first, _ in first } : nil
    decoder.keys.isOpened = true
  }

  var codingPath: [any CodingKey] { decoder.codingPath }

  var allKeys: [Key] { entries.compactMap { SnakeCase.key(Key.self, named: $0.key) } }

  func contains(_ key: Key) -> Bool { find(key) != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    ValueDecoding.isNull(try required(key).node)
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    do throws(InputError) {
      guard let entry = find(key) else {
        throw missing(name(of: key), decoder.place.faults?.outline(of: type))
      }
      return try ValueDecoding.decode(type, at: decoder.place.entry(entry, key: key))
    } catch {
      let path = decoder.place.entryPath(name(of: key))
      guard let value = decoder.place.faults?.placeholder(for: error, at: path, type) else {
        throw error
      }
      return value
    }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try decoder.child(required(key)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder.child(required(key)).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    decoder.keys.asked.insert("super")
    guard let entry = entries.first(where: { $0.key == "super" }) else {
      throw missing("super")
    }
    return decoder.child(decoder.place.entry(entry, key: SuperKey()))
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    decoder.child(try required(key))
  }

  private func name(of key: Key) -> String {
    takesAnyName ? key.stringValue : SnakeCase.name(of: key.stringValue)
  }

  private func find(_ key: Key) -> YAMLEntry? {
    let name = name(of: key)
    decoder.keys.asked.insert(name)
    if let places { return places[name].map { entries[$0] } }
    return entries.first { $0.key == name }
  }

  private func required(_ key: Key) throws(InputError) -> NodePlace {
    guard let entry = find(key) else { throw missing(name(of: key)) }
    return decoder.place.entry(entry, key: key)
  }

  /// The error for a key that is not there: a misspelt one in its stead is the likelier fault.
  ///
  /// `outline` says the keys that its value has to have.
  private func missing(
    _ name: String, _ outline: @autoclosure () -> String? = nil
  ) -> InputError {
    let place = decoder.place
    let strangers = entries.filter {
      !decoder.keys.asked.contains($0.key) && SnakeCase.key(Key.self, named: $0.key) == nil
    }
    if let near = nearestName(to: name, among: strangers.map(\.key)),
      let entry = strangers.first(where: { $0.key == near })
    {
      // Said once: it is no longer unknown when all keys are looked at.
      decoder.keys.asked.insert(near)
      return InputError(
        "unknown key `\(near)`, did you mean `\(name)`?", at: entry.keyLocation, path: place.path,
        kind: .unknownKey)
    }
    return place.error("missing key `\(name)`" + (outline().map { ", expected \($0)" } ?? ""))
  }
}
