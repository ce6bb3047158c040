/// Reads the JSON of RFC 8259, and nothing that is more than that.
struct JSONReader {
  /// Deeper lists and mappings are refused, so that no text can exhaust the stack.
  private static let depthLimit = 128

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The one value of the text.
  mutating func document() throws(JSONFault) -> JSONNode {
    let node = try value()
    skipSpace()
    guard index == bytes.count else { throw fault("expected the end of the file") }
    return node
  }

  private func fault(_ message: String) -> JSONFault {
    index < bytes.count
      ? JSONFault(message: "no JSON: \(message)", offset: index)
      : JSONFault(message: "no JSON: the file ends early, \(message)", offset: bytes.count)
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  /// Takes `byte` where it comes next.
  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  private mutating func value() throws(JSONFault) -> JSONNode {
    skipSpace()
    let start = index
    guard let byte = next else { throw fault("expected a value") }
    switch byte {
    case UInt8(ascii: "{"): return JSONNode(content: try mapping(), offset: start)
    case UInt8(ascii: "["): return JSONNode(content: try list(), offset: start)
    case UInt8(ascii: "\""): return JSONNode(content: .text(try text()), offset: start)
    case UInt8(ascii: "t"): return JSONNode(content: try word("true", .bool(true)), offset: start)
    case UInt8(ascii: "f"): return JSONNode(content: try word("false", .bool(false)), offset: start)
    case UInt8(ascii: "n"): return JSONNode(content: try word("null", .null), offset: start)
    default: return JSONNode(content: try number(), offset: start)
    }
  }

  private mutating func word(
    _ word: String, _ content: JSONNode.Content
  ) throws(JSONFault) -> JSONNode.Content {
    for byte in word.utf8 where !take(byte) { throw fault("expected \(word)") }
    return content
  }

  private mutating func digits() -> Int {
    let start = index
    while let byte = next, byte >= 0x30, byte <= 0x39 { index += 1 }
    return index - start
  }

  private mutating func number() throws(JSONFault) -> JSONNode.Content {
    let start = index
    _ = take(UInt8(ascii: "-"))
    let leads = next == UInt8(ascii: "0")
    let whole = digits()
    guard whole > 0, !leads || whole == 1 else {
      index = start
      throw fault("expected a value")
    }
    if take(UInt8(ascii: ".")), digits() == 0 { throw fault("expected a digit") }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits() == 0 { throw fault("expected a digit") }
    }
    return .number(String(decoding: bytes[start..<index], as: UTF8.self))
  }

  private mutating func enter() throws(JSONFault) {
    guard depth < Self.depthLimit else {
      throw fault("more than \(Self.depthLimit) levels deep")
    }
    depth += 1
    index += 1
    skipSpace()
  }

  private mutating func list() throws(JSONFault) -> JSONNode.Content {
    try enter()
    defer { depth -= 1 }
    var items: [JSONNode] = []
    if take(UInt8(ascii: "]")) { return .list([]) }
    while true {
      items.append(try value())
      skipSpace()
      if take(UInt8(ascii: "]")) { return .list(items) }
      guard take(UInt8(ascii: ",")) else { throw fault("expected `,` or `]`") }
    }
  }

  private mutating func mapping() throws(JSONFault) -> JSONNode.Content {
    try enter()
    defer { depth -= 1 }
    var members: [(key: String, value: JSONNode)] = []
    var names = Set<String>()
    if take(UInt8(ascii: "}")) { return .mapping([]) }
    while true {
      skipSpace()
      let start = index
      guard next == UInt8(ascii: "\"") else { throw fault("expected a key in quotes") }
      let key = try text()
      guard names.insert(key).inserted else {
        index = start
        throw fault("key `\(key)` is there twice")
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("expected `:`") }
      members.append((key, try value()))
      skipSpace()
      if take(UInt8(ascii: "}")) { return .mapping(members) }
      guard take(UInt8(ascii: ",")) else { throw fault("expected `,` or `}`") }
    }
  }

  // MARK: Texts

  private mutating func text() throws(JSONFault) -> String {
    index += 1
    var result: [UInt8] = []
    while true {
      let start = index
      while let byte = next, byte >= 0x20, byte != 0x22, byte != 0x5C { index += 1 }
      result += bytes[start..<index]
      if take(0x22) { return String(decoding: result, as: UTF8.self) }
      guard take(0x5C) else { throw fault("expected the end of a text in quotes") }
      result += try escape()
    }
  }

  private mutating func escape() throws(JSONFault) -> [UInt8] {
    guard let byte = next else { throw fault("expected the end of a text in quotes") }
    index += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try scalar()
    default:
      index -= 1
      throw fault("unknown escape")
    }
  }

  private mutating func scalar() throws(JSONFault) -> [UInt8] {
    var code = try hexadecimal()
    if (0xD800..<0xDC00).contains(code), take(0x5C), take(UInt8(ascii: "u")) {
      let low = try hexadecimal()
      guard (0xDC00..<0xE000).contains(low) else { throw fault("half a character") }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw fault("half a character") }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func hexadecimal() throws(JSONFault) -> UInt32 {
    guard index + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16),
      bytes[index] != UInt8(ascii: "+"), bytes[index] != UInt8(ascii: "-")
    else { throw fault("expected four hexadecimal digits") }
    index += 4
    return code
  }
}
