/// What sums of many shares are compared with: each of up to 10^9 samples may round by the last digit of a
/// double, and a setting that costs its budget to the digit keeps it.
public enum Rounding {
  /// Shares that are no further apart are the same; one of 10^9 samples is more.
  private static let slack = 1e-9

  /// Whether `cost` keeps `limit`.
  public static func isWithin(_ cost: Double, _ limit: Double) -> Bool {
    cost <= limit * (1 + slack)
  }

  /// Whether two shares of 0 to 1 are the same.
  public static func isEqual(_ one: Double, _ other: Double) -> Bool { abs(one - other) < slack }
}
