internal import Architectures
internal import Studies

/// What is known of a point of a serving sweep.
struct ServingFigures {
  /// The run with every seed.
  let outcome: ServingOutcome
  /// Square millimetres, not a number where it is not known.
  let area: Double
  /// Bytes of all memories on chip, not a number where the design is not known.
  let onChipBytes: Double
  /// Queries that arrive per second in the long run, not a number where it depends on the service.
  let rate: Double

  /// What a point gives, in column order, each the mean over the seeds.
  ///
  /// `latency_max` is the largest of all seeds.
  static func measures(_ unit: EnergyUnit) -> [Measure<ServingFigures>] {
    typealias Figure = Measure<ServingFigures>
    return [
      // A service is no run of cycles: it waits, and has several seeds.
      Figure(Metric("cycles", "cycles", .cycles)) { _ in .nan },
      mean(Metric("latency_s", "latency", .seconds)) { $0.latencyMean },
      mean(.energy(in: unit)) { $0.energy },
      Figure(Metric("area_mm2", "area", .squareMillimetres)) { $0.area },
      mean(Metric("dram_bytes", "dram_bytes", .bytes)) { $0.dramBytes },
      mean(Metric("utilization", "utilization", .share, prefersLarge: true)) { $0.utilization },
    ] + waits + counts + [
      Figure(Metric("on_chip_bytes", "on_chip_bytes", .bytes)) { $0.onChipBytes },
      mean(Metric("goodput_hz", "goodput", .hertz, prefersLarge: true)) { $0.goodput },
      Figure(Metric("arrival_rate_hz", "arrival_rate", .hertz, prefersLarge: true)) { $0.rate },
    ]
  }

  /// Tails of the latency and what is served in time, how well.
  private static var waits: [Measure<ServingFigures>] {
    [
      mean(Metric("latency_p50_s", "latency_p50", .seconds)) { $0.p50 },
      mean(Metric("latency_p99_s", "latency_p99", .seconds)) { $0.p99 },
      Measure(Metric("latency_max_s", "latency_max", .seconds)) {
        $0.outcome.spread(\.latencyMax)?.high ?? .nan
      },
      mean(Metric("slo_attainment", "slo_attainment", .share, prefersLarge: true)) {
        $0.attainment
      },
      mean(Metric("accuracy", "accuracy", .share, prefersLarge: true)) { $0.accuracy },
      mean(Metric("accuracy_completed", "accuracy_completed", .share, prefersLarge: true)) {
        $0.servedAccuracy
      },
    ]
  }

  private static var counts: [Measure<ServingFigures>] {
    [
      mean(Metric("dropped", "dropped", .count)) { Double($0.dropped) },
      mean(Metric("completed", "completed", .count, prefersLarge: true)) { Double($0.completed) },
      mean(Metric("cache_hit_ratio", "cache_hit_ratio", .share, prefersLarge: true)) { $0.hits },
      mean(Metric("subgraph_loads", "subgraph_loads", .count)) { Double($0.subgraphLoads) },
      mean(Metric("subnet_switches", "subnet_switches", .count)) { Double($0.subnetSwitches) },
    ]
  }

  /// A figure over the seeds that have one.
  private static func mean(
    _ metric: Metric, _ value: @escaping @Sendable (SeedFigures) -> Double?
  ) -> Measure<ServingFigures> {
    Measure(metric) { $0.outcome.mean(value) ?? .nan }
  }
}
