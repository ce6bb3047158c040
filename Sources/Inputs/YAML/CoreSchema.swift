/// What a plain scalar reads as under the YAML 1.2 core schema.
enum CoreSchema: Hashable {
  case null
  case bool(Bool)
  case integer(digits: String, radix: Int)
  case float
  case infinity
  case notANumber
  case text

  /// Reads a scalar; one in quotes is always text.
  init(_ scalar: YAMLScalar) {
    self = scalar.isPlain ? CoreSchema(plain: scalar.text) : .text
  }

  private init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    case ".nan", ".NaN", ".NAN": self = .notANumber
    default: self = Self.number(text) ?? .text
    }
  }

  private static func number(_ text: String) -> CoreSchema? {
    let bytes = Array(text.utf8)
    if text.hasPrefix("0x") || text.hasPrefix("0o") {
      let radix = text.hasPrefix("0x") ? 16 : 8
      let digits = String(text.dropFirst(2))
      let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { isDigit($0, radix: radix) }
      return isNumber ? .integer(digits: digits, radix: radix) : nil
    }
    var rest = bytes[...]
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      rest.removeFirst()
    }
    if [".inf", ".Inf", ".INF"].contains(String(decoding: rest, as: UTF8.self)) {
      return .infinity
    }
    let whole = takeDigits(&rest)
    if whole > 0, rest.isEmpty { return .integer(digits: text, radix: 10) }
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = takeDigits(&rest)
    }
    if whole + fraction == 0 { return nil }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest.removeFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest.removeFirst()
      }
      if takeDigits(&rest) == 0 { return nil }
    }
    return rest.isEmpty ? .float : nil
  }

  private static func takeDigits(_ bytes: inout ArraySlice<UInt8>) -> Int {
    let count = bytes.prefix { isDigit($0, radix: 10) }.count
    bytes = bytes.dropFirst(count)
    return count
  }

  private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } ?? false
  }
}
