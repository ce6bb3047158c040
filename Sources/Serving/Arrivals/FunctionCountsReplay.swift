public import Components
public import Inputs

/// Replays the per-minute counts of the Azure Functions traces in a shorter time.
///
/// The counts of all functions are summed; every minute becomes a bin of `duration / minutes`,
/// scaled to the mean rate. What happens within a bin is synthetic. Source of the data: Shahrad et
/// al., "Serverless in the Wild", ATC 2020.
public struct FunctionCountsReplay: ArrivalProcess {
  /// How the arrivals of one bin are placed.
  public enum Placement: String, Codable, CaseIterable, Sendable {
    /// A Poisson process with the rate of the bin.
    case poisson
    /// Equal gaps at the rate of the bin.
    case even
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Path of an `invocations_per_function_md.anon.dNN.csv`.
    public let file: String
    /// Only the first so many functions; all unless given.
    public let functions: Int?
    /// The time that the whole file is shrunk to.
    public let duration: SimulationTime
    /// Mean rate over that time.
    public let rate: ArrivalRate
    /// How the arrivals of one bin are placed, `poisson` unless given.
    public let placement: Placement
    /// Makes the parameters.
    public init(
      file: String, functions: Int? = nil, duration: SimulationTime, rate: ArrivalRate,
      placement: Placement = .poisson
    ) {
      self.file = file
      self.functions = functions
      self.duration = duration
      self.rate = rate
      self.placement = placement
    }
    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        file: try values.decode(String.self, forKey: .file),
        functions: try values.decodeIfPresent(Int.self, forKey: .functions),
        duration: try values.decode(SimulationTime.self, forKey: .duration),
        rate: try values.decode(ArrivalRate.self, forKey: .rate),
        placement: try values.decodeIfPresent(Placement.self, forKey: .placement) ?? .poisson)
    }
  }

  /// `azure-functions`.
  public static let kind = "azure-functions"
  /// One sentence.
  public static let summary = "Per-minute counts of a day of functions, shrunk and scaled."
  private let spec: Spec
  /// Expected arrivals up to the end of each bin.
  private var cumulative: [Double] = []
  private var level = 0.0
  private var bin = 0
  private var stream = RandomStream(seed: 0, name: "")

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try ArrivalRules.check(spec.rate, "rate")
    try ArrivalRules.checkPositive(spec.duration, "duration")
    if let functions = spec.functions, functions < 1 {
      throw SpecError("functions", "expected at least 1, found \(functions)")
    }
    self.spec = spec
  }

  /// Reads and sums the counts.
  public mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError) {
    let counts = try FunctionCounts(
      parsing: try read(spec.file), functions: spec.functions, file: spec.file)
    let scale = spec.rate.perSecond * spec.duration.seconds / Double(counts.total)
    var sum = 0
    cumulative = counts.perMinute.map {
      sum += $0
      return Double(sum) * scale
    }
  }

  /// The mean rate.
  public var meanRate: Double? { spec.rate.perSecond }

  /// Starts at the first bin.
  public mutating func start(seed: UInt64, name: String) {
    stream = RandomStream(seed: seed, name: name)
    level = 0
    bin = 0
  }

  /// The time at which the expected number of arrivals reaches the next level.
  ///
  /// Unit exponential steps of the level give a Poisson process, unit steps even placement.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    level += spec.placement == .poisson ? stream.exponential() : 1
    while bin < cumulative.count, cumulative[bin] < level { bin += 1 }
    guard bin < cumulative.count else { return nil }
    let before = bin == 0 ? 0 : cumulative[bin - 1]
    let share = (level - before) / (cumulative[bin] - before)
    let width = spec.duration.seconds / Double(cumulative.count)
    return max(previous, SimulationTime(seconds: (Double(bin) + share) * width))
  }
}

extension FunctionCountsReplay.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "file",
      "Path of an `invocations_per_function_md.anon.dNN.csv`, from the scenario's "
        + "folder",
      source: "Serverless in the Wild (ATC 2020)"),
    KeyNote(
      "functions",
      "Only the first so many functions are counted",
      default: "all"),
    KeyNote(
      "duration",
      "The time that the whole file is shrunk to"),
    KeyNote(
      "rate",
      "Queries per second in the mean over that time"),
    KeyNote(
      "placement",
      "How the arrivals of one bin are placed: `poisson`, at random; `even`, at equal "
        + "gaps",
      default: "poisson",
      source: "assumed; the data has counts per minute"),
  ]
}
