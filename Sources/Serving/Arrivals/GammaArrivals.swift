public import Components

/// Gamma gaps with a given rate and squared coefficient of variation.
public struct GammaArrivals: ArrivalProcess {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Queries per second.
    public let rate: ArrivalRate
    /// Squared coefficient of variation of the gaps; 0 for equal gaps, 1 for Poisson.
    public let squaredVariation: Double
    /// Makes the parameters.
    public init(rate: ArrivalRate, squaredVariation: Double) {
      self.rate = rate
      self.squaredVariation = squaredVariation
    }
  }

  /// `gamma`.
  public static let kind = "gamma"
  /// One sentence.
  public static let summary = "Independent gamma gaps with a squared coefficient of variation."
  private let spec: Spec
  private var gaps: GammaGaps

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try ArrivalRules.check(spec.rate, "rate")
    try ArrivalRules.checkVariation(spec.squaredVariation, "squared_variation")
    self.spec = spec
    gaps = GammaGaps(
      squaredVariation: spec.squaredVariation, stream: RandomStream(seed: 0, name: ""))
  }

  /// The rate.
  public var meanRate: Double? { spec.rate.perSecond }
  /// Takes the stream of gaps.
  public mutating func start(seed: UInt64, name: String) {
    gaps.stream = RandomStream(seed: seed, name: name)
  }
  /// The last arrival plus a gamma gap.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    previous + gaps.next(rate: spec.rate.perSecond)
  }
}

extension GammaArrivals.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "rate",
      "Queries per second"),
    KeyNote(
      "squared_variation",
      "Squared coefficient of variation of the gaps: 0 for equal ones, 1 for Poisson, "
        + "at most 1000"),
  ]
}
