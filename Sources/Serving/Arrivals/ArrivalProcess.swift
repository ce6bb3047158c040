public import Components
public import Inputs

/// When queries arrive.
public protocol ArrivalProcess: Configurable {
  /// Number of queries in the system at any time, nil for an open stream.
  var population: Int? { get }
  /// The long-run rate in queries per second, nil where it depends on the service.
  var meanRate: Double? { get }
  /// What its queries ask for; nil where all of that is drawn. Known once the files are read.
  var demands: TraceDemands? { get }
  /// The tokens that its requests have, row by row; nil where it says nothing. Known once the files are read.
  var lengths: [TokenLengths]? { get }
  /// Reads the files that the specification names.
  mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError)
  /// Takes the random streams of the sources, `name` and names below it.
  mutating func start(seed: UInt64, name: String)
  /// The next arrival, nil when there are no more.
  ///
  /// `previous` is the last arrival of an open stream, and the completion that frees a place of
  /// a closed loop.
  mutating func next(after previous: SimulationTime) -> SimulationTime?
}

extension ArrivalProcess {
  /// An open stream.
  public var population: Int? { nil }
  /// Says nothing about demands.
  public var demands: TraceDemands? { nil }
  /// Says nothing about tokens.
  public var lengths: [TokenLengths]? { nil }
  /// Reads nothing.
  public mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError) {}
}

/// The arrival processes a scenario can name.
public enum ArrivalProcesses {
  /// The list; a new process is one line here.
  public static let registry = Registry<any ArrivalProcess>(
    "arrival process",
    [
      .init(ClosedLoop.self) { $0 },
      .init(DeterministicArrivals.self) { $0 },
      .init(PoissonArrivals.self) { $0 },
      .init(GammaArrivals.self) { $0 },
      .init(BurstyArrivals.self) { $0 },
      .init(AcceleratingArrivals.self) { $0 },
      .init(OnOffArrivals.self) { $0 },
      .init(PeriodicArrivals.self) { $0 },
      .init(TraceReplay.self) { $0 },
      .init(FunctionCountsReplay.self) { $0 },
    ])
}

/// Checks that the processes share.
enum ArrivalRules {
  static func check(_ rate: ArrivalRate, _ key: String) throws(SpecError) {
    guard ArrivalRate(base: rate.perSecond) != nil else {
      throw SpecError(key, "expected \(ArrivalRate.range), found \(rate)")
    }
  }

  static func checkVariation(_ value: Double, _ key: String) throws(SpecError) {
    guard value >= 0, value <= 1000 else {
      throw SpecError(
        key, "expected a squared coefficient of variation from 0 to 1000, found \(value)")
    }
  }

  static func checkPositive(_ time: SimulationTime, _ key: String) throws(SpecError) {
    guard time.count > 0 else { throw SpecError(key, "must be more than 0 s") }
  }
}
