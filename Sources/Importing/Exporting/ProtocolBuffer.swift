/// Bytes of a message of protocol buffers, field by field.
///
/// Source: the encoding guide of protobuf.dev: a tag of number and wire type, then a varint or a length
/// with as many bytes.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A whole number.
  mutating func add(_ field: UInt64, _ value: Int) {
    varint(field << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A number of single precision, its low byte first.
  mutating func add(_ field: UInt64, _ value: Float) {
    varint(field << 3 | 5)
    bytes += Self.bytes(of: value)
  }

  /// The four bytes of a number of single precision, the low one first.
  static func bytes(of value: Float) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
  }

  /// Fields as they were written elsewhere.
  mutating func append(fields: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: fields) }

  /// A text.
  mutating func add(_ field: UInt64, _ text: String) { add(field, Array(text.utf8)) }

  /// Bytes, or a message.
  mutating func add(_ field: UInt64, _ value: [UInt8]) {
    varint(field << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  /// A message within this one.
  mutating func add(_ field: UInt64, _ build: (inout ProtocolBuffer) -> Void) {
    var inner = ProtocolBuffer()
    build(&inner)
    add(field, inner.bytes)
  }

  /// Whole numbers in one piece.
  mutating func add(_ field: UInt64, packed values: [Int]) {
    var inner = ProtocolBuffer()
    for value in values { inner.varint(UInt64(bitPattern: Int64(value))) }
    add(field, inner.bytes)
  }
}
