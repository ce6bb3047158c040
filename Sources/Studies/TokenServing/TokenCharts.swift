internal import Reports
internal import Serving

/// The pictures and the headline of served tokens.
struct TokenCharts {
  let outcomes: [TokenReport.Outcome]
  let targets: Bool

  /// The mean over the seeds of a figure; nil where none has it.
  private func mean(
    _ outcome: TokenReport.Outcome, _ value: (TokenMetrics) -> Double?
  ) -> Double? {
    Spread(outcome.metrics.compactMap(value))?.mean
  }

  private static func median(_ metrics: TokenMetrics) -> Double? {
    metrics.firstToken.percentile(50)?.seconds
  }

  private static func gap(_ metrics: TokenMetrics) -> Double? {
    metrics.betweenTokens.percentile(99)?.seconds
  }

  private static func kept(_ metrics: TokenMetrics) -> Double? {
    metrics.measured == 0 ? nil : Double(metrics.kept) / Double(metrics.measured)
  }

  private static func text(_ seconds: Double) -> String {
    NumberText.quantity(seconds, unit: "s")
  }

  /// The run with the earliest first tokens, the one with the shortest gaps, and the one that keeps most.
  var headline: [Report.Headline] {
    func best(
      _ title: String, _ value: @escaping (TokenMetrics) -> Double?
    ) -> Report.Headline? {
      let known = outcomes.compactMap { outcome in mean(outcome, value).map { (outcome.name, $0) } }
      return known.min { $0.1 < $1.1 }.map {
        Report.Headline(title, Self.text($0.1), note: $0.0)
      }
    }
    return [
      best("earliest first tokens, median", Self.median),
      best("shortest gaps, 99th percentile", Self.gap),
    ].compactMap { $0 }
  }

  /// Times to the first token and gaps as bars, and one against the other.
  var all: [Chart] {
    [
      bars(
        "first-token", "Time to the first token",
        "The median over requests, in the mean over the seeds.", Self.median),
      bars(
        "between-tokens", "Time between tokens",
        "The 99th percentile over all gaps, in the mean over the seeds.", Self.gap),
      tradeOff,
    ] + (targets ? [keeping] : [])
  }

  private func bars(
    _ name: String, _ title: String, _ caption: String, _ value: (TokenMetrics) -> Double?
  ) -> Chart {
    Chart(
      name: name, title: title, caption: caption, width: .half,
      plot: .bars(
        BarPlot(
          series: [.init(title.lowercased(), SeriesStyle(0))],
          bars: outcomes.enumerated().compactMap { index, outcome in
            mean(outcome, value).map {
              .init(outcome.name, [$0], style: SeriesStyle(index), note: Self.text($0))
            }
          }, axis: Axis("time", unit: "s"))))
  }

  private var keeping: Chart {
    Chart(
      name: "kept", title: "Requests that keep all targets",
      caption: "Of those that are measured, in the mean over the seeds.", width: .half,
      plot: .bars(
        BarPlot(
          series: [.init("kept", SeriesStyle(0))],
          bars: outcomes.enumerated().compactMap { index, outcome in
            mean(outcome, Self.kept).map {
              .init(outcome.name, [$0], style: SeriesStyle(index), note: NumberText.share($0))
            }
          }, axis: Axis("share of requests", unit: ""))))
  }

  private var tradeOff: Chart {
    let series = outcomes.enumerated().compactMap { index, outcome -> PointPlot.Series? in
      guard let first = mean(outcome, Self.median), let gap = mean(outcome, Self.gap) else {
        return nil
      }
      return PointPlot.Series(
        outcome.name, SeriesStyle(index), .points(radius: 6.5),
        [.init(first, gap, tip: "\(outcome.name)\n\(Self.text(first)), \(Self.text(gap))")])
    }
    let x = Axis.fitting(
      "first token, median", unit: "s", outcomes.compactMap { mean($0, Self.median) })
    let y = Axis.fitting(
      "gap, 99th percentile", unit: "s", outcomes.compactMap { mean($0, Self.gap) })
    let (drawn, hasMerged) = PointPlot.merged(series, x: x, y: y)
    return Chart(
      name: "first-token-and-gaps", title: "First tokens against gaps",
      caption: "Further to the lower left is better."
        + (hasMerged ? " Markers that cover each other are drawn as one." : ""), width: .half,
      plot: .points(PointPlot(x: x, y: y, series: drawn)))
  }
}
