internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

/// The pictures of one inference.
struct RunCharts {
  /// Components with a colour of their own; the others are shown together.
  private static let shownComponents = 7

  let run: NetworkCost
  let energyUnit: String
  let energy: (Picojoules) -> Double
  /// The first tiles of a layer; nil where nobody walks them again.
  let opening: ((_ layer: Int, _ tiles: Int) -> TileTimeline)?

  private static let causes: [(cause: CycleCause, name: String, style: SeriesStyle)] = [
    (.compute, "compute", SeriesStyle(0)),
    (.dramRead, "waiting for DRAM reads", SeriesStyle(1)),
    (.dramWrite, "waiting for DRAM writes", SeriesStyle(3)),
    (.overhead, "fixed cost of layers", SeriesStyle(7)),
    (.network, "waiting for other cores or their network", SeriesStyle(4)),
    (.level, "waiting for memories on chip", SeriesStyle(5)),
  ]

  private func seconds(_ cycles: Cycles) -> Double {
    run.design.architecture.spec.frequency.seconds(cycles)
  }

  private func energyText(_ value: Picojoules) -> String {
    NumberText.quantity(energy(value), unit: energyUnit)
  }

  var all: [Chart] {
    [RunTimeline(run: run).chart]
      + (opening.map { TileCharts(run: run, opening: $0).all } ?? []) + [
        RooflineChart(run: run).chart, energyBreakdown, latencyByLayer, energyByLayer,
      ] + livingMaps
  }

  // MARK: Layers

  private var latencyByLayer: Chart {
    let seen = Self.causes.filter { run.cycles($0.cause) > .zero }
    return Chart(
      name: "layer-latency", title: "Latency of each layer by cause",
      caption: "Computing takes what the array needs with operands always ready; the other causes "
        + "are what was exposed on top. Layers in order of execution.", width: .half,
      plot: .bars(
        BarPlot(
          series: seen.map { BarPlot.Series($0.name, $0.style) },
          bars: run.entries.map { entry in
            BarPlot.Bar(
              entry.name, seen.map { seconds(entry.cost.cycles[$0.cause]) },
              note: "utilization \(NumberText.share(entry.cost.utilization))")
          }, axis: Axis("latency", unit: "s"))))
  }

  /// Components from the largest total to the smallest.
  private var components: [(index: Int, name: String)] {
    let totals = run.energy
    return totals.indices.filter { totals[$0].amount.value > 0 }
      .sorted { (-totals[$0].amount.value, $0) < (-totals[$1].amount.value, $1) }
      .map { ($0, totals[$0].name) }
  }

  private var energyByLayer: Chart {
    let sorted = components
    let shown =
      sorted.count > Self.shownComponents + 1 ? sorted.prefix(Self.shownComponents) : sorted[...]
    let rest = sorted.dropFirst(shown.count)
    var series = shown.enumerated().map { BarPlot.Series($1.name, SeriesStyle($0)) }
    if !rest.isEmpty { series.append(BarPlot.Series("other", SeriesStyle(7))) }
    return Chart(
      name: "layer-energy", title: "Energy of each layer by component",
      caption: rest.isEmpty
        ? "Components in the order of their share of the whole inference."
        : "Components in the order of their share of the whole inference; other: "
          + rest.map(\.name).joined(separator: ", ") + ".", width: .half,
      plot: .bars(
        BarPlot(
          series: series,
          bars: run.entries.map { entry in
            let parts = entry.cost.energy
            var values = shown.map { energy(parts[$0.index].amount) }
            if !rest.isEmpty {
              values.append(rest.reduce(0) { $0 + energy(parts[$1.index].amount) })
            }
            return BarPlot.Bar(entry.name, values)
          }, axis: Axis("energy", unit: energyUnit))))
  }

  private var energyBreakdown: Chart {
    let totals = run.energy
    let table = run.design.energy.table
    return Chart(
      name: "energy", title: "Energy by component",
      caption: "All layers together, priced with the table \(table.spec.name) and the DRAM preset "
        + "\(table.dram.name).", width: .half,
      plot: .bars(
        BarPlot(
          series: [BarPlot.Series("energy", SeriesStyle(0))],
          bars: components.enumerated().map { position, component in
            BarPlot.Bar(
              component.name, [energy(totals[component.index].amount)],
              style: SeriesStyle(min(position, Self.shownComponents)))
          }, axis: Axis("energy", unit: energyUnit), whole: energy(run.totalEnergy))))
  }
}
