internal import Architectures
internal import CostModel
internal import Documents
internal import Networks
internal import Reports
internal import Units

extension Explanation {
  /// Layers that people see.
  private static let shown = 12

  /// Which layers contribute most: the longest first.
  var report: Report {
    let order = order
    let seen = order.prefix(Self.shown)
    let parts = [
      share(seen) { Double($0.total.count) }, share(seen) { $0.totalEnergy.value },
      share(seen) { Double(($0.dramRead + $0.dramWrite).count) },
    ].map(NumberText.share)
    var next: [(String, String)] = []
    if let first = order.first { next.append(("longest", advice(run.entries[first].name))) }
    let most = run.entries.max { $0.cost.totalEnergy < $1.cost.totalEnergy }
    if let most { next.append(("most energy", advice(most.name))) }
    return Report(
      title: "\(run.title), what its layers add",
      facts: [
        (
          "shown",
          "the \(seen.count) longest of \(run.entries.count): \(parts[0]) of the time, "
            + "\(parts[1]) of the energy, \(parts[2]) of the DRAM bytes"
        )
      ] + causes(run.cycles.count) { run.cycles($0).count },
      table: Table(
        columns: columns, rows: seen.map(row), total: total,
        details: order.dropFirst(Self.shown).map(row)),
      conclusions: next,
      warnings: run.allWarnings,
      document: document(layers: order, study: nil).json)
  }

  private func advice(_ name: String) -> String { "\(name); `--layer` with its name says why" }

  /// Of all cycles those of each cause, most first.
  func causes(_ all: Int, _ cycles: (CycleCause) -> Int) -> [(String, String)] {
    let parts = run.design.causes.filter { cycles($0) > 0 }
      .sorted { cycles($0) > cycles($1) }
      .map { "\($0.rawValue) \(NumberText.share(share(Double(cycles($0)), of: Double(all))))" }
    return parts.isEmpty ? [] : [("cycles", parts.joined(separator: ", "))]
  }

  private func share(_ places: some Sequence<Int>, _ value: (LayerCost) -> Double) -> Double {
    let all = run.entries.reduce(0) { $0 + value($1.cost) }
    return share(places.reduce(0) { $0 + value(run.entries[$1].cost) }, of: all)
  }

  private var columns: [Table.Column] {
    [
      .init("layer", "layer"), .init(nil, "operator"), .init(nil, "cycles"),
      .init("latency", "latency_s", hasBars: true), .init("of time", "cycles_share"),
      .init("energy", unit.key), .init("of energy", "energy_share"), .init("DRAM", "dram_bytes"),
      .init("refetch", "refetch"), .init("waits", "bound"), .init("of bound", "over_bound"),
      .init("limit", "limit"),
    ]
  }

  private func row(_ place: Int) -> [Table.Cell] {
    let (entry, bound) = (run.entries[place], bounds[place])
    let cost = entry.cost
    let isHeld = bound.map { $0.cycles.count > 0 } ?? false
    return [
      .text(entry.name),
      .text(entry.layer?.operation.rawValue ?? entry.vectorWork?.operator ?? ""),
      .count(cost.total.count),
      .quantity(run.design.architecture.spec.frequency.seconds(cost.total), unit: "s"),
      .share(share(Double(cost.total.count), of: Double(run.cycles.count))),
      .quantity(unit.amount(cost.totalEnergy), unit: unit.symbol),
      .share(share(cost.totalEnergy.value, of: run.totalEnergy.value)),
      .quantity(Double((cost.dramRead + cost.dramWrite).count), unit: "B"),
      ratio(refetch(cost, bound)), .text(cost.bound.rawValue),
      ratio(isHeld ? Double(cost.total.count) / Double(bound?.cycles.count ?? 1) : nil),
      .text(bound?.limit.rawValue ?? ""),
    ]
  }

  private func ratio(_ value: Double?) -> Table.Cell {
    guard let value else { return Table.Cell.none }
    return .ratio(value)
  }

  private var total: [Table.Cell] {
    [
      .text("total"), .text(""), .count(run.cycles.count), .quantity(run.seconds, unit: "s"),
      .share(run.cycles.count > 0 ? 1 : 0),
      .quantity(unit.amount(run.totalEnergy), unit: unit.symbol),
      .share(run.totalEnergy.value > 0 ? 1 : 0),
      .quantity(Double((run.dramRead + run.dramWrite).count), unit: "B"), .none, .text(""), .none,
      .text(""),
    ]
  }
}
