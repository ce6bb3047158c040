internal import Architectures
internal import Reports
internal import Serving
internal import Units

/// The pictures and the headline of a serving experiment.
struct ServingCharts {
  let outcomes: [ServingOutcome]
  /// What the table's energies are multiples of.
  let energyUnit: EnergyUnit

  /// Percentiles that a curve goes through, of those that outcomes keep.
  private static let percents: [Double] = (1...99).map(Double.init) + [99.5, 99.9]
  /// Percentiles that have a marker.
  private static let marked: [Double] = [50, 90, 99]

  /// The runs that completed anything, each with its look.
  private var shown: [(style: SeriesStyle, outcome: ServingOutcome)] {
    outcomes.enumerated().compactMap { index, outcome in
      outcome.served ? (SeriesStyle(index), outcome) : nil
    }
  }

  var all: [Chart] {
    [distribution, tradeOff] + (shown.contains { $0.outcome.mean(\.energy) != nil } ? [energy] : [])
  }

  /// The best run by each of the common figures.
  var headline: [Report.Headline] {
    func best(
      _ name: String, prefersLarge: Bool, _ text: (Double) -> String,
      _ value: (ServingOutcome) -> Double?
    ) -> [Report.Headline] {
      let sign = prefersLarge ? -1.0 : 1
      let values = shown.compactMap { entry in
        value(entry.outcome).map { (sign * $0, entry.outcome.name) }
      }
      guard let found = values.min(by: { $0.0 < $1.0 }) else { return [] }
      let equal = values.count { $0.0 == found.0 }
      let note = equal == values.count && equal > 1 ? "all runs" : found.1
      return [.init(name, text(sign * found.0), note: note)]
    }
    return best("least mean latency", prefersLarge: false, Self.seconds) { outcome in
      outcome.mean(\.latencyMean)
    }
      + best("least p99", prefersLarge: false, Self.seconds) { $0.latency(at: 99) }
      + best("most deadlines met", prefersLarge: true, NumberText.share) { $0.mean(\.attainment) }
      + best("least energy per query", prefersLarge: false, energyText) { outcome in
        outcome.mean(\.energy)
      }
  }

  private static func seconds(_ value: Double) -> String { NumberText.quantity(value, unit: "s") }
  private func energyText(_ value: Double) -> String {
    NumberText.quantity(value, unit: energyUnit.symbol)
  }

  private var seedText: String {
    let seeds = outcomes.map(\.seeds.count).max() ?? 0
    return seeds > 1 ? "means over \(seeds) seeds" : "one seed"
  }

  private var distribution: Chart {
    var series: [PointPlot.Series] = []
    for (style, outcome) in shown {
      series.append(
        .init(
          outcome.name, style, .line,
          Self.percents.compactMap { percent in
            outcome.latency(at: percent).map { .init($0, percent / 100) }
          }))
    }
    for (style, outcome) in shown {
      series.append(
        .init(
          "", style, .points(radius: 4.5),
          Self.marked.compactMap { percent in
            outcome.latency(at: percent).map {
              .init(
                $0, percent / 100, tip: "\(outcome.name)\np\(Int(percent)): \(Self.seconds($0))")
            }
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
      if outcome.seeds.count > 1 {
        seeds.append(
          .init(
            "", style, .faintPoints(radius: 3),
            outcome.seeds.compactMap { seed in
              guard let latency = seed.latencyMean, let accuracy = seed.servedAccuracy else {
                return nil
              }
              return .init(
                latency, accuracy,
                tip: "\(outcome.name), seed \(seed.seed)\n\(Self.seconds(latency)), "
                  + NumberText.share(accuracy))
            }))
      }
      guard let latency = outcome.mean(\.latencyMean), let accuracy = outcome.mean(\.servedAccuracy)
      else { continue }
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
      caption: "Mean latency and mean accuracy of all queries served; \(seedText)"
        + (seeds.isEmpty ? "." : ", small markers are single seeds.")
        + (hasMerged ? " Markers that cover each other are drawn as one." : ""), width: .half,
      plot: .points(PointPlot(x: x, y: y, series: seeds + drawn)))
  }

  private var energy: Chart {
    Chart(
      name: "energy-per-query", title: "Energy per query",
      caption:
        "Energy of all work, finished or not, over the queries that are served; \(seedText).",
      width: .half,
      plot: .bars(
        BarPlot(
          series: [.init("energy", SeriesStyle(0))],
          bars: shown.compactMap { style, outcome in
            guard let energy = outcome.mean(\.energy) else { return nil }
            return .init(
              outcome.name, [energy], style: style,
              note: outcome.mean(\.dramBytes).map {
                NumberText.bytes($0) + " from and to DRAM per query"
              } ?? "")
          }, axis: Axis("energy per query", unit: energyUnit.symbol))))
  }
}
