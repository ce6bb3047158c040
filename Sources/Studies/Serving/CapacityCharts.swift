internal import Reports

/// The pictures and the headline of a capacity search.
struct CapacityCharts {
  /// What was found for one run.
  struct Run {
    let name: String
    let style: SeriesStyle
    /// The highest rate that meets the deadlines, in queries per second; nil where none does.
    let rate: Double?
    /// Mean accuracy of the queries that meet their deadline at that rate.
    let accuracy: Double
    /// The lowest rate tried that does not.
    let failing: Double?
  }

  let attainment: Double
  var runs: [Run] = []

  private static func text(_ rate: Double) -> String { NumberText.quantity(rate, unit: "Hz") }

  private var known: [(run: Run, rate: Double)] {
    runs.compactMap { run in run.rate.map { (run, $0) } }
  }

  /// The run that holds the highest rate, and the most accurate one.
  var headline: [Report.Headline] {
    func best(_ value: ((run: Run, rate: Double)) -> Double) -> (run: Run, rate: Double)? {
      known.min { value($0) > value($1) }
    }
    let fastest = best(\.rate).map {
      Report.Headline("highest rate", Self.text($0.rate), note: $0.run.name)
    }
    let precise = best(\.run.accuracy).map {
      Report.Headline(
        "most accurate", NumberText.share($0.run.accuracy),
        note: "\($0.run.name), up to \(Self.text($0.rate))")
    }
    return [fastest, precise].compactMap { $0 } + [
      .init(
        "runs that hold some rate", "\(known.count) of \(runs.count)",
        note: "with \(NumberText.share(attainment)) of deadlines met")
    ]
  }

  var all: [Chart] { [rates, tradeOff] }

  private var missing: String {
    let names = runs.filter { $0.rate == nil }.map(\.name)
    return names.isEmpty ? "" : " No rate was found for \(names.joined(separator: ", "))."
  }

  private var rates: Chart {
    Chart(
      name: "capacity", title: "Highest rate of each run",
      caption:
        "Queries per second at which \(NumberText.share(attainment)) of deadlines are met, to "
        + "2.5 %." + missing, width: .half,
      plot: .bars(
        BarPlot(
          series: [.init("rate", SeriesStyle(0))],
          bars: known.map { entry in
            .init(
              entry.run.name, [entry.rate], style: entry.run.style,
              note: "accuracy \(NumberText.share(entry.run.accuracy))"
                + (entry.run.failing.map { "\nfails at \(Self.text($0))" } ?? ""))
          }, axis: Axis("rate", unit: "Hz"))))
  }

  private var tradeOff: Chart {
    let series = known.map { entry in
      PointPlot.Series(
        entry.run.name, entry.run.style, .points(radius: 6.5),
        [
          .init(
            entry.rate, entry.run.accuracy,
            tip: "\(entry.run.name)\n\(Self.text(entry.rate)), "
              + NumberText.share(entry.run.accuracy))
        ])
    }
    let x = Axis.fitting("highest rate", unit: "Hz", known.map(\.rate))
    let y = Axis("mean accuracy", unit: "%")
    let (drawn, hasMerged) = PointPlot.merged(series, x: x, y: y)
    return Chart(
      name: "rate-accuracy", title: "Highest rate against accuracy",
      caption:
        "Up and to the right is better: mean accuracy of the queries that meet their deadline at "
        + "that rate."
        + (hasMerged ? " Markers that cover each other are drawn as one." : ""), width: .half,
      plot: .points(PointPlot(x: x, y: y, series: drawn)))
  }
}
