internal import Serving

/// One combination of policies and what it achieved, seed by seed.
struct ServingOutcome {
  /// One option of a policy, every default filled in.
  struct Option: Hashable {
    let name: String
    let value: String
  }

  let name: String
  let policy: String
  let policyOptions: [Option]
  let caching: String
  let cachingOptions: [Option]
  let runs: [ServingRun]

  /// All options for people.
  var settings: String {
    (policyOptions + cachingOptions).map { "\($0.name): \($0.value)" }.joined(separator: ", ")
  }

  /// The mean of `value` over the seeds.
  func mean(_ value: (ServingMetrics) -> Double) -> Double {
    runs.reduce(0) { $0 + value($1.metrics) } / Double(max(runs.count, 1))
  }

  /// Latencies in seconds that shares of the queries, in per cent and rising, do not exceed: means
  /// over the seeds.
  func latencies(at percents: [Double]) -> [Double] {
    var means = Array(repeating: 0.0, count: percents.count)
    for run in runs {
      for (index, time) in run.metrics.latency.percentiles(percents).enumerated() {
        means[index] += time.seconds
      }
    }
    return means.map { $0 / Double(max(runs.count, 1)) }
  }

  /// The options that a specification written as YAML holds.
  static func options(_ specification: String) -> [Option] {
    specification.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      return Option(name: String(parts[0]), value: String(parts[1].drop { $0 == " " }))
    }
  }
}
