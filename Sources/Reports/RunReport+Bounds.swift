internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

// How far every layer is from what its design allows, and how busy the design is.
extension RunReport {
  private var hasBounds: Bool { bounds.contains { $0 != nil } }

  /// Of several cores there is no bound, and there are no columns.
  var boundColumns: [Table.Column] {
    guard hasBounds else { return [] }
    return [
      .init("of bound", "over_bound"), .init("limit", "limit"), .init(nil, "bound_cycles"),
      .init(nil, "refetch"), .init(nil, "distinct_bytes"),
    ]
  }

  /// Cycles and bytes against the least, and what holds the layer.
  func boundCells(_ cost: LayerCost, _ bound: LayerBound?) -> [Table.Cell] {
    guard hasBounds else { return [] }
    guard let bound else { return [.none, .text(""), .none, .none, .none] }
    return cells(
      cycles: cost.total.count, bound.cycles.count, limit: bound.limit.rawValue,
      bytes: (cost.dramRead + cost.dramWrite).count, bound.leastBytes.count)
  }

  /// The same of all layers that have a bound.
  var totalBoundCells: [Table.Cell] {
    guard hasBounds else { return [] }
    let all = bounded
    return cells(cycles: all.cycles, all.least, limit: "", bytes: all.bytes, all.distinct)
  }

  private func cells(
    cycles: Int, _ least: Int, limit: String, bytes: Int, _ distinct: Int
  ) -> [Table.Cell] {
    func over(_ own: Int, _ least: Int) -> Table.Cell {
      least == 0 ? .none : .ratio(Double(own) / Double(least))
    }
    return [
      over(cycles, least), .text(limit), .count(least), over(bytes, distinct), .count(distinct),
    ]
  }

  /// What the layers that have a bound take, and take at least.
  private var bounded: (cycles: Int, least: Int, bytes: Int, distinct: Int) {
    var all = (cycles: 0, least: 0, bytes: 0, distinct: 0)
    for (entry, bound) in zip(run.entries, bounds) {
      guard let bound else { continue }
      all.cycles += entry.cost.total.count
      all.least += bound.cycles.count
      all.bytes += (entry.cost.dramRead + entry.cost.dramWrite).count
      all.distinct += bound.leastBytes.count
    }
    return all
  }

  /// Cycles and bytes of all layers against the least.
  var boundText: [(String, String)] {
    guard hasBounds else { return [] }
    let all = bounded
    func times(_ own: Int, _ least: Int) -> String {
      "\((Double(own) / Double(max(least, 1)) * 100).rounded() / 100)"
    }
    return [
      (
        "",
        "\(times(all.cycles, all.least)) times the bound of lanes and links, DRAM bytes "
          + "\(times(all.bytes, all.distinct)) times those of every operand once"
      )
    ]
  }

  /// How busy lanes, adders and ports are.
  var useText: String {
    let use = run.use
    let lane = run.design.datapath.lane
    let lanes = "\(lane)s \(NumberText.share(use.utilization))"
    let gated = use.gated > 0 ? " (\(NumberText.share(use.gated)) gated)" : ""
    let adders = lane == "adder" ? [] : ["adders \(NumberText.share(use.adders))"]
    let ports = use.portShares.map { entry in
      let name = entry.port == .port ? "DRAM port" : "DRAM \(entry.port.rawValue) port"
      return "\(name) \(NumberText.share(entry.share))"
    }
    return ([lanes + gated] + adders + ports).joined(separator: ", ")
  }
}
