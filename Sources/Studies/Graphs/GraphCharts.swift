internal import Architectures
internal import Documents
internal import Reports
internal import Serving

/// The pictures and the headline of queries that are graphs.
struct GraphCharts {
  let document: GraphServingDocument
  let figures: [GraphFigure]
  let unit: EnergyUnit

  private typealias Run = GraphServingDocument.Run

  private func mean(_ name: String, _ run: Run) -> Double? { run.figures[name]?.mean }

  private func text(_ name: String, _ value: Double) -> String {
    figures.first { $0.name == name }?.text(value, unit) ?? NumberText.ratio(value)
  }

  /// The best run by each of the common figures.
  var headline: [Report.Headline] {
    let names = [
      ("least mean latency", "latency_mean_s"), ("least p99", "latency_p99_s"),
      ("least energy per query", "\(unit.key)_per_query"),
      ("least DRAM traffic per query", "dram_bytes_per_query"),
    ]
    return names.compactMap { title, name in
      let values = document.runs.compactMap { run in mean(name, run).map { ($0, run.name) } }
      guard let best = values.min(by: { $0.0 < $1.0 }) else { return nil }
      let areAlike = values.count > 1 && values.allSatisfy { $0.0 == best.0 }
      return Report.Headline(title, text(name, best.0), note: areAlike ? "all runs" : best.1)
    }
  }

  /// Latency, energy and traffic as bars, the reach of nodes, and accuracy against latency.
  var all: [Chart] {
    [
      bars(
        "latency", "Mean latency", "From arrival to the end of the last node.", "latency_mean_s",
        Axis("latency", unit: "s")),
      bars(
        "tail", "99th percentile of latency", "From arrival to the end of the last node.",
        "latency_p99_s", Axis("latency", unit: "s")),
      bars(
        "energy-per-query", "Energy per query", "Of all work, over the queries that are served.",
        "\(unit.key)_per_query", Axis("energy", unit: unit.isAbsolute ? "J" : unit.symbol)),
      bars(
        "dram-per-query", "DRAM traffic per query",
        "Of all work, over the queries that are served.", "dram_bytes_per_query",
        Axis("traffic", unit: "B")),
      reach, tradeOff,
    ].compactMap { $0 }
  }

  private func bars(
    _ name: String, _ title: String, _ caption: String, _ figure: String, _ axis: Axis
  ) -> Chart? {
    let bars = document.runs.enumerated().compactMap { index, run -> BarPlot.Bar? in
      mean(figure, run).map {
        BarPlot.Bar(run.name, [$0], style: SeriesStyle(index), note: text(figure, $0))
      }
    }
    guard !bars.isEmpty else { return nil }
    return Chart(
      name: name, title: title, caption: caption + " Means over the seeds.", width: .half,
      plot: .bars(
        BarPlot(series: [.init(title.lowercased(), SeriesStyle(0))], bars: bars, axis: axis)))
  }

  /// Draws depend on seed, query and node alone, so that the first run speaks for all that give up nothing.
  private var reach: Chart? {
    guard let run = document.runs.first else { return nil }
    return Chart(
      name: "reach", title: "Reach of the nodes",
      caption:
        "The share of queries that run each node, in run `\(run.name)`; means over the seeds.",
      width: .half,
      plot: .bars(
        BarPlot(
          series: [.init("reach", SeriesStyle(0))],
          bars: run.nodes.map {
            .init($0.name, [$0.reach.mean], note: NumberText.share($0.reach.mean))
          }, axis: Axis("share of queries", unit: "%"))))
  }

  private var tradeOff: Chart? {
    let series = document.runs.enumerated().compactMap { index, run -> PointPlot.Series? in
      guard let accuracy = mean("accuracy", run), let latency = mean("latency_mean_s", run) else {
        return nil
      }
      let tip =
        "\(run.name)\n\(text("latency_mean_s", latency)), \(NumberText.share(accuracy))"
      return PointPlot.Series(
        run.name, SeriesStyle(index), .points(radius: 6.5), [.init(latency, accuracy, tip: tip)])
    }
    guard !series.isEmpty else { return nil }
    let x = Axis.fitting(
      "mean latency", unit: "s", series.flatMap { $0.points.map(\.x) })
    let y = Axis("accuracy", unit: "%")
    let (drawn, hasMerged) = PointPlot.merged(series, x: x, y: y)
    return Chart(
      name: "latency-accuracy", title: "Latency against accuracy",
      caption: "Further to the upper left is better."
        + (hasMerged ? " Markers that cover each other are drawn as one." : ""), width: .half,
      plot: .points(PointPlot(x: x, y: y, series: drawn)))
  }

  /// Cost against score of the settings that a search reports.
  static func tuning(_ document: TuningDocument, cost: String, score: String) -> [Chart] {
    var roles: [String] = []
    for setting in document.settings where !roles.contains(setting.role) {
      roles.append(setting.role)
    }
    let series = roles.enumerated().map { index, role in
      PointPlot.Series(
        role, SeriesStyle(index), .points(radius: role == "front" ? 3.5 : 6.5),
        document.settings.filter { $0.role == role }.compactMap { setting in
          setting.score.map {
            .init(
              setting.costS, $0,
              tip: "\(setting.setting)\n\(NumberText.quantity(setting.costS, unit: "s")), "
                + NumberText.share($0))
          }
        })
    }.filter { !$0.points.isEmpty }
    guard !series.isEmpty else { return [] }
    let x = Axis.fitting(cost, unit: "s", series.flatMap { $0.points.map(\.x) })
    let y = Axis(score, unit: "%")
    let (drawn, hasMerged) = PointPlot.merged(series, x: x, y: y)
    return [
      Chart(
        name: "settings", title: "Settings worth a look",
        caption: "Further to the upper left is better."
          + (hasMerged ? " Markers that cover each other are drawn as one." : ""), width: .full,
        plot: .points(PointPlot(x: x, y: y, series: drawn)))
    ]
  }
}
