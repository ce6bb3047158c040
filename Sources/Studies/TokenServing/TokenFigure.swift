internal import Architectures
internal import Reports
internal import Serving
internal import Units

/// One figure of served tokens with its names, defined once for tables, CSV and documents.
struct TokenFigure: Sendable {
  /// What a figure measures.
  enum Form: Sendable {
    case seconds
    case rate
    case share
    case count
    case energy
    case bytes
    case number
  }

  /// The name in CSV and documents, with its unit.
  let name: String
  /// The heading in tables; nil for a figure that only programs see.
  let heading: String?
  let form: Form
  /// Of one seed; nil where there is none.
  let value: @Sendable (TokenMetrics) -> Double?

  init(
    _ name: String, _ form: Form, _ heading: String? = nil,
    _ value: @escaping @Sendable (TokenMetrics) -> Double?
  ) {
    self.name = name
    self.heading = heading
    self.form = form
    self.value = value
  }

  /// A cell of a table.
  func cell(_ value: Double?, _ unit: EnergyUnit?) -> Table.Cell {
    guard let value else { return .none }
    switch form {
    case .seconds: return .quantity(value, unit: "s")
    case .rate: return .quantity(value, unit: "/s")
    case .share: return .share(value)
    case .count: return .count(Int(value.rounded()))
    case .energy: return .quantity(value, unit: unit?.isAbsolute == false ? "" : "J")
    case .bytes: return .quantity(value, unit: "B")
    case .number: return .ratio(value)
    }
  }

  /// All of them, of an energy unit, nil where costs have no energy, and of classes of prompts by name.
  static func all(_ unit: EnergyUnit?, classes names: [String] = []) -> [TokenFigure] {
    requests + distributions + targets + classes(names) + devices + (unit.map(energies) ?? [])
  }

  private static let requests: [TokenFigure] = [
    TokenFigure("completed", .count, nil) { Double($0.completed) },
    TokenFigure("refused", .count, nil) { Double($0.refused) },
    TokenFigure("requests_per_s", .rate, "requests") { perSecond($0.completed, $0) },
    TokenFigure("output_tokens_per_s", .rate, "tokens") { perSecond($0.outputTokens, $0) },
    TokenFigure("prompt_tokens_per_s", .rate, nil) { perSecond($0.promptTokens, $0) },
  ]

  private static let distributions: [TokenFigure] =
    latencies("queueing", { $0.queueing }, headings: [:])
    + latencies("first_token", { $0.firstToken }, headings: ["p50": "first p50", "p99": "p99"])
    + latencies(
      "between_tokens", { $0.betweenTokens }, headings: ["p50": "gap p50", "p99": "gap p99"])
    + latencies("per_token", { $0.perToken }, headings: [:])
    + latencies("latency", { $0.latency }, headings: ["mean": "latency"])
    + latencies("normalized", { $0.normalized }, headings: [:])

  private static func latencies(
    _ name: String, _ path: @escaping @Sendable (TokenMetrics) -> LatencyDistribution,
    headings: [String: String]
  ) -> [TokenFigure] {
    [TokenFigure("\(name)_mean_s", .seconds, headings["mean"]) { path($0).meanSeconds }]
      + [("p50", 50.0), ("p90", 90), ("p99", 99)].map { part, percent in
        TokenFigure("\(name)_\(part)_s", .seconds, headings[part]) {
          path($0).percentile(percent)?.seconds
        }
      }
      + [
        TokenFigure("\(name)_max_s", .seconds, nil) {
          path($0).count == 0 ? nil : path($0).largest.seconds
        }
      ]
  }

