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
    return KeyedEncodingContainer(KeyedWriter<Key>(slot: self))
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
    if let index = entries.firstIndex(where: { $0.key == name }) {
      entries[index].slot = slot
    } else {
      entries.append((name, slot))
    }
    content = .mapping(entries)
    return slot
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
    switch value {
    case let value as Bool: content = .scalar(value ? "true" : "false")
    case let value as String: content = .text(value)
    case let value as Double: content = .scalar(try finite(value))
    case let value as Float: content = .scalar(try finite(value))
    case let value as any FixedWidthInteger: content = .scalar(String(describing: value))
    default:
      try value.encode(to: self)
      if value is any TextKeyed, case .mapping(let entries) = content {
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
