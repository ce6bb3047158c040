internal import Architectures
internal import CostModel
internal import Documents
internal import Reports
internal import Serving
internal import Units

/// What is said of several ways of sharing an array.
extension SharedArrayExperiment {
  /// The figures of one way over all seeds.
  func figures(
    _ index: Int, _ outcomes: [DispatchEngine.Outcome]
  ) -> SharedArrayDocument.Run {
    let frequency = Double(design.architecture.spec.frequency.count)
    let lanes = Double(design.lanes)
    let latencies = outcomes.flatMap(\.latencies).sorted()
    func total(_ value: (DispatchEngine.Outcome) -> Int) -> Double {
      outcomes.reduce(0) { $0 + Double(value($1)) }
    }
    func percentile(_ share: Double) -> Double {
      guard !latencies.isEmpty else { return 0 }
      let rank = Int((share * Double(latencies.count)).rounded(.up)) - 1
      return Double(latencies[max(0, rank)]) / frequency
    }
    let count = Double(max(latencies.count, 1))
    let folds = total(\.folds)
    return SharedArrayDocument.Run(
      name: spec.runs[index].name, dispatch: spec.runs[index].dispatch.kind.rawValue,
      queries: latencies.count, sloAttainment: total(\.met) / count,
      latencyMeanS: latencies.reduce(0) { $0 + Double($1) } / count / frequency,
      latencyP50S: percentile(0.5), latencyP99S: percentile(0.99), latencyMaxS: percentile(1),
      utilization: total(\.macs) / lanes / max(total(\.end), 1),
      busyUtilization: total(\.macs) / lanes / max(total(\.busy), 1),
      foldUtilization: folds > 0 && SharedArray(design).columns < .max
        ? outcomes.reduce(0) { $0 + $1.foldUse } / folds : nil,
      layersPerStart: total(\.layers) / max(total(\.starts), 1), layers: Int(total(\.layers)),
      dramBytesPerQuery: total(\.dramBytes) / count)
  }

  static func report(_ document: SharedArrayDocument, isShared: Bool) -> Report {
    func seconds(_ value: Double) -> Table.Cell { .quantity(value, unit: "s") }
    return Report(
      title: "\(document.scenario) on \(document.architecture), layers on one array",
      facts: [
        (
          "queries",
          "\(document.runs.first?.queries ?? 0), seeds \(document.seeds.map(String.init).joined(separator: ", "))"
        ),
        (
          "utilization",
          "multiply-accumulates over lanes and cycles, until the last answer and while busy"
        ),
        ("last folds", "share of the array that last folds use, alone or shared"),
      ],
      table: Table(
        columns: [
          .init("run", "run"), .init("dispatch", "dispatch"), .init(nil, "queries"),
          .init("in time", "slo_attainment"), .init("mean", "latency_mean_s"),
          .init("p50", "latency_p50_s"), .init("p99", "latency_p99_s"),
          .init(nil, "latency_max_s"), .init("utilization", "utilization"),
          .init("busy", "busy_utilization"), .init("last folds", "fold_utilization"),
          .init("layers per start", "layers_per_start"), .init(nil, "layers"),
          .init("DRAM per query", "dram_bytes_per_query"),
        ],
        rows: document.runs.map { run in
          [
            .text(run.name), .text(run.dispatch), .count(run.queries), .share(run.sloAttainment),
            seconds(run.latencyMeanS), seconds(run.latencyP50S), seconds(run.latencyP99S),
            seconds(run.latencyMaxS), .share(run.utilization), .share(run.busyUtilization),
            run.foldUtilization.map { .share($0) } ?? .none, .ratio(run.layersPerStart),
            .count(run.layers), .quantity(run.dramBytesPerQuery, unit: "B"),
          ]
        }, total: nil),
      conclusions: [],
      warnings: isShared
        ? []
        : ["the array takes one kernel at a time: only layers of equal weights are joined"],
      document: document.json)
  }
}

extension DispatchEngine.Outcome {
  /// Adds the outcome of one of `share` equal parts of the array that work beside one another.
  mutating func add(_ other: DispatchEngine.Outcome, share: Int) {
    latencies += other.latencies
    met += other.met
    end = max(end, other.end)
    busy += other.busy
    macs += other.macs
    dramBytes += other.dramBytes
    layers += other.layers
    starts += other.starts
    folds += other.folds
    foldUse += other.foldUse
  }
}
