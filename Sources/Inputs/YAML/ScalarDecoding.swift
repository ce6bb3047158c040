/// Decodes the types that are written as one word.
enum ScalarDecoding {
  /// The value, or nil when `type` is not one of these types.
  static func decode<T>(_ type: T.Type, at place: NodePlace) throws(InputError) -> T? {
    if type is Int.Type { return try integer(Int.self, place) as? T }
    if type is Bool.Type { return try bool(place) as? T }
    if type is String.Type { return try string(place) as? T }
    if type is Double.Type { return try number(Double.self, place) as? T }
    if type is Float.Type { return try number(Float.self, place) as? T }
    if let type = WholeNumbers.type(type) { return try integer(type, place) as? T }
    return nil
  }

  private static func bool(_ place: NodePlace) throws(InputError) -> Bool {
    switch place.node.content {
    case .scalar(YAMLScalar(text: "true", isPlain: true)): return true
    case .scalar(YAMLScalar(text: "false", isPlain: true)): return false
    default: throw place.mismatch("true or false")
    }
  }

  private static func string(_ place: NodePlace) throws(InputError) -> String {
    guard case .scalar(let scalar) = place.node.content else { throw place.mismatch("text") }
    switch CoreSchema(scalar) {
    case .text: return scalar.text
    case .null where scalar.text.isEmpty: throw place.mismatch("text")
    default:
      throw place.error("expected text, found \(place.node.content.summary), put it in quotes")
    }
  }

  private static func number<F: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: F.Type, _ place: NodePlace
  ) throws(InputError) -> F {
    guard case .scalar(let scalar) = place.node.content else { throw place.mismatch("a number") }
    let value: F?
    switch CoreSchema(scalar) {
    case .integer(let digits, let radix) where radix != 10:
      value = UInt64(digits, radix: radix).map { F($0) }
    case .integer, .float:
      value = F(scalar.text)
    case .infinity, .notANumber:
      throw place.mismatch("a finite number")
    default:
      throw place.error(mismatch("a number", scalar, place))
    }
    guard let value, value.isFinite else {
      throw place.error("number \(YAMLNode.Content.short(scalar.text)) is out of range")
    }
    return value
  }

  private static func integer<I: FixedWidthInteger>(
    _ type: I.Type, _ place: NodePlace
  ) throws(InputError) -> I {
    let due = "a whole number"
    guard case .scalar(let scalar) = place.node.content else { throw place.mismatch(due) }
    guard case .integer(let digits, let radix) = CoreSchema(scalar) else {
      throw place.error(mismatch(due, scalar, place))
    }
    if let value = I(digits, radix: radix) { return value }
    if !I.isSigned, digits.hasPrefix("-") { throw place.mismatch("a whole number of 0 or more") }
    throw place.mismatch("a whole number between \(I.min) and \(I.max)")
  }

  private static func mismatch(_ due: String, _ scalar: YAMLScalar, _ place: NodePlace) -> String {
    let message = "expected \(due), found \(place.node.content.summary)"
    let bare = scalar.text.filter { $0 != "_" }
    guard scalar.isPlain, bare != scalar.text, bare.first != nil else { return message }
    switch CoreSchema(YAMLScalar(text: bare, isPlain: true)) {
    case .integer, .float: return message + ", leave out the underscores"
    default: return message
    }
  }
}
