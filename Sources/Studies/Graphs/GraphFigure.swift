internal import Architectures
internal import Reports
internal import Serving
internal import Units

/// What a graph's run gave with one seed.
struct GraphMetrics {
  let run: ServingRun
  let observed: GraphObserver
}

/// One figure of queries that are graphs, defined once for tables, CSV and documents.
struct GraphFigure: Sendable {
  /// What a figure measures.
  enum Form: Sendable {
    case seconds, share, count, energy, bytes, byteSeconds, number
  }

  /// The name in CSV and documents, with its unit.
  let name: String
  /// The heading in tables; nil for a figure that only programs see.
  let heading: String?
  let form: Form
  /// Of one seed; nil where there is none.
  let value: @Sendable (GraphMetrics) -> Double?
  /// In expectation on idle devices; nil where there is none.
  let expected: @Sendable (GraphOutlook) -> Double?

  init(
    _ name: String, _ form: Form, _ heading: String? = nil,
    expected: @escaping @Sendable (GraphOutlook) -> Double? = { _ in nil },
    _ value: @escaping @Sendable (GraphMetrics) -> Double?
  ) {
    self.name = name
    self.heading = heading
    self.form = form
    self.value = value
    self.expected = expected
  }

  /// A cell of a table.
  func cell(_ value: Double?, _ unit: EnergyUnit) -> Table.Cell {
    guard let value else { return .none }
    switch form {
    case .seconds: return .quantity(value, unit: "s")
    case .share: return .share(value)
    case .count: return .count(Int(value.rounded()))
    case .energy: return .quantity(value, unit: unit.isAbsolute ? "J" : unit.symbol)
    case .bytes: return .quantity(value, unit: "B")
    case .byteSeconds: return .quantity(value, unit: "B s")
    case .number: return .ratio(value)
    }
  }

  /// The same for people.
  func text(_ value: Double, _ unit: EnergyUnit) -> String {
    switch form {
    case .seconds: NumberText.quantity(value, unit: "s")
    case .share: NumberText.share(value)
    case .count: NumberText.count(Int(value.rounded()))
    case .energy: NumberText.quantity(value, unit: unit.isAbsolute ? "J" : unit.symbol)
    case .bytes: NumberText.quantity(value, unit: "B")
    case .byteSeconds: NumberText.quantity(value, unit: "B s")
    case .number: NumberText.ratio(value)
    }
  }

  /// All of them, of a table's energy unit.
  static func all(_ unit: EnergyUnit) -> [GraphFigure] {
    let scale = unit.isAbsolute ? 1e-12 : 1
    return answers + latencies + [
      GraphFigure(
        "\(unit.key)_per_query", .energy, "energy", expected: { $0.energy * scale },
        { $0.run.metrics.energyPerQuery.map { $0.value * scale } }),
      GraphFigure(
        "dram_bytes_per_query", .bytes, "DRAM", expected: { $0.dramBytes },
        { $0.run.metrics.dramBytesPerQuery }),
      GraphFigure(
        "resident_byte_seconds_per_query", .byteSeconds, "byte seconds",
        expected: { $0.byteSeconds },
        { metrics in
          metrics.observed.completed == 0
            ? nil : metrics.observed.byteSeconds.map { $0 / Double(metrics.observed.completed) }
        }),
      GraphFigure("cache_hit_ratio", .share, "hits") { $0.run.metrics.cacheHitRatio },
      GraphFigure("utilization", .share, "busy") { $0.run.metrics.utilization },
      GraphFigure("mean_batch", .number, nil) { $0.run.metrics.meanBatch },
      GraphFigure("subgraph_loads", .count, nil) { Double($0.run.metrics.subgraphLoads) },
    ]
  }

  private static let answers: [GraphFigure] = [
    GraphFigure("queries", .count, nil) { Double($0.observed.arrived) },
    GraphFigure("completed", .count, nil) { Double($0.observed.completed) },
    GraphFigure("dropped", .count, "drops") { Double($0.run.metrics.dropped) },
    GraphFigure("slo_attainment", .share, "SLO") { $0.run.metrics.attainment },
    GraphFigure(
      "accuracy", .share, "accuracy", expected: { $0.accuracy },
      { metrics in
        metrics.observed.completed == 0
          ? nil : metrics.observed.accuracy.map { $0 / Double(metrics.observed.completed) }
      }),
  ]

  private static let latencies: [GraphFigure] = [
    GraphFigure(
      "latency_mean_s", .seconds, "mean", expected: { $0.pathSeconds },
      { $0.observed.latency.meanSeconds }),
    GraphFigure("latency_p50_s", .seconds, nil) { $0.observed.latency.percentile(50)?.seconds },
    GraphFigure("latency_p90_s", .seconds, nil) { $0.observed.latency.percentile(90)?.seconds },
    GraphFigure("latency_p99_s", .seconds, "p99") { $0.observed.latency.percentile(99)?.seconds },
    GraphFigure(
      "latency_max_s", .seconds, nil, expected: { $0.worstSeconds },
      { $0.observed.completed == 0 ? nil : $0.observed.latency.largest.seconds }),
    GraphFigure(
      "work_s_per_query", .seconds, "work", expected: { $0.workSeconds },
      { $0.observed.completed == 0 ? nil : $0.observed.workSeconds / Double($0.observed.completed) }
    ),
    GraphFigure(
      "worst_work_s", .seconds, nil, expected: { $0.worstWorkSeconds }, { _ in nil }),
  ]
}
