/// Bytes per second, or unlimited.
public struct Bandwidth: Quantity {
  /// Bytes per second; nil where transfers take no time.
  public let bytesPerSecond: Int?

  /// A link that takes no time.
  public static let unlimited = Bandwidth(bytesPerSecond: nil)

  /// Makes a bandwidth from bytes per second, nil for unlimited.
  public init(bytesPerSecond: Int?) { self.bytesPerSecond = bytesPerSecond }

  /// Makes a bandwidth when `base` is a whole number of bytes per second from 1 MB/s to 1 PB/s.
  public init?(base: Double) {
    guard let rate = base.wholeNumber, (1_000_000...1_000_000_000_000_000).contains(rate) else {
      return nil
    }
    bytesPerSecond = rate
  }

  /// Decimal prefixes, as data sheets use.
  public static var units: [(symbol: String, scale: Double)] {
    [("B/s", 1), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9), ("TB/s", 1e12)]
  }
  /// Slower links would make cycle counts overflow.
  public static var range: String { "1 MB/s to 1 PB/s, a whole number of B/s, or `unlimited`" }
  /// `19.2 GB/s`.
  public static var example: String { "19.2 GB/s" }

  /// Decodes a value with a unit, or the word `unlimited`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      if text == "unlimited" {
        self = .unlimited
      } else {
        try self.init(parsing: text)
      }
      return
    }
    if let number = try? container.decode(Double.self) {
      throw QuantityError(
        description:
          "expected a value with a unit, such as `19.2 GB/s`, or `unlimited`, found the bare number \(number.plain)"
      )
    }
    try self.init(parsing: container.decode(String.self))
  }

  /// Orders by rate; unlimited is the largest.
  public static func < (left: Bandwidth, right: Bandwidth) -> Bool {
    (left.bytesPerSecond ?? .max) < (right.bytesPerSecond ?? .max)
  }

  /// The value in the largest unit, or `unlimited`.
  public var description: String {
    guard let rate = bytesPerSecond else { return "unlimited" }
    if rate >= 1_000_000_000 { return "\((Double(rate) / 1e9).plain) GB/s" }
    if rate >= 1_000_000 { return "\((Double(rate) / 1e6).plain) MB/s" }
    return "\(rate) B/s"
  }

  /// A share of the rate, above 0 and up to 1.
  public func sustained(_ share: Double) -> Bandwidth {
    guard share < 1, let rate = bytesPerSecond else { return self }
    return Bandwidth(bytesPerSecond: max(1, Int((Double(rate) * share).rounded())))
  }

  /// The rate at a clock, as an exact fraction.
  public func perCycle(at clock: Frequency) -> BytesPerCycle {
    guard let rate = bytesPerSecond else { return .unlimited }
    let divisor = Self.greatestCommonDivisor(rate, clock.count)
    return BytesPerCycle(bytes: rate / divisor, cycles: clock.count / divisor)
  }

  private static func greatestCommonDivisor(_ left: Int, _ right: Int) -> Int {
    var (a, b) = (left, right)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }
}

/// An exact transfer rate: `bytes` in every `cycles`.
public struct BytesPerCycle: Hashable, Sendable {
  /// Bytes moved in `cycles`; zero stands for an unlimited rate.
  public let bytes: Int
  /// Cycles in which `bytes` move.
  public let cycles: Int

  /// A link that takes no time.
  public static let unlimited = BytesPerCycle(bytes: 0, cycles: 1)

  /// Makes a rate of `bytes` in every `cycles`.
  public init(bytes: Int, cycles: Int) {
    self.bytes = bytes
    self.cycles = cycles
  }

  /// Whole cycles to move `bits`, rounded up; the only place where this division happens.
  public func cycles(for bits: Bits) -> Cycles {
    guard bytes > 0, bits.count > 0 else { return .zero }
    let (quotient, remainder) = bits.count.scaled(by: cycles, over: bytes * 8)
    return Cycles(quotient + (remainder == 0 ? 0 : 1))
  }
}
