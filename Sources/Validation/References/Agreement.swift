/// One quantity, as a reference gives it and as the model finds it.
public struct Agreement: Sendable, Hashable {
  /// How far the two may be apart.
  public enum Tolerance: Sendable, Hashable {
    /// Not at all.
    case exact
    /// The mean of the absolute relative errors, 0.02 for 2 %.
    case mean(Double)
    /// Every absolute relative error.
    case each(Double)
    /// The model is known not to reach the reference; the reason.
    case gap(String)
    /// There is nothing to compare with: the value stands beside others; what it is.
    case unreferenced(String)
  }

  /// What the comparison says.
  public enum Status: String, Sendable {
    /// Equal, number by number.
    case exact
    /// Within the tolerance.
    case within
    /// Not within the tolerance.
    case outside
    /// A difference that is known and explained.
    case knownGap = "known-gap"
    /// There is no reference.
    case unreferenced = "no-reference"
  }

  /// What is compared, such as `latency`.
  public let quantity: String
  /// How far apart the two may be.
  public let tolerance: Tolerance
  /// Pairs of a reference value and the model's.
  public let pairs: [Pair]

  /// A reference value and the model's.
  public struct Pair: Sendable, Hashable {
    /// What the reference gives.
    public let expected: Double
    /// What the model finds.
    public let found: Double
    /// Makes a pair.
    public init(_ expected: Double, _ found: Double) {
      self.expected = expected
      self.found = found
    }

    /// Found over expected, less one; infinite where only one of them is zero.
    var error: Double {
      expected == found ? 0 : expected == 0 ? .infinity : found / expected - 1
    }
  }

  /// Compares `pairs` under `tolerance`.
  public init(_ quantity: String, _ tolerance: Tolerance, _ pairs: [Pair]) {
    self.quantity = quantity
    self.tolerance = tolerance
    self.pairs = pairs
  }

  /// Mean of the absolute relative errors.
  public var meanError: Double { mean { abs($0.error) } }
  /// Mean of the relative errors: above zero where the model finds too much.
  public var bias: Double { mean(\.error) }
  /// The largest absolute relative error.
  public var largestError: Double { pairs.map { abs($0.error) }.max() ?? 0 }

  private func mean(_ value: (Pair) -> Double) -> Double {
    pairs.isEmpty ? 0 : pairs.reduce(0) { $0 + value($1) } / Double(pairs.count)
  }

  /// Below this mean error a gap counts as closed: a difference of printed digits.
  private static let closedGap = 0.01

  /// What the comparison says; a gap that closed is within.
  public var status: Status {
    switch tolerance {
    case .exact: pairs.allSatisfy { $0.expected == $0.found } ? .exact : .outside
    case .mean(let limit): meanError <= limit ? .within : .outside
    case .each(let limit): largestError <= limit ? .within : .outside
    case .gap: meanError <= Self.closedGap ? .within : .knownGap
    case .unreferenced: .unreferenced
    }
  }

  /// The tolerance in words.
  var toleranceText: String {
    switch tolerance {
    case .exact: "exact"
    case .mean(let limit): "mean \(Self.percent(limit))"
    case .each(let limit): "each \(Self.percent(limit))"
    case .gap(let reason): reason
    case .unreferenced(let what):
      "\(pairs.map { "\(($0.found * 1000).rounded() / 1000)" }.joined(separator: ", ")): \(what)"
    }
  }

  /// A value without a reference.
  init(_ quantity: String, found: Double, _ what: String) {
    self.init(quantity, .unreferenced(what), [Pair(found, found)])
  }

  /// Whether the errors say anything.
  var isCompared: Bool { if case .unreferenced = tolerance { false } else { true } }

  /// Two decimals.
  static func percent(_ value: Double) -> String {
    "\(((value * 10_000).rounded() / 100)) %"
  }
}
