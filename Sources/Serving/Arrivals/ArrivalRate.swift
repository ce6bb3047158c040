public import Units

/// Queries per second.
public struct ArrivalRate: Quantity {
  /// Queries per second.
  public let perSecond: Double

  /// Makes a rate, checked where it is used.
  public init(perSecond: Double) { self.perSecond = perSecond }

  /// Makes a rate when `base` is from 1 uHz to 100 GHz.
  public init?(base: Double) {
    guard (1e-6...1e11).contains(base) else { return nil }
    perSecond = base
  }

  /// Hertz with prefixes.
  public static var units: [(symbol: String, scale: Double)] {
    [("Hz", 1), ("mHz", 1e-3), ("kHz", 1e3), ("MHz", 1e6)]
  }
  /// `1500 Hz`.
  public static var example: String { "1500 Hz" }
  /// Slower or faster streams would not fit the clock.
  public static var range: String { "a rate above zero, from 1e-6 Hz to 1e11 Hz" }
  /// Orders by rate.
  public static func < (left: Self, right: Self) -> Bool { left.perSecond < right.perSecond }
  /// The rate in hertz.
  public var description: String { "\(perSecond.plain) Hz" }
}
