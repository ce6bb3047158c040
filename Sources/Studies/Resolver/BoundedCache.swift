/// A cache that forgets everything when it is full, so that its size is bounded.
package struct BoundedCache<Value: Sendable>: Sendable {
  private let capacity: Int
  private var values: [String: Value] = [:]

  package init(capacity: Int = 256) { self.capacity = capacity }

  /// The value for `key`, nil where it is not known.
  package func known(_ key: String) -> Value? { values[key] }

  /// Remembers a value.
  package mutating func hold(_ value: Value, as key: String) {
    if values.count >= capacity, values[key] == nil { values.removeAll(keepingCapacity: true) }
    values[key] = value
  }

  /// Forgets a value.
  mutating func forget(_ key: String) { values[key] = nil }

  /// The value for `key`, made where it is not known.
  package mutating func value<Failure: Error>(
    _ key: String, _ make: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    if let known = values[key] { return known }
    let value = try make()
    hold(value, as: key)
    return value
  }
}
