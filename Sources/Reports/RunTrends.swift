internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

/// What a terminal shows of the layers of one inference in a line.
struct RunTrends {
  let run: NetworkCost

  private func waiting(_ entry: NetworkCost.Entry) -> Double {
    let cycles = entry.cost.cycles
    return Double(cycles[.dramRead].count + cycles[.dramWrite].count)
      / Double(max(entry.cost.total.count, 1))
  }

  /// Utilization, and the share of time spent waiting for DRAM where there is any; both from 0 to 1.
  var all: [Trends] {
    guard run.entries.count > 1, let first = run.entries.first, let last = run.entries.last else {
      return []
    }
    func line(_ name: String, _ values: [Double]) -> Trends.Line {
      .init(
        name, values, low: 0, high: 1,
        note: "\(NumberText.share(values.min() ?? 0)) to \(NumberText.share(values.max() ?? 0))")
    }
    let waits = run.entries.map(waiting)
    let lines =
      [line("utilization", run.entries.map(\.cost.utilization))]
      + (waits.contains { $0 > 0 } ? [line("waiting for DRAM", waits)] : [])
    return [Trends("layer by layer, \(first.name) to \(last.name)", lines)]
  }
}
