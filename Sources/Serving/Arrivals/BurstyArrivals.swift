public import Components

/// A stream of equal gaps together with a stream of gamma gaps.
///
/// Source: SuperServe (NSDI 2025), section 6.1. The mixture is milder than its label; see
/// `indexOfDispersion`.
public struct BurstyArrivals: ArrivalProcess {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Queries per second of the stream of equal gaps.
    public let baseRate: ArrivalRate
    /// Queries per second of the gamma stream.
    public let variantRate: ArrivalRate
    /// Squared coefficient of variation of the gamma stream.
    public let squaredVariation: Double
    /// Makes the parameters.
    public init(baseRate: ArrivalRate, variantRate: ArrivalRate, squaredVariation: Double) {
      self.baseRate = baseRate
      self.variantRate = variantRate
      self.squaredVariation = squaredVariation
    }
  }

  /// `bursty`.
  public static let kind = "bursty"
  /// One sentence.
  public static let summary = "Equal gaps and gamma gaps superposed."
  private let spec: Spec
  private var base: DeterministicArrivals
  private var variant: GammaArrivals
  private var nextBase: SimulationTime?
  private var nextVariant: SimulationTime?

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try ArrivalRules.check(spec.baseRate, "base_rate")
    try ArrivalRules.check(spec.variantRate, "variant_rate")
    self.spec = spec
    base = try DeterministicArrivals(.init(rate: spec.baseRate))
    variant = try GammaArrivals(
      .init(rate: spec.variantRate, squaredVariation: spec.squaredVariation))
  }

  /// The sum of both rates.
  public var meanRate: Double? { spec.baseRate.perSecond + spec.variantRate.perSecond }

  /// Variance over mean of the arrivals in a long window.
  ///
  /// Only the gamma stream varies: `variantRate * CV^2 / (baseRate + variantRate)`.
  public var indexOfDispersion: Double {
    spec.variantRate.perSecond * spec.squaredVariation
      / (spec.baseRate.perSecond + spec.variantRate.perSecond)
  }

  /// Takes one stream for each part.
  public mutating func start(seed: UInt64, name: String) {
    base.start(seed: seed, name: "\(name)/base")
    variant.start(seed: seed, name: "\(name)/variant")
    nextBase = base.next(after: SimulationTime(0))
    nextVariant = variant.next(after: SimulationTime(0))
  }

  /// The earlier of both; the stream of equal gaps goes first where they coincide.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    guard let early = nextBase else { return nil }
    guard let late = nextVariant else { return nil }
    if early <= late {
      nextBase = base.next(after: early)
      return early
    }
    nextVariant = variant.next(after: late)
    return late
  }
}

extension BurstyArrivals.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "base_rate",
      "Queries per second of the stream of equal gaps",
      source: "SuperServe (NSDI 2025), section 6.1"),
    KeyNote(
      "variant_rate",
      "Queries per second of the stream of gamma gaps",
      source: "SuperServe (NSDI 2025), section 6.1"),
    KeyNote(
      "squared_variation",
      "Squared coefficient of variation of the gamma gaps: 0 for equal ones, 1 for "
        + "Poisson, at most 1000",
      source: "SuperServe (NSDI 2025), section 6.1"),
  ]
}
