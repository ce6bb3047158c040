internal import Reports
internal import Serving
internal import Specs
internal import Units

/// What a serving experiment reports.
struct ServingReport {
  let spec: ServingSpec
  let table: ProfileTable
  let paths: [String]
  let outcomes: [ServingOutcome]
  /// Squared coefficient of variation of the gaps between arrivals; nil for a closed loop.
  let variation: Double?
  /// What a reader should know of the table's energies.
  let tableWarnings: [String]
  let command: String

  /// The report.
  var report: Report {
    let seeds = spec.allSeeds
    let pictures = ServingCharts(outcomes: outcomes, energyUnit: table.energyUnit)
    return Report(
      title: spec.name,
      facts: [
        (
          "arrivals",
          spec.arrivals.kind + (variation.map { ", CV^2 \(ServingLint.text($0))" } ?? "")
        ),
        (
          "queries",
          "\(NumberText.count(spec.options.queries)), \(seeds.count) seed\(seeds.count == 1 ? "" : "s"), "
            + "the first \(NumberText.count(spec.options.warmUp)) not measured"
        ),
        (
          "table",
          "\(table.subnets.count) sub-networks x \(table.subgraphs.count) sub-graphs x "
            + "\(table.batches.count) batch sizes"
        ),
      ] + (table.energyUnit.isAbsolute ? [] : [("energy unit", table.energyUnit.explanation)]),
      table: Table(
        columns: [
          .init("run", "run"), .init(nil, "policy"), .init(nil, "caching_policy"),
          .init("mean", "latency_mean_s"), .init("p99", "latency_p99_s"),
          .init("SLO", "slo_attainment"), .init("accuracy", "mean_accuracy"),
          .init("drops", "dropped"), .init("energy", energyKey),
          .init("DRAM", "dram_bytes_per_query"), .init("hits", "cache_hit_ratio"),
          .init("busy", "utilization"), .init(nil, "subnet_switches"),
          .init(nil, "subgraph_loads"),
        ], rows: outcomes.map(row), total: nil),
      conclusions: outcomes.map { ($0.name, $0.settings.isEmpty ? "no options" : $0.settings) }
        + comparison() + bounds(),
      warnings: warnings, document: document(), headline: pictures.headline,
      charts: pictures.all, trends: ServingTrends(outcomes: outcomes).all)
  }

  private func row(_ outcome: ServingOutcome) -> [Table.Cell] {
    [
      .text(outcome.name), .text(outcome.policy), .text(outcome.caching),
      .quantity(outcome.mean { $0.latency.meanSeconds }, unit: "s"),
      .quantity(outcome.latencies(at: [99])[0], unit: "s"),
      .share(outcome.mean(\.attainment)), .share(outcome.mean(\.meanServedAccuracy)),
      .count(outcome.runs.reduce(0) { $0 + $1.drops }),
      .quantity(energyPerQuery(outcome), unit: table.energyUnit.symbol),
      .quantity(outcome.mean(\.dramBytesPerQuery), unit: "B"),
      .share(outcome.mean(\.cacheHitRatio)), .share(outcome.mean(\.utilization)),
      .count(outcome.runs.reduce(0) { $0 + $1.metrics.subnetSwitches }),
      .count(outcome.runs.reduce(0) { $0 + $1.metrics.subgraphLoads }),
    ]
  }

  /// `energy_j_per_query`, or named after the relative unit of the table's energies.
  private var energyKey: String { "\(table.energyUnit.key)_per_query" }

  private func energyPerQuery(_ outcome: ServingOutcome) -> Double {
    outcome.mean { table.energyUnit.amount($0.energyPerQuery) }
  }

  /// Every run against the first one.
  private func comparison() -> [(String, String)] {
    guard let first = outcomes.first, outcomes.count > 1 else { return [] }
    let base = first.mean { $0.latency.meanSeconds }
    let bytes = first.mean(\.dramBytesPerQuery)
    return outcomes.dropFirst().map { outcome in
      let latency = outcome.mean { $0.latency.meanSeconds } / base - 1
      let traffic = outcome.mean(\.dramBytesPerQuery) / bytes - 1
      return (
        "\(outcome.name) / \(first.name)",
        "latency \(NumberText.share(latency)), DRAM bytes \(NumberText.share(traffic))"
      )
    }
  }

  private var warnings: [String] {
    tableWarnings + ServingLint(spec: spec, outcomes: outcomes, variation: variation).warnings
  }

