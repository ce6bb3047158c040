internal import Architectures
internal import CostModel
internal import Networks
internal import Units

/// What lives on chip over time.
extension RunCharts {
  /// Bytes of maps on chip while each layer runs; nothing where none stay.
  var livingMaps: [Chart] {
    let plan = run.maps
    guard !plan.holdings.isEmpty else { return [] }
    let kinds = [(false, "whole maps", SeriesStyle(0)), (true, "windows of rows", SeriesStyle(2))]
      .filter { kind in plan.holdings.contains { $0.isWindow == kind.0 } }
    let bars = plan.maps.stages.indices.map { stage -> BarPlot.Bar in
      let living = plan.holdings.filter { $0.stages.contains(stage) }
      let values = kinds.map { kind in
        living.reduce(0.0) { $1.isWindow == kind.0 ? $0 + Double($1.bytes.count) : $0 }
      }
      let names = living.map { plan.maps.maps[$0.map].name }
      return BarPlot.Bar(
        plan.maps.stages[stage].name, values, note: names.joined(separator: ", "))
    }
    return [
      Chart(
        name: "living-maps", title: "Maps on chip while each layer runs",
        caption: "Policy \(plan.policy.rawValue), room for "
          + "\(NumberText.bytes(plan.capacity.count)). A map lives from the layer that makes it to "
          + "its last reader; what has no room goes to DRAM.", width: .full,
        plot: .bars(
          BarPlot(
            series: kinds.map { BarPlot.Series($0.1, $0.2) }, bars: bars,
            axis: Axis("on chip", unit: "B"))))
    ]
  }
}
