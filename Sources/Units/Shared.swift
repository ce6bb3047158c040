/// A value behind a pointer: for one that is large, made once and handed on many times.
package final class Shared<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The value.
  package let value: Value

  /// Puts `value` behind a pointer.
  package init(_ value: Value) { self.value = value }

  /// Whether the values are equal.
  package static func == (left: Shared, right: Shared) -> Bool {
    left === right || left.value == right.value
  }

  /// The value's.
  package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
