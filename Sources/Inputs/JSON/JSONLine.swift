/// JSON (RFC 8259) of one line, read strictly into the tree that `StrictDecoder` decodes.
///
/// Nothing but JSON is taken: no comments, no `NaN`, no key twice. Numbers keep their digits.
public struct JSONLine {
  /// The deepest nesting.
  private static let deepest = 32

  private let bytes: [UInt8]
  private var position = 0
  private let place: SourceLocation

  private init(_ text: String, at place: SourceLocation) {
    bytes = Array(text.utf8)
    self.place = place
  }

  /// The value that `text` is; `place` is where its first character stands.
  ///
  /// - Throws: `InputError` at the character, in bytes of the line, where it is no JSON.
  public static func parse(_ text: String, at place: SourceLocation) throws(InputError) -> YAMLNode
  {
    var line = JSONLine(text, at: place)
    let value = try line.value(depth: 0)
    line.skipSpace()
    guard line.position == line.bytes.count else {
      throw line.error("expected nothing behind the value")
    }
    return value
  }

  private var location: SourceLocation {
    SourceLocation(file: place.file, line: place.line, column: place.column + position)
  }

  private func error(_ message: String) -> InputError {
    InputError("not JSON: \(message)", at: location)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
  }

  /// Whether `byte` comes next, which is then taken.
  private mutating func take(_ byte: Character) -> Bool {
    skipSpace()
    guard let found = next, found == byte.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(InputError) -> YAMLNode {
    skipSpace()
    guard depth < Self.deepest else { throw error("nested more than \(Self.deepest) deep") }
    let start = location
    switch next.map({ Character(UnicodeScalar($0)) }) {
    case "{": return YAMLNode(content: .mapping(try entries(depth)), location: start)
    case "[": return YAMLNode(content: .sequence(try items(depth)), location: start)
    case "\"":
      let text = try self.text()
      return YAMLNode(content: .scalar(YAMLScalar(text: text, isPlain: false)), location: start)
    case nil: throw error("expected a value")
    default:
      let text = try word()
      return YAMLNode(content: .scalar(YAMLScalar(text: text, isPlain: true)), location: start)
    }
  }

  private mutating func entries(_ depth: Int) throws(InputError) -> [YAMLEntry] {
    var result: [YAMLEntry] = []
    var seen: Set<String> = []
    position += 1
    if take("}") { return result }
    repeat {
      skipSpace()
      let start = location
      guard next == 0x22 else { throw error("expected a key in quotation marks") }
      let key = try text()
      guard seen.insert(key).inserted else {
        throw InputError("key `\(key)` is there twice", at: start)
      }
      guard take(":") else { throw error("expected a colon") }
      result.append(YAMLEntry(key: key, keyLocation: start, value: try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw error("expected a comma or a closing brace") }
    return result
  }

  private mutating func items(_ depth: Int) throws(InputError) -> [YAMLNode] {
    var result: [YAMLNode] = []
    position += 1
    if take("]") { return result }
    repeat { result.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw error("expected a comma or a closing bracket") }
    return result
  }

  /// `true`, `false`, `null` or a number.
  private mutating func word() throws(InputError) -> String {
    let end = bytes[position...].firstIndex { byte in
      !(0x30...0x39).contains(byte) && !(0x41...0x5A).contains(byte)
        && !(0x61...0x7A).contains(byte) && !"+-._".utf8.contains(byte)
    }
    let word = String(decoding: bytes[position..<(end ?? bytes.count)], as: UTF8.self)
    let isNumber = word.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil
    guard isNumber || ["true", "false", "null"].contains(word) else {
      throw error("expected a value, found `\(word.isEmpty ? shown : String(word.prefix(40)))`")
    }
    position += word.utf8.count
    return word
  }

  /// The character that comes next.
  private var shown: String {
    String(decoding: bytes[position...].prefix(4), as: UTF8.self).first.map(String.init) ?? ""
  }

  private mutating func text() throws(InputError) -> String {
    position += 1
    var result: [UInt8] = []
    while let byte = next {
      switch byte {
      case 0x22:
        position += 1
        return String(decoding: result, as: UTF8.self)
      case 0x5C:
        result += String(try escape()).utf8
      case 0..<0x20: throw error("a control character in a text")
      default:
        result.append(byte)
        position += 1
      }
    }
    throw error("a quotation mark is not closed")
  }

  /// One escaped character; two halves of one beyond U+FFFF are joined.
  private mutating func escape() throws(InputError) -> Character {
    position += 1
    guard let byte = next else { throw error("a quotation mark is not closed") }
    let simple: [Character: Character] = [
      "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    ]
    let letter = Character(UnicodeScalar(byte))
    if let character = simple[letter] {
      position += 1
      return character
    }
    guard letter == "u" else { throw error("unknown escape `\\\(letter)`") }
    var unit = try codeUnit()
    if (0xD800..<0xDC00).contains(unit), next == 0x5C, position + 1 < bytes.count,
      bytes[position + 1] == 0x75
    {
      position += 1
      let low = try codeUnit()
      guard (0xDC00..<0xE000).contains(low) else { throw error("half a character") }
      unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = UnicodeScalar(unit) else { throw error("half a character") }
    return Character(scalar)
  }

  /// The four digits behind `u`.
  private mutating func codeUnit() throws(InputError) -> UInt32 {
    let digits = bytes[(position + 1)...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("expected four hexadecimal digits") }
    position += 5
    return unit
  }
}
