/// Members of two values in one mapping.
@dynamicMemberLookup
package struct Joined<
  First: Codable & Hashable & Sendable, Second: Codable & Hashable & Sendable
>: Codable, Hashable, Sendable {
  package let first: First
  package let second: Second

  package init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// A member of the first.
  package subscript<Value>(dynamicMember path: KeyPath<First, Value>) -> Value {
    first[keyPath: path]
  }

  /// A member of the second.
  package subscript<Value>(dynamicMember path: KeyPath<Second, Value>) -> Value {
    second[keyPath: path]
  }

  /// Reads both from one mapping.
  package init(from decoder: any Decoder) throws {
    first = try First(from: decoder)
    second = try Second(from: decoder)
  }

  /// Writes both into one mapping.
  package func encode(to encoder: any Encoder) throws {
    try first.encode(to: encoder)
    try second.encode(to: encoder)
  }
}

/// A member that is left out, or there as a value or as `null`.
@propertyWrapper
package struct OrAbsent<Value: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
  /// Nil where it is left out, and `.some(nil)` for `null`.
  package var wrappedValue: Value??

  /// Wraps a value.
  package init(wrappedValue: Value??) { self.wrappedValue = wrappedValue }

  /// Reads a value or `null`.
  package init(from decoder: any Decoder) throws {
    wrappedValue = .some(try OrNull<Value>(from: decoder).wrappedValue)
  }

  /// Writes the value or `null`.
  package func encode(to encoder: any Encoder) throws {
    try OrNull(wrappedValue ?? nil).encode(to: encoder)
  }
}

extension KeyedDecodingContainer {
  /// Reads a member that may be left out: what compilers write for the properties of a type calls this.
  func decode<Value>(
    _ type: OrAbsent<Value>.Type, forKey key: Key
  ) throws -> OrAbsent<Value> {
    guard contains(key) else { return OrAbsent(wrappedValue: nil) }
    return OrAbsent(
      wrappedValue: .some(try decode(OrNull<Value>.self, forKey: key).wrappedValue))
  }
}

extension KeyedEncodingContainer {
  /// Writes a member unless it is left out.
  mutating func encode<Value>(_ value: OrAbsent<Value>, forKey key: Key) throws {
    guard let member = value.wrappedValue else { return }
    try encode(OrNull(member), forKey: key)
  }
}
