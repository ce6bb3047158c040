/// A value while it is being encoded.
final class EncodedSlot: Encoder {
  enum Content {
    case null
    case scalar(String)
    case text(String)
    case sequence([EncodedSlot])
    case mapping([(key: String, slot: EncodedSlot)])
  }

  var content: Content = .null
  let codingPath: [any CodingKey]

  /// Whether a mapping was opened whose keys are no fixed set, as a dictionary's.
  private var hasAnyNames = false

  /// Where the entries of a long mapping stand, by name; empty for a short one.
  private var places: [String: Int] = [:]

  /// Entries up to which a mapping is searched from its beginning.
  private static let fewEntries = 32

  /// Whether numbers that are not finite become null; they are errors otherwise.
  let takesNonFinite: Bool

  init(codingPath: [any CodingKey], takesNonFinite: Bool = false) {
    self.codingPath = codingPath
    self.takesNonFinite = takesNonFinite
  }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  /// The elements, when this is a list.
  var elements: [EncodedSlot] {
    if case .sequence(let slots) = content { return slots }
    return []
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .mapping = content {} else { content = .mapping([]) }
    let writer = KeyedWriter<Key>(slot: self)
    if writer.takesAnyName { hasAnyNames = true }
    return KeyedEncodingContainer(writer)
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .sequence = content {} else { content = .sequence([]) }
    return UnkeyedWriter(slot: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    SingleWriter(slot: self)
  }

  /// Adds or replaces the entry with a name.
  func entry(_ name: String, _ key: any CodingKey) -> EncodedSlot {
    let slot = EncodedSlot(codingPath: codingPath + [key], takesNonFinite: takesNonFinite)
    guard case .mapping(var entries) = content else { return slot }
    content = .null
    if let index = place(of: name, in: entries) {
      entries[index].slot = slot
    } else {
      if !places.isEmpty { places[name] = entries.count }
      entries.append((name, slot))
    }
    content = .mapping(entries)
    return slot
  }

  private func place(of name: String, in entries: [(key: String, slot: EncodedSlot)]) -> Int? {
    guard entries.count > Self.fewEntries else {
      return entries.firstIndex { $0.key == name }
    }
    if places.count != entries.count {
      places = Dictionary(entries.indices.map { (entries[$0].key, $0) }) { first, _ in first }
    }
    return places[name]
  }

  /// Adds an element.
  func element() -> EncodedSlot {
    var slots = elements
    let slot = EncodedSlot(
      codingPath: codingPath + [IndexKey(slots.count)], takesNonFinite: takesNonFinite)
    content = .null
    slots.append(slot)
    content = .sequence(slots)
    return slot
  }

  /// Makes this slot hold a value.
  func encode<T: Encodable>(_ value: T) throws {
    // Types are compared before anything is cast: a cast to a protocol asks the runtime for a
    // conformance, which is slow where there is none.
    if T.self == String.self, let value = value as? String {
      content = .text(value)
    } else if T.self == Int.self, let value = value as? Int {
      content = .scalar(String(value))
    } else if T.self == Double.self, let value = value as? Double {
      content = .scalar(try finite(value))
    } else if T.self == Bool.self, let value = value as? Bool {
      content = .scalar(value ? "true" : "false")
    } else if T.self == Float.self, let value = value as? Float {
      content = .scalar(try finite(value))
    } else if WholeNumbers.type(T.self) != nil {
      content = .scalar(String(describing: value))
    } else {
      try value.encode(to: self)
      if hasAnyNames, value is any TextKeyed, case .mapping(let entries) = content {
        places = [:]
        content = .mapping(entries.sorted { $0.key < $1.key })
      }
    }
  }

  private func finite<F: BinaryFloatingPoint & CustomStringConvertible>(
    _ value: F
  ) throws -> String {
    if value.isFinite { return value.description }
    if takesNonFinite { return "null" }
    throw EncodingError.invalidValue(
      value,
      EncodingError.Context(
        codingPath: codingPath, debugDescription: "\(value) is not a finite number"))
  }
}