  private static let targets: [TokenFigure] = [
    TokenFigure("kept_first_token", .share, nil) { share($0.keptFirst, $0.measured) },
    TokenFigure("kept_between_tokens", .share, nil) { share($0.keptBetween, $0.measured) },
    TokenFigure("kept", .share, "kept") { share($0.kept, $0.measured) },
    // Of those that are measured, as many a second as are served a second.
    TokenFigure("goodput_per_s", .rate, "goodput") { metrics in
      guard let share = share(metrics.kept, metrics.measured),
        let rate = perSecond(metrics.completed, metrics)
      else { return nil }
      return share * rate
    },
    TokenFigure("fluidity_paper", .share, nil) {
      share($0.fluidity.paper.onTime, $0.fluidity.paper.total)
    },
    TokenFigure("fluidity_etalon_code", .share, nil) {
      share($0.fluidity.code.onTime, $0.fluidity.code.total)
    },
    TokenFigure("fluid_requests_paper", .share, nil) {
      $0.fluidity.paper.total == 0 ? nil : share($0.fluidity.paper.fluid, $0.measured)
    },
    TokenFigure("fluid_requests_etalon_code", .share, nil) {
      $0.fluidity.code.total == 0 ? nil : share($0.fluidity.code.fluid, $0.measured)
    },
  ]

  private static let devices: [TokenFigure] = [
    TokenFigure("iterations", .count, nil) { Double($0.iterationCount) },
    TokenFigure("decode_iterations", .share, nil) {
      share($0.iterations.decodes, $0.iterationCount)
    },
    TokenFigure("prompt_iterations", .share, nil) {
      share($0.iterations.prompts, $0.iterationCount)
    },
    TokenFigure("mixed_iterations", .share, nil) { share($0.iterations.mixed, $0.iterationCount) },
    TokenFigure("requests_in_iteration", .number, "batch") { $0.meanRequests },
    TokenFigure("tokens_in_iteration", .number, nil) { $0.meanTokens },
    TokenFigure("blocks_mean", .number, nil) { $0.meanBlocks },
    TokenFigure("blocks_max", .count, nil) { Double($0.mostBlocks) },
    TokenFigure("preemptions", .count, "preempted") { Double($0.preemptions) },
    TokenFigure("recomputed_tokens", .count, nil) { Double($0.recomputed) },
    TokenFigure("swaps", .count, "swapped") { Double($0.swaps) },
    TokenFigure("swapped_bytes", .bytes, nil) { $0.swappedBytes },
    TokenFigure("host_blocks_max", .count, nil) { Double($0.mostHostBlocks) },
    TokenFigure("shared_tokens", .count, nil) { Double($0.sharedTokens) },
    TokenFigure("moved_cache_bytes", .bytes, nil) { Double($0.movedBytes) },
    TokenFigure("busy", .share, nil) { metrics in
      metrics.end.count == 0
        ? nil : Double(metrics.weighted.time) / Double(metrics.end.count) / Double(metrics.devices)
    },
    TokenFigure("model_flops_utilization", .share, "MFU") { $0.flopsUtilization },
    TokenFigure("model_bandwidth_utilization", .share, "MBU") { $0.bandwidthUtilization },
    TokenFigure("end_s", .seconds, nil) { $0.end.seconds },
  ]

  private static func energies(_ unit: EnergyUnit) -> [TokenFigure] {
    [
      TokenFigure(
        unit.isAbsolute ? "energy_per_token_j" : "energy_per_token", .energy, "energy/token"
      ) { metrics in
        guard metrics.outputTokens > 0 else { return nil }
        let scale = unit.isAbsolute ? 1e-12 : 1
        return metrics.energy.value * scale / Double(metrics.outputTokens)
      },
      TokenFigure("dram_bytes_per_token", .bytes, nil) {
        $0.outputTokens == 0 ? nil : Double($0.dramBytes.count) / Double($0.outputTokens)
      },
    ]
  }

  private static func share(_ part: Int, _ all: Int) -> Double? {
    all == 0 ? nil : Double(part) / Double(all)
  }

  private static func perSecond(_ count: Int, _ metrics: TokenMetrics) -> Double? {
    metrics.end.count == 0 ? nil : Double(count) / metrics.end.seconds
  }
}
