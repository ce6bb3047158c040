/// A number of clock cycles.
public struct Cycles: IntegerQuantity {
  /// The number of cycles.
  public var count: Int
  /// Makes a number of cycles.
  public init(_ count: Int) { self.count = count }
  /// `cycles` only.
  public static var units: [(symbol: String, scale: Double)] { [("cycles", 1)] }
  /// `13 cycles`.
  public static var example: String { "13 cycles" }
}

/// A number of bits.
public struct Bits: IntegerQuantity {
  /// The number of bits.
  public var count: Int
  /// Makes a number of bits.
  public init(_ count: Int) { self.count = count }
  /// `bit` only.
  public static var units: [(symbol: String, scale: Double)] { [("bit", 1)] }
  /// `8 bit`.
  public static var example: String { "8 bit" }
}

/// A number of bytes.
public struct Bytes: IntegerQuantity {
  /// The number of bytes.
  public var count: Int
  /// Makes a number of bytes.
  public init(_ count: Int) { self.count = count }
  /// The bytes that hold `bits`, the last one perhaps partly filled.
  public init(holding bits: Bits) { count = (bits.count + 7) / 8 }
  /// Powers of 1024; decimal prefixes are refused because they are so often meant as binary ones.
  public static var units: [(symbol: String, scale: Double)] {
    [("B", 1), ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824)]
  }
  /// `64 KiB`.
  public static var example: String { "64 KiB" }
  /// The same amount in bits.
  public var bits: Bits { Bits(count * 8) }
}

/// A clock rate.
public struct Frequency: IntegerQuantity {
  /// Cycles per second.
  public var count: Int
  /// Makes a rate from cycles per second.
  public init(_ count: Int) { self.count = count }
  /// Decimal prefixes.
  public static var units: [(symbol: String, scale: Double)] {
    [("Hz", 1), ("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9)]
  }
  /// `100 MHz`.
  public static var example: String { "100 MHz" }
  /// Cycles that begin in `time`; where they are more than 2^62, three halves of that, which no layer may
  /// take.
  public func cycles(in time: Microseconds) -> Cycles {
    let cycles = (time.value * Double(count) / 1e6).rounded(.up)
    return Cycles(cycles <= 0x1p62 ? Int(cycles) : 3 << 61)
  }
  /// Seconds that `cycles` take at this rate.
  public func seconds(_ cycles: Cycles) -> Double { Double(cycles.count) / Double(count) }
}

/// A share of something, written in per cent and held as 0...1.
public struct Percentage: RealQuantity {
  /// The share, 1 for all.
  public var value: Double
  /// Makes a share, 1 for all.
  public init(_ value: Double) { self.value = value }
  /// `%` only.
  public static var units: [(symbol: String, scale: Double)] { [("%", 0.01)] }
  /// `79.8 %`.
  public static var example: String { "79.8 %" }
  /// The share in per cent.
  public var description: String { "\(((value * 1e6).rounded() / 1e4).plain) %" }
}

/// An energy.
public struct Picojoules: RealQuantity {
  /// The energy in picojoules (or in the relative unit of a table that has no absolute one).
  public var value: Double
  /// Makes an energy from picojoules.
  public init(_ value: Double) { self.value = value }
  /// Joules with prefixes.
  public static var units: [(symbol: String, scale: Double)] {
    [("pJ", 1), ("fJ", 1e-3), ("nJ", 1e3), ("mac", 1), ("unit", 1)]
  }
  /// `0.2 pJ`.
  public static var example: String { "0.2 pJ" }
}

/// An energy of a supply.
public struct Joules: RealQuantity {
  /// The energy in joules.
  public var value: Double
  /// Makes an energy from joules.
  public init(_ value: Double) { self.value = value }
  /// Joules with prefixes, and watt-hours.
  public static var units: [(symbol: String, scale: Double)] {
    [("J", 1), ("uJ", 1e-6), ("mJ", 1e-3), ("kJ", 1e3), ("mWh", 3.6), ("Wh", 3600)]
  }
  /// `20 J`.
  public static var example: String { "20 J" }
}

/// A span of time.
public struct Microseconds: RealQuantity {
  /// The time in microseconds.
  public var value: Double
  /// Makes a time from microseconds.
  public init(_ value: Double) { self.value = value }
  /// Seconds with prefixes.
  public static var units: [(symbol: String, scale: Double)] {
    [("us", 1), ("ns", 1e-3), ("ms", 1e3)]
  }
  /// `5 us`.
  public static var example: String { "5 us" }
}

/// A power.
public struct Milliwatts: RealQuantity {
  /// The power in milliwatts.
  public var value: Double
  /// Makes a power from milliwatts.
  public init(_ value: Double) { self.value = value }
  /// Watts with prefixes.
  public static var units: [(symbol: String, scale: Double)] {
    [("mW", 1), ("uW", 1e-3), ("W", 1e3)]
  }
  /// `0.5 mW`.
  public static var example: String { "0.5 mW" }
}

/// An area of silicon.
public struct SquareMillimetres: RealQuantity {
  /// The area in square millimetres.
  public var value: Double
  /// Makes an area from square millimetres.
  public init(_ value: Double) { self.value = value }
  /// Square millimetres and square micrometres.
  public static var units: [(symbol: String, scale: Double)] { [("mm2", 1), ("um2", 1e-6)] }
  /// `10 mm2`.
  public static var example: String { "10 mm2" }
}
