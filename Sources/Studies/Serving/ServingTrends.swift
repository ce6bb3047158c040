internal import Foundation
internal import Reports
internal import Serving

/// What a terminal shows of the latencies of a serving experiment in a line per run.
struct ServingTrends {
  /// Equal steps of latency that queries are counted in.
  private static let steps = 48
  /// Percentiles, one for every half per cent.
  private static let percents = (1...199).map { Double($0) / 2 }

  let outcomes: [ServingOutcome]

  /// The share of queries in each step of latency, all runs over the same steps.
  var all: [Trends] {
    let known = outcomes.filter(\.served)
    let samples = known.map { outcome in Self.percents.compactMap { outcome.latency(at: $0) } }
    let values = samples.joined().filter { $0.isFinite && $0 > 0 }
    guard let low = values.min(), let high = values.max(), high > low else { return [] }
    // The same rule as in the pictures.
    let axis = Axis.fitting("latency", unit: "s", values)
    let scale = ValueSteps(
      values, isLogarithmic: axis.kind != .linear, count: Self.steps)
    let shares = samples.map { sample in
      var counts = Array(repeating: 0.0, count: Self.steps)
      for value in sample where value > 0 {
        counts[scale.step(of: value)] += 1 / Double(sample.count)
      }
      return counts
    }
    let most = shares.joined().max() ?? 1
    let range =
      "\(NumberText.quantity(low, unit: "s")) to \(NumberText.quantity(high, unit: "s"))"
    return [
      Trends(
        "share of queries by latency, \(range)"
          + (axis.kind != .linear ? ", equal ratios" : ""),
        zip(known, shares).map { .init($0.name, $1, low: 0, high: most) })
    ]
  }
}
