public import Components

/// Several sources of equal period, each with a phase of its own.
public struct PeriodicArrivals: ArrivalProcess {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Number of sources.
    public let sources: Int
    /// Time between two queries of one source.
    public let period: SimulationTime
    /// Makes the parameters.
    public init(sources: Int, period: SimulationTime) {
      self.sources = sources
      self.period = period
    }
  }

  /// `periodic`.
  public static let kind = "periodic"
  /// One sentence.
  public static let summary = "Cameras or sensors: equal periods, random phases."
  private let spec: Spec
  private var phases: [Int] = []
  private var index = 0

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    guard (1...1_000_000).contains(spec.sources) else {
      throw SpecError("sources", "expected 1 to 1000000, found \(spec.sources)")
    }
    try ArrivalRules.checkPositive(spec.period, "period")
    self.spec = spec
  }

  /// Sources over period.
  public var meanRate: Double? { Double(spec.sources) / spec.period.seconds }

  /// Draws a phase for every source, each from a stream of its own.
  public mutating func start(seed: UInt64, name: String) {
    phases = (0..<spec.sources).map { source in
      var stream = RandomStream(seed: seed, name: "\(name)/\(source)")
      return stream.index(below: spec.period.count)
    }.sorted()
    index = 0
  }

  /// The next phase, in the next period after the last source.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    let (period, source) = index.quotientAndRemainder(dividingBy: phases.count)
    index += 1
    let (start, overflow) = period.multipliedReportingOverflow(by: spec.period.count)
    return overflow || start >= SimulationTime.limit.count
      ? .limit : SimulationTime(start + phases[source])
  }
}

extension PeriodicArrivals.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "sources",
      "Number of sources, each with a random phase"),
    KeyNote(
      "period",
      "Time between two queries of one source"),
  ]
}
