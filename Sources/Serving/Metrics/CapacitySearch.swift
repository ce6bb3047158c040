public import Components

/// The highest rate at which a condition holds, by bisection.
public struct CapacitySearch: Sendable {
  /// What a rate turned out to be.
  public enum Trial: Hashable, Sendable {
    /// It meets the condition.
    case meets
    /// It does not; a lower rate may.
    case misses
    /// It does not, and no lower rate can.
    case hopeless
  }

  /// What a search found.
  public struct Result: Hashable, Sendable {
    /// The highest rate tried that meets the condition, nil when even the lowest fails.
    public let highest: Double?
    /// The lowest rate tried that fails, nil when even the highest rate allowed meets it.
    public let lowestFailing: Double?
    /// Rates tried.
    public let trials: Int
  }

  /// Where to start, in queries per second.
  public let start: Double
  /// Relative width at which the search stops.
  public let granularity: Double
  /// The most rates to try.
  public let iterations: Int

  /// Makes a search.
  ///
  /// - Parameters:
  ///   - start: Where to start, in queries per second.
  ///   - granularity: Relative width at which the search stops; 2.5 % as in Vidur.
  ///   - iterations: The most rates to try.
  /// - Throws: `SpecError` when a value is out of range.
  public init(
    start: Double, granularity: Double = 0.025, iterations: Int = 60
  ) throws(SpecError) {
    guard ArrivalRate(base: start) != nil else {
      throw SpecError("start", "expected \(ArrivalRate.range), found \(start)")
    }
    guard granularity > 0, granularity < 1 else {
      throw SpecError("granularity", "expected a share between 0 and 1, found \(granularity)")
    }
    guard iterations > 0 else { throw SpecError("iterations", "must be more than 0") }
    self.start = start
    self.granularity = granularity
    self.iterations = iterations
  }

  /// Doubles or halves the rate until both an upper and a lower bound are known, then bisects.
  ///
  /// The condition is taken to hold up to some rate and to fail above it. A hopeless rate ends the
  /// search for a lower bound.
  public func run<Failure: Error>(
    _ trial: (Double) throws(Failure) -> Trial
  ) throws(Failure) -> Result {
    var good: Double?
    var bad: Double?
    var trials = 0
    var rate = start
    while trials < iterations {
      if let good, let bad, (bad - good) <= granularity * good { break }
      guard ArrivalRate(base: rate) != nil else { break }
      trials += 1
      switch try trial(rate) {
      case .meets: good = rate
      case .misses: bad = rate
      case .hopeless:
        bad = rate
        guard good != nil else { return Result(highest: nil, lowestFailing: bad, trials: trials) }
      }
      switch (good, bad) {
      case (let good?, let bad?): rate = (good + bad) / 2
      case (let good?, nil): rate = good * 2
      case (nil, let bad?): rate = bad / 2
      case (nil, nil): break
      }
    }
    return Result(highest: good, lowestFailing: bad, trials: trials)
  }
}