  private func document() -> JSONValue {
    var arrivals = (try? ArrivalProcesses.registry.make(spec.arrivals))?.member
    arrivals?.start(seed: 1, name: "")
    return .object([
      "schema": .string("umemaki.serving/1"), "scenario": .string(spec.name),
      "arrivals": .object([
        "kind": .string(spec.arrivals.kind),
        "rate_hz": arrivals?.meanRate.map { .number($0) } ?? .null,
        "queries": .integer(spec.options.queries), "cv2": variation.map { .number($0) } ?? .null,
      ]),
      "policies": .array(outcomes.map(policy)),
      "warnings": .array(warnings.map { .string($0) }),
      "provenance": Provenance(
        version: umemakiVersion, inputs: paths.map { Provenance.Input(fileAt: $0) },
        command: command, seed: spec.options.seed
      ).document,
    ])
  }

  /// Both published variants, where the scenario gives a frame period.
  private func fluidity(_ outcome: ServingOutcome) -> JSONValue {
    guard let first = outcome.runs.first, !first.metrics.fluidity.isEmpty else { return .null }
    let members = FluidityIndex.Variant.allCases.map { variant in
      (variant.rawValue, JSONValue.number(outcome.mean { $0.fluidity[variant]?.value ?? 0 }))
    }
    return .object(Dictionary(members) { first, _ in first })
  }

  /// The bound of each run beside the largest latency that was simulated.
  private func bounds() -> [(String, String)] {
    outcomes.compactMap { outcome in
      guard let bound = outcome.runs.compactMap({ $0.metrics.bound?.value.seconds }).max() else {
        return nil
      }
      let largest = outcome.runs.map { $0.metrics.latency.largest.seconds }.max() ?? 0
      return (
        "\(outcome.name), bound",
        "network calculus \(NumberText.quantity(bound, unit: "s")), largest simulated "
          + NumberText.quantity(largest, unit: "s")
      )
    }
  }

  /// How many different settings of the same kinds of policies the experiment has.
  private func settingsTried(_ outcome: ServingOutcome) -> Int {
    Set(
      outcomes.filter { $0.policy == outcome.policy && $0.caching == outcome.caching }
        .map(\.settings)
    ).count
  }

  private func policy(_ outcome: ServingOutcome) -> JSONValue {
    let percentiles = outcome.latencies(at: [50, 90, 99, 99.9]).map(JSONValue.number)
    let means = outcome.runs.map { $0.metrics.latency.meanSeconds }
    return .object([
      "name": .string(outcome.name), "policy": .string(outcome.policy),
      "caching_policy": .string(outcome.caching), "options": .string(outcome.settings),
      "settings_tried": .integer(settingsTried(outcome)),
      "queries": .integer(outcome.runs.reduce(0) { $0 + $1.arrivals }),
      "completed": .integer(outcome.runs.reduce(0) { $0 + $1.completions }),
      "dropped": .integer(outcome.runs.reduce(0) { $0 + $1.drops }),
      "slo_attainment": .number(outcome.mean(\.attainment)),
      "mean_accuracy": .number(outcome.mean(\.meanServedAccuracy)),
      "latency_s": .object([
        "mean": .number(outcome.mean { $0.latency.meanSeconds }), "p50": percentiles[0],
        "p90": percentiles[1], "p99": percentiles[2], "p999": percentiles[3],
        "max": .number(outcome.mean { $0.latency.largest.seconds }),
        "mean_lowest_seed": .number(means.min() ?? 0),
        "mean_highest_seed": .number(means.max() ?? 0),
      ]),
      "network_calculus_bound_s": outcome.runs.compactMap { $0.metrics.bound?.value.seconds }.max()
        .map { .number($0) } ?? .null,
      "fluidity": fluidity(outcome),
      energyKey: .number(energyPerQuery(outcome)),
      "dram_bytes_per_query": .number(outcome.mean(\.dramBytesPerQuery)),
      "cache_hit_ratio": .number(outcome.mean(\.cacheHitRatio)),
      "utilization": .number(outcome.mean(\.utilization)),
      "subnet_switches": .integer(outcome.runs.reduce(0) { $0 + $1.metrics.subnetSwitches }),
      "subgraph_loads": .integer(outcome.runs.reduce(0) { $0 + $1.metrics.subgraphLoads }),
    ])
  }
}
