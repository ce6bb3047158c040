public import Components

/// A rate that climbs from one value to another, with gamma gaps.
///
/// Each gap is drawn with the rate at the arrival before it. Source: SuperServe (NSDI 2025),
/// section 6.1.
public struct AcceleratingArrivals: ArrivalProcess {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Queries per second at the start.
    public let startRate: ArrivalRate
    /// Queries per second at the end.
    public let endRate: ArrivalRate
    /// Climb, in queries per second per second.
    public let acceleration: Double
    /// Squared coefficient of variation of the gaps.
    public let squaredVariation: Double
    /// Makes the parameters.
    public init(
      startRate: ArrivalRate, endRate: ArrivalRate, acceleration: Double, squaredVariation: Double
    ) {
      self.startRate = startRate
      self.endRate = endRate
      self.acceleration = acceleration
      self.squaredVariation = squaredVariation
    }
  }

  /// `accelerating`.
  public static let kind = "accelerating"
  /// One sentence.
  public static let summary = "A rate that climbs steadily to a plateau, with gamma gaps."
  private let spec: Spec
  private var gaps: GammaGaps

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try ArrivalRules.check(spec.startRate, "start_rate")
    try ArrivalRules.check(spec.endRate, "end_rate")
    try ArrivalRules.checkVariation(spec.squaredVariation, "squared_variation")
    guard spec.acceleration > 0, spec.acceleration.isFinite else {
      throw SpecError(
        "acceleration", "expected a finite number above 0, found \(spec.acceleration)")
    }
    guard spec.startRate <= spec.endRate else {
      throw SpecError("end_rate", "must not be below start_rate \(spec.startRate)")
    }
    self.spec = spec
    gaps = GammaGaps(
      squaredVariation: spec.squaredVariation, stream: RandomStream(seed: 0, name: ""))
  }

  /// The rate that it reaches.
  public var meanRate: Double? { spec.endRate.perSecond }
  /// Takes the stream of gaps.
  public mutating func start(seed: UInt64, name: String) {
    gaps.stream = RandomStream(seed: seed, name: name)
  }
  /// The last arrival plus a gap at its rate.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    let rate = min(
      spec.startRate.perSecond + spec.acceleration * previous.seconds, spec.endRate.perSecond)
    return previous + gaps.next(rate: rate)
  }
}

extension AcceleratingArrivals.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "start_rate",
      "Queries per second at the start"),
    KeyNote(
      "end_rate",
      "Queries per second once the climb is over, not below `start_rate`"),
    KeyNote(
      "acceleration",
      "What the rate climbs by every second, in queries per second"),
    KeyNote(
      "squared_variation",
      "Squared coefficient of variation of the gaps: 0 for equal ones, 1 for Poisson, "
        + "at most 1000"),
  ]
}
