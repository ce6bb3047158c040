public import Components

/// One arrival every `1 / rate`, the k-th at `k / rate` to the nearest picosecond.
public struct DeterministicArrivals: ArrivalProcess {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Queries per second.
    public let rate: ArrivalRate
    /// Makes the parameters.
    public init(rate: ArrivalRate) { self.rate = rate }
  }

  /// `deterministic`.
  public static let kind = "deterministic"
  /// One sentence.
  public static let summary = "Equal gaps."
  private let spec: Spec
  private var index = 0

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try ArrivalRules.check(spec.rate, "rate")
    self.spec = spec
  }

  /// The rate.
  public var meanRate: Double? { spec.rate.perSecond }
  /// Starts at the first gap.
  public mutating func start(seed: UInt64, name: String) { index = 0 }
  /// The next multiple of the gap.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    index += 1
    return SimulationTime(seconds: Double(index) / spec.rate.perSecond)
  }
}

extension DeterministicArrivals.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "rate",
      "Queries per second")
  ]
}
