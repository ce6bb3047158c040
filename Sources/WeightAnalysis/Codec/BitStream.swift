/// Bits one after the other, the first one the highest of a byte.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingBits = 0
  /// All bits so far.
  private(set) var count = 0

  /// Adds the lowest `bits` bits of a word, at most 64.
  mutating func append(_ word: UInt64, bits: Int) {
    if bits > 32 {
      append(word >> 32, bits: bits - 32)
      return append(word & 0xffff_ffff, bits: 32)
    }
    count += bits
    pending = pending << UInt64(bits) | word
    pendingBits += bits
    while pendingBits >= 8 {
      pendingBits -= 8
      bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(pendingBits)))
    }
    pending &= (1 << UInt64(pendingBits)) - 1
  }

  /// Fills the last byte with zeros.
  mutating func finish() {
    guard pendingBits > 0 else { return }
    bytes.append(UInt8(truncatingIfNeeded: pending << UInt64(8 - pendingBits)))
    (pending, pendingBits) = (0, 0)
  }

  /// A whole number of at least 1 in as many zeros as its highest bit has bits below it, and then its bits.
  ///
  /// Source: the gamma code of Elias, Universal codeword sets, IEEE Trans. Information Theory 21(2), 1975.
  mutating func appendGamma(_ number: Int) {
    let bits = Self.gammaBits(number)
    append(0, bits: bits / 2)
    append(UInt64(number), bits: bits - bits / 2)
  }

  /// Bits of the gamma code of a number of at least 1.
  static func gammaBits(_ number: Int) -> Int {
    2 * (Int.bitWidth - 1 - number.leadingZeroBitCount) + 1
  }
}

/// Reads bits in the order in which they were written.
struct BitReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// At least the next 57 bits, the first the highest; nil near the end.
  @inline(__always)
  var window: UInt64? {
    let byte = place >> 3
    guard byte + 8 <= bytes.count else { return nil }
    let word = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: byte, as: UInt64.self) }
    return UInt64(bigEndian: word) << UInt64(place & 7)
  }

  /// Passes bits that `window` showed.
  @inline(__always)
  mutating func skip(_ bits: Int) { place += bits }

  /// The next bit; nil at the end.
  mutating func next() -> UInt8? {
    guard place >> 3 < bytes.count else { return nil }
    defer { place += 1 }
    return bytes[place >> 3] >> UInt8(7 - place & 7) & 1
  }

  /// The next number in the gamma code; nil where there is none that an integer holds.
  mutating func gamma() -> Int? {
    var zeros = 0
    while let bit = next() {
      guard bit == 0 else {
        var number = 1
        for _ in 0..<zeros {
          guard let bit = next() else { return nil }
          number = number << 1 | Int(bit)
        }
        return number
      }
      zeros += 1
      guard zeros < Int.bitWidth - 1 else { return nil }
    }
    return nil
  }
}
