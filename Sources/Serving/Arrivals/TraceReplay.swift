public import Components
public import Inputs

/// Replays the arrival times of a trace file.
public struct TraceReplay: ArrivalProcess {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Path of the trace.
    public let file: String
    /// What the file looks like.
    public let format: ArrivalTrace.Format
    /// Stretches the trace to this mean rate; its own rate unless given.
    public let rate: ArrivalRate?
    /// Makes the parameters.
    public init(file: String, format: ArrivalTrace.Format, rate: ArrivalRate? = nil) {
      self.file = file
      self.format = format
      self.rate = rate
    }
  }

  /// `trace`.
  public static let kind = "trace"
  /// One sentence.
  public static let summary =
    "The time stamps of a trace file, stretched to a rate if one is given."
  private let spec: Spec
  private var times: [SimulationTime] = []
  private var index = 0

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    if let rate = spec.rate { try ArrivalRules.check(rate, "rate") }
    self.spec = spec
  }

  /// Reads the trace.
  public mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError) {
    let trace = try ArrivalTrace(
      parsing: try read(spec.file), format: spec.format, file: spec.file)
    times = try trace.times(rate: spec.rate)
  }

  /// The rate of the replayed trace.
  public var meanRate: Double? { ArrivalTrace.rate(of: times) }
  /// Starts at the first time.
  public mutating func start(seed: UInt64, name: String) { index = 0 }
  /// The next time, nil after the last.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    guard index < times.count else { return nil }
    defer { index += 1 }
    return times[index]
  }
}
