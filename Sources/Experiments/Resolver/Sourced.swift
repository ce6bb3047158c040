/// A value and the files that it was read from.
struct Sourced<Value: Sendable>: Sendable {
  let value: Value
  let paths: [String]
}
