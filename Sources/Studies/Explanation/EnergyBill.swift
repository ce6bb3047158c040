internal import Architectures
internal import CostModel
internal import Reports
internal import Units

/// Counts times prices of one operation as a table, with what files say of the prices.
struct EnergyBill {
  private let cost: LayerCost
  private let model: EnergyModel
  private let unit: EnergyUnit
  private let bill: [EnergyLine]?

  init(_ study: LayerStudy, of run: NetworkCost) {
    cost = study.entry.cost
    model = run.design.energy
    unit = model.table.spec.unit
    bill = study.bill
  }

  private var whole: Double { cost.totalEnergy.value }

  /// A row for each line, or for each component where prices are not known.
  var table: Table {
    Table(
      columns: [
        .init("component", "component"), .init("counted", "counted"), .init("count", "count"),
        .init("price", unit.key.replacing("energy_", with: "energy_price_")),
        .init("energy", unit.key), .init("share", "energy_share"), .init("band", nil),
        .init(nil, unit.key + "_low"), .init(nil, unit.key + "_high"),
        .init("price is", nil), .init(nil, "price_from"),
      ],
      rows: bill?.map(priced) ?? cost.energy.filter { $0.amount.value > 0 }.map(unpriced),
      total: [
        .text("total"), .text(""), .none, .none, quantity(cost.totalEnergy),
        .share(whole > 0 ? 1 : 0), .text(""), .none, .none, .text(""), .text(""),
      ])
  }

  private func quantity(_ energy: Picojoules) -> Table.Cell {
    .quantity(unit.amount(energy), unit: unit.symbol)
  }

  private func priced(_ line: EnergyLine) -> [Table.Cell] {
    let band = model.band(of: line.component)
    let isTime = line.paid == .seconds
    let texts = line.origins.map(Self.text)
    let first = line.origins.first.map { $0.paths.first ?? $0.file.rawValue } ?? ""
    let others = line.origins.reduce(0) { $0 + $1.paths.count } - 1
    return [
      .text(line.name), .text(line.paid.name),
      isTime ? .quantity(line.count, unit: "s") : .count(Int(line.count)),
      .quantity(unit.amount(line.price), unit: isTime && unit.isAbsolute ? "W" : unit.symbol),
      quantity(line.energy), .share(whole > 0 ? line.energy.value / whole : 0),
      .text("\(number(band.low)) to \(number(band.high)) x"),
      quantity(line.energy * band.low), quantity(line.energy * band.high),
      .text(others > 0 ? "\(first) and \(others) more" : first),
      .text(texts.joined(separator: "; ") + (line.rule.isEmpty ? "" : "; \(line.rule)")),
    ]
  }

  private func unpriced(_ share: Share<Picojoules>) -> [Table.Cell] {
    [
      .text(share.name), .text(""), .none, .none, quantity(share.amount),
      .share(whole > 0 ? share.amount.value / whole : 0), .text(""), .none, .none, .text(""),
      .text(""),
    ]
  }

  private func number(_ value: Double) -> String { ((value * 100).rounded() / 100).plain }

  private static func text(_ origin: PriceOrigin) -> String {
    "\(origin.file.rawValue) \(origin.paths.joined(separator: ", ")), \(origin.rule)"
  }

  /// Where the prices come from, each origin once, and why the band is what it is.
  var conclusions: [(String, String)] {
    guard let bill else {
      return [
        (
          "prices",
          "cores of several kinds have prices of their own: there are energies, but no counts times prices"
        )
      ]
    }
    var known: [String] = []
    for line in bill {
      for origin in line.origins {
        let sources = origin.sources.filter { !$0.isEmpty }
        let text =
          Self.text(origin) + (sources.isEmpty ? "" : ": " + sources.joined(separator: "; "))
        if !known.contains(text) { known.append(text) }
      }
      let rule = line.rule.isEmpty ? nil : "\(line.name), \(line.paid.name): \(line.rule)"
      if let rule, !known.contains(rule) { known.append(rule) }
    }
    return known.enumerated().map { ($0 == 0 ? "prices" : "", $1) } + [
      ("band", "energy table \(model.table.spec.name): \(model.table.spec.band.source)")
    ]
  }
}
