internal import Reports
internal import Serving
internal import Specs
internal import Units

/// The pictures and the headline of a serving experiment.
struct ServingCharts {
  let outcomes: [ServingOutcome]
  /// What the table's energies are multiples of.
  let energyUnit: EnergyUnit

  /// Percentiles that a curve goes through.
  private static let percents: [Double] = (1...99).map(Double.init) + [99.5, 99.9]
  /// Percentiles that have a marker.
  private static let marked: [Double] = [50, 90, 99]

  /// The runs that completed anything, each with its look.
  private var shown: [(style: SeriesStyle, outcome: ServingOutcome)] {
    outcomes.enumerated().compactMap { index, outcome in
      outcome.runs.contains { $0.metrics.completed > 0 } ? (SeriesStyle(index), outcome) : nil
    }
  }

  var all: [Chart] { [distribution, tradeOff, energy] }

  /// The best run by each of the common figures.
  var headline: [Report.Headline] {
    func best(
      _ name: String, prefersLarge: Bool, _ text: (Double) -> String,
      _ value: (ServingOutcome) -> Double
    ) -> [Report.Headline] {
      let sign = prefersLarge ? -1.0 : 1
      let values = shown.map { (sign * value($0.outcome), $0.outcome.name) }
      guard let found = values.min(by: { $0.0 < $1.0 }) else { return [] }
      let equal = values.count { $0.0 == found.0 }
      let note = equal == values.count && equal > 1 ? "all runs" : found.1
      return [.init(name, text(sign * found.0), note: note)]
    }
    return best("least mean latency", prefersLarge: false, Self.seconds) { outcome in
      outcome.mean { $0.latency.meanSeconds }
    }
      + best("least p99", prefersLarge: false, Self.seconds) { $0.latencies(at: [99])[0] }
      + best("most deadlines met", prefersLarge: true, NumberText.share) { $0.mean(\.attainment) }
      + best("least energy per query", prefersLarge: false, energyText) { outcome in
        outcome.mean { energyUnit.amount($0.energyPerQuery) }
      }
  }

  private static func seconds(_ value: Double) -> String { NumberText.quantity(value, unit: "s") }
  private func energyText(_ value: Double) -> String {
    NumberText.quantity(value, unit: energyUnit.symbol)
  }

  private var seedText: String {
    let seeds = outcomes.map(\.runs.count).max() ?? 0
    return seeds > 1 ? "means over \(seeds) seeds" : "one seed"
  }

  private var distribution: Chart {
    var series: [PointPlot.Series] = []
    for (style, outcome) in shown {
      series.append(
        .init(
          outcome.name, style, .line,
          zip(outcome.latencies(at: Self.percents), Self.percents).map { .init($0, $1 / 100) }))
    }
    for (style, outcome) in shown {
      series.append(
        .init(
          "", style, .points(radius: 4.5),
          zip(outcome.latencies(at: Self.marked), Self.marked).map { value, percent in
            .init(
              value, percent / 100,
              tip: "\(outcome.name)\np\(Int(percent)): \(Self.seconds(value))")
          }))
    }
    let values = series.flatMap { $0.points.map(\.x) }
    let x = Axis.fitting("latency", unit: "s", values)
    let y = Axis("share of queries", unit: "%", startsAtZero: true)
    let (drawn, hasMerged) = PointPlot.merged(series, x: x, y: y)
    return Chart(
      name: "latency-distribution", title: "Latency distribution of each run",
      caption:
        "The share of queries that were served within a latency, from arrival to completion; "
        + "\(seedText). Markers at p50, p90 and p99."
        + (hasMerged ? " Curves and markers that cover each other are drawn as one." : ""),
      width: .full, plot: .points(PointPlot(x: x, y: y, series: drawn)))
  }

  private var tradeOff: Chart {
    var seeds: [PointPlot.Series] = []
    var means: [PointPlot.Series] = []
    for (style, outcome) in shown {
      if outcome.runs.count > 1 {
        seeds.append(
          .init(
            "", style, .faintPoints(radius: 3),
            outcome.runs.filter { $0.metrics.completed > 0 }.map { run in
              .init(
                run.metrics.latency.meanSeconds, run.metrics.meanServedAccuracy,
                tip: "\(outcome.name), one seed\n\(Self.seconds(run.metrics.latency.meanSeconds)), "
                  + NumberText.share(run.metrics.meanServedAccuracy))
            }))
      }
      let latency = outcome.mean { $0.latency.meanSeconds }
      let accuracy = outcome.mean(\.meanServedAccuracy)
      means.append(
        .init(
          outcome.name, style, .points(radius: 6.5),
          [
            .init(
              latency, accuracy,
              tip: "\(outcome.name)\n\(Self.seconds(latency)), \(NumberText.share(accuracy))")
          ]))
    }
    let values = (seeds + means).flatMap { $0.points.map(\.x) }
    let x = Axis.fitting("mean latency", unit: "s", values)
    let y = Axis("mean accuracy", unit: "%")
    let (drawn, hasMerged) = PointPlot.merged(means, x: x, y: y)
    return Chart(
      name: "latency-accuracy", title: "Latency against accuracy",
      caption: "Mean latency and mean accuracy of the queries served; \(seedText)"
        + (seeds.isEmpty ? "." : ", small markers are single seeds.")
        + (hasMerged ? " Markers that cover each other are drawn as one." : ""), width: .half,
      plot: .points(PointPlot(x: x, y: y, series: seeds + drawn)))
  }

  private var energy: Chart {
    Chart(
      name: "energy-per-query", title: "Energy per query",
      caption: "Energy of all batches and loads over completed queries; \(seedText).", width: .half,
      plot: .bars(
        BarPlot(
          series: [.init("energy", SeriesStyle(0))],
          bars: shown.map { style, outcome in
            .init(
              outcome.name, [outcome.mean { energyUnit.amount($0.energyPerQuery) }], style: style,
              note: NumberText.bytes(Int(outcome.mean(\.dramBytesPerQuery)))
                + " from and to DRAM per query")
          }, axis: Axis("energy per query", unit: energyUnit.symbol))))
  }
}
