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
    var latency = LatencyDistribution()
    for outcome in outcomes { latency.add(outcome.latency) }
    let values = latency.percentiles([50, 99]).map { Double($0.count) / frequency }
    func total(_ value: (DispatchEngine.Outcome) -> Int) -> Double {
      outcomes.reduce(0) { $0 + Double(value($1)) }
    }
    let count = Double(max(latency.count, 1))
    let folds = total(\.folds)
    return SharedArrayDocument.Run(
      name: spec.runs[index].name, dispatch: spec.runs[index].dispatch.kind.rawValue,
      queries: latency.count, sloAttainment: total(\.met) / count,
      latencyMeanS: Double(latency.sum) / count / frequency,
      latencyP50S: values.first ?? 0, latencyP99S: values.last ?? 0,
      latencyMaxS: Double(latency.largest.count) / frequency,
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
      document: document.json, charts: charts(document))
  }

  private static func charts(_ document: SharedArrayDocument) -> [Chart] {
    func bars(
      _ name: String, _ title: String, _ caption: String, _ axis: Axis,
      _ value: (SharedArrayDocument.Run) -> Double, _ text: (Double) -> String
    ) -> Chart {
      Chart(
        name: name, title: title, caption: caption, width: .half,
        plot: .bars(
          BarPlot(
            series: [.init(title.lowercased(), SeriesStyle(0))],
            bars: document.runs.enumerated().map { index, run in
              .init(
                run.name, [value(run)], style: SeriesStyle(index), note: text(value(run)))
            }, axis: axis)))
    }
    func seconds(_ value: Double) -> String { NumberText.quantity(value, unit: "s") }
    return [
      bars(
        "latency", "Mean latency", "From arrival to answer, over all tenants and seeds.",
        Axis("latency", unit: "s"), \.latencyMeanS, seconds),
      bars(
        "tail", "99th percentile of latency", "From arrival to answer, over all tenants and seeds.",
        Axis("latency", unit: "s"), \.latencyP99S, seconds),
      bars(
        "busy-utilization", "Utilization while busy",
        "Multiply-accumulates over lanes and cycles in which the array has work.",
        Axis("utilization", unit: "%"), \.busyUtilization, NumberText.share),
    ]
  }
}

extension DispatchEngine.Outcome {
  /// Adds the outcome of one of `share` equal parts of the array that work beside one another.
  mutating func add(_ other: DispatchEngine.Outcome, share: Int) {
    latency.add(other.latency)
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
