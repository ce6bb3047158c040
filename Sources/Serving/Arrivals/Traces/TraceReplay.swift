public import Components
public import Inputs

/// Replays the arrival times of a trace file, and what its queries ask for.
public struct TraceReplay: ArrivalProcess {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Path of the trace.
    public let file: String
    /// What the file looks like.
    public let format: ArrivalTrace.Format
    /// Stretches the trace to this mean rate; its own rate unless given.
    public let rate: ArrivalRate?
    /// What the file calls its columns, in place of those of the format; others are not read.
    public let columns: TraceColumns?
    /// The sub-network that each model of the file stands for; itself unless given.
    public let models: TraceModels?
    /// Makes the parameters.
    public init(
      file: String, format: ArrivalTrace.Format, rate: ArrivalRate? = nil,
      columns: TraceColumns? = nil, models: TraceModels? = nil
    ) {
      self.file = file
      self.format = format
      self.rate = rate
      self.columns = columns
      self.models = models
    }
  }

  /// `trace`.
  public static let kind = "trace"
  /// One sentence.
  public static let summary =
    "The time stamps of a trace file, stretched to a rate if one is given, and what its rows ask for."
  private let spec: Spec
  private var times: [SimulationTime] = []
  /// What the queries ask for; nil where the file says nothing.
  public private(set) var demands: TraceDemands?
  /// The tokens that its rows say; nil where the file says nothing.
  public private(set) var lengths: [TokenLengths]?
  private var index = 0

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    if let rate = spec.rate { try ArrivalRules.check(rate, "rate") }
    if let columns = spec.columns {
      guard spec.format != .timestamps else {
        throw SpecError(
          "columns", "a file of timestamps has none, expected format: queries, or no columns")
      }
      do {
        try columns.check()
      } catch {
        throw SpecError("columns.\(error.path)", error.message)
      }
    }
    if spec.models != nil, spec.format == .timestamps {
      throw SpecError(
        "models", "a file of timestamps names none, expected format: queries, or no models")
    }
    self.spec = spec
  }

  /// Reads the trace.
  public mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError) {
    let trace = try ArrivalTrace(
      parsing: try read(spec.file), format: spec.format, columns: spec.columns,
      models: spec.models, file: spec.file)
    times = try trace.times(rate: spec.rate)
    demands = trace.demands
    lengths = trace.lengths.isEmpty ? nil : trace.lengths
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

extension TraceReplay.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "file",
      "Path of the trace, from the scenario's folder"),
    KeyNote(
      "format",
      "What the file looks like: `timestamps`, one time per line; `queries`, this "
        + "program's columns or those of `columns`; `azure-llm`, `azure-functions-2021`, "
        + "`burstgpt`, `vidur`, as published",
      source: "Azure/AzurePublicDataset, HPMLL/BurstGPT, microsoft/vidur"),
    KeyNote(
      "rate",
      "Queries per second that the trace is stretched to in the mean",
      default: "the trace's own rate"),
    KeyNote(
      "columns",
      "What the file calls its columns",
      default: "those of the format"),
    KeyNote(
      "models",
      "The sub-network that each model of the file stands for",
      default: "the sub-network of that name"),
  ]
}
