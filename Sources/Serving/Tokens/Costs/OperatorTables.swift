public import Components
public import Inputs
internal import Units

/// Iterations as the sum of measured operators.
///
/// The form of profiles as Vidur and LLMServingSim publish them: operators of a layer by the tokens of the
/// iteration, the head and the sampler by its requests, attention by chunk, contexts and decodes. Between rows
/// times are interpolated, beyond the last one they grow as between the last two.
public struct OperatorTables: IterationCosting {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Operators by tokens.
    public let tokens: String
    /// Operators by requests.
    public let requests: String?
    /// Attention of one layer.
    public let attention: String
    /// How often an operator of `tokens` runs in a layer.
    public let repeated: [OperatorCount]?
    /// Operators of `tokens` that run once and not in every layer.
    public let once: [String]?
    /// Time of every iteration beside the operators.
    public let host: SimulationTime?

    /// Makes the parameters.
    public init(
      tokens: String, requests: String?, attention: String, repeated: [OperatorCount]? = nil,
      once: [String]? = nil, host: SimulationTime? = nil
    ) {
      self.tokens = tokens
      self.requests = requests
      self.attention = attention
      self.repeated = repeated
      self.once = once
      self.host = host
    }
  }

  /// How often an operator runs in a layer.
  public struct OperatorCount: Codable, Hashable, Sendable {
    /// The operator's column.
    public let name: String
    /// How often.
    public let count: Int

    /// Makes a count.
    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  /// `operators`.
  public static let kind = "operators"
  /// One sentence.
  public static let summary = "Measured times of operators, from tables."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try DesignCosts.check(spec.host, "host")
    for (index, entry) in (spec.repeated ?? []).enumerated() {
      guard (1...1024).contains(entry.count) else {
        throw SpecError("repeated[\(index)].count", "expected 1 to 1024, found \(entry.count)")
      }
    }
    self.spec = spec
  }

  /// The tables.
  public var files: [String] { [spec.tokens, spec.attention] + (spec.requests.map { [$0] } ?? []) }

  /// Reads the tables.
  public func costs(
    from source: any IterationSource, decodeTokens: Int
  ) throws(InputError) -> any IterationCosts {
    let tokens = try OperatorTable(
      parsing: source.text(spec.tokens), key: "tokens", file: spec.tokens)
    let counts = try counts(tokens, layers: source.layers)
    let requests: OperatorTable? =
      if let path = spec.requests {
        try OperatorTable(parsing: source.text(path), key: "requests", file: path)
      } else {
        nil
      }
    return MeasuredCosts(
      linear: tokens.sums(counts),
      perRequest: requests?.sums(Array(repeating: 1, count: requests?.names.count ?? 0)),
      attention: try AttentionTable(parsing: source.text(spec.attention), file: spec.attention),
      layers: source.layers, host: spec.host ?? SimulationTime(0), decodeTokens: decodeTokens)
  }

  /// How often each column of the table runs in an iteration.
  private func counts(_ table: OperatorTable, layers: Int) throws(InputError) -> [Int] {
    var counts = Array(repeating: layers, count: table.names.count)
    for name in spec.once ?? [] { counts[try table.index(of: name, "once")] = 1 }
    for entry in spec.repeated ?? [] {
      let index = try table.index(of: entry.name, "repeated")
      guard counts[index] == layers else {
        throw InputError(
          "`\(entry.name)` runs once or is there twice, expected every operator at most once in "
            + "`once` and `repeated`", file: spec.tokens)
      }
      counts[index] *= entry.count
    }
    return counts
  }
}

extension OperatorTables.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "tokens", "CSV of operators by tokens of an iteration: `tokens`, then microseconds of each"),
    KeyNote(
      "requests",
      "CSV of operators by requests of an iteration: `requests`, then microseconds of each",
      default: "none"),
    KeyNote(
      "attention",
      "CSV of attention of one layer: `prefill_chunk,kv_prefill,n_decode,kv_decode,time_us`"),
    KeyNote("repeated", "Operators that run several times in a layer", default: "none"),
    KeyNote("once", "Operators that run once in an iteration, not in every layer", default: "none"),
    KeyNote("host", "Time of every iteration beside the operators", default: "0 s"),
  ]
}

extension OperatorTables.OperatorCount: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "The operator's column"), KeyNote("count", "How often it runs in a layer"),
  ]
}

/// The costs of tables that are read.
struct MeasuredCosts: IterationCosts {
  /// Microseconds of an iteration by tokens, and by requests.
  let linear: MeasuredCurve
  let perRequest: MeasuredCurve?
  let attention: AttentionTable
  let layers: Int
  let host: SimulationTime
  let decodeTokens: Int

  mutating func cost(of load: IterationLoad) throws(ServiceModelError) -> ServiceCost {
    var microseconds = linear.value(at: Double(load.tokens))
    if load.logits > 0 { microseconds += perRequest?.value(at: Double(load.logits)) ?? 0 }
    var layer = 0.0
    if !load.decodes.isEmpty {
      let mean = Double(load.decodes.reduce(0, +)) / Double(load.decodes.count)
      layer += attention.decode(count: Double(load.decodes.count), context: mean)
    }
    for chunk in load.chunks {
      layer += attention.prefill(chunk: Double(chunk.tokens), context: Double(chunk.context))
    }
    microseconds += layer * Double(layers)
    // More than 53 days is beyond the clock, and is refused where it is added to the time.
    let time = (microseconds * 1e6).rounded()
    guard time < 4e18 else {
      throw ServiceModelError("an iteration takes longer than the clock goes, 53 days")
    }
    return ServiceCost(latency: SimulationTime(max(1, Int(time))) + host)
  }
}
