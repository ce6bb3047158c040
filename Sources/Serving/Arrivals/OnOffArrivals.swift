public import Components

/// Poisson arrivals whose rate switches between two values.
public struct OnOffArrivals: ArrivalProcess {
  /// How the lengths of the phases vary.
  public enum Phases: String, Codable, CaseIterable, Sendable {
    /// Always the same.
    case fixed
    /// Exponential with the given mean.
    case exponential
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Queries per second while on.
    public let rate: ArrivalRate
    /// Length of an on phase.
    public let on: SimulationTime
    /// Length of an off phase, in which nothing arrives.
    public let off: SimulationTime
    /// How the lengths vary.
    public let phases: Phases
    /// Makes the parameters.
    public init(rate: ArrivalRate, on: SimulationTime, off: SimulationTime, phases: Phases) {
      self.rate = rate
      self.on = on
      self.off = off
      self.phases = phases
    }
  }

  /// `on-off`.
  public static let kind = "on-off"
  /// One sentence.
  public static let summary = "Poisson arrivals in bursts with silence between them."
  private let spec: Spec
  private var gaps = RandomStream(seed: 0, name: "")
  private var lengths = RandomStream(seed: 0, name: "")
  private var phaseEnd = SimulationTime(0)

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try ArrivalRules.check(spec.rate, "rate")
    try ArrivalRules.checkPositive(spec.on, "on")
    try ArrivalRules.checkPositive(spec.off, "off")
    // Each gap walks through the phases it spans; a million of them is where patience ends.
    guard spec.rate.perSecond * spec.on.seconds >= 1e-6 else {
      throw SpecError("on", "so short that a million phases pass between two arrivals")
    }
    self.spec = spec
  }

  /// The rate averaged over both phases.
  public var meanRate: Double? {
    spec.rate.perSecond * spec.on.seconds / (spec.on.seconds + spec.off.seconds)
  }

  /// Takes one stream for the gaps and one for the phases.
  public mutating func start(seed: UInt64, name: String) {
    gaps = RandomStream(seed: seed, name: "\(name)/gaps")
    lengths = RandomStream(seed: seed, name: "\(name)/phases")
    phaseEnd = length(spec.on)
  }

  /// The next arrival within on phases; what is left of a gap goes on in the next phase.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    var time = previous + SimulationTime(seconds: gaps.exponential() / spec.rate.perSecond)
    // Beyond the end of time nothing matters any more; the engine refuses it.
    while time > phaseEnd, time < .limit {
      let silence = length(spec.off)
      time = time + silence
      phaseEnd = phaseEnd + silence + length(spec.on)
    }
    return time
  }

  private mutating func length(_ mean: SimulationTime) -> SimulationTime {
    switch spec.phases {
    case .fixed: mean
    case .exponential: SimulationTime(seconds: lengths.exponential() * mean.seconds)
    }
  }
}

extension OnOffArrivals.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "rate",
      "Queries per second while on"),
    KeyNote(
      "on",
      "Length of an on phase"),
    KeyNote(
      "off",
      "Length of an off phase, in which nothing arrives"),
    KeyNote(
      "phases",
      "How the lengths vary: `fixed`, always the same; `exponential`, with `on` and "
        + "`off` as their means"),
  ]
}
