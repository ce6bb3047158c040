/// A value and the files that it was read from.
package struct Sourced<Value: Sendable>: Sendable {
  package let value: Value
  package let paths: [String]
}
