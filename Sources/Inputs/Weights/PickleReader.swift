/// What is wrong with a pickle.
struct PickleFault: Error {
  let message: String

  init(_ message: String) { self.message = message }
}

/// Reads the numbers and texts of a pickle.
struct PickleReader {
  let bytes: [UInt8]
  /// The next byte.
  private(set) var offset: Int
  /// The byte where the current instruction begins.
  private(set) var start = 0

  init(bytes: [UInt8], offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  /// The next instruction.
  mutating func instruction() throws(PickleFault) -> UInt8 {
    start = offset
    return UInt8(truncatingIfNeeded: try number(1))
  }

  mutating func skip(_ count: Int) throws(PickleFault) { _ = try take(count) }

  private mutating func take(_ count: Int) throws(PickleFault) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - offset else { throw PickleFault("it ends early") }
    offset += count
    return bytes[offset - count..<offset]
  }

  /// A whole number without a sign of up to 8 bytes, the low one first.
  mutating func number(_ count: Int) throws(PickleFault) -> Int {
    let value = try take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard value <= UInt64(Int.max) else { throw PickleFault("a length of \(value)") }
    return Int(value)
  }

  /// The text up to the end of a line.
  mutating func line() throws(PickleFault) -> String {
    guard let stop = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw PickleFault("it ends early")
    }
    let text = try take(stop - offset)
    offset += 1
    return String(decoding: text, as: UTF8.self)
  }

  /// The number or text that an instruction spells, nil for other instructions.
  mutating func scalar(_ word: UInt8) throws(PickleFault) -> Pickle.Value? {
    switch word {
    case UInt8(ascii: "N"): return .other
    case 0x88: return .truth(true)
    case 0x89: return .truth(false)
    case UInt8(ascii: "K"): return .integer(try number(1))
    case UInt8(ascii: "M"): return .integer(try number(2))
    case UInt8(ascii: "J"):
      return .integer(Int(Int32(truncatingIfNeeded: try number(4))))
    case 0x8A: return try long(try number(1))
    case 0x8B: return try long(try number(4))
    case UInt8(ascii: "I"), UInt8(ascii: "L"):
      let text = try line()
      return Int(text.last == "L" ? String(text.dropLast()) : text).map { .integer($0) } ?? .other
    case UInt8(ascii: "G"):
      try skip(8)
      return .other
    case UInt8(ascii: "F"):
      _ = try line()
      return .other
    case UInt8(ascii: "X"), UInt8(ascii: "T"): return try text(4)
    case UInt8(ascii: "U"), 0x8C: return try text(1)
    case 0x8D: return try text(8)
    case UInt8(ascii: "V"): return .text(try line())
    case UInt8(ascii: "C"): return try opaque(1)
    case UInt8(ascii: "B"): return try opaque(4)
    case 0x8E, 0x96: return try opaque(8)
    default: return nil
    }
  }

  private mutating func text(_ width: Int) throws(PickleFault) -> Pickle.Value {
    .text(String(decoding: try take(try number(width)), as: UTF8.self))
  }

  private mutating func opaque(_ width: Int) throws(PickleFault) -> Pickle.Value {
    try skip(try number(width))
    return .other
  }

  /// A whole number in two's complement; one that does not fit 64 bits is nothing that a tensor needs.
  private mutating func long(_ count: Int) throws(PickleFault) -> Pickle.Value {
    let digits = try take(count)
    guard digits.count <= 8, let last = digits.last else {
      return digits.isEmpty ? .integer(0) : .other
    }
    let sign: UInt64 = last >= 0x80 ? .max : 0
    return .integer(Int(bitPattern: UInt(digits.reversed().reduce(sign) { $0 << 8 | UInt64($1) })))
  }
}
