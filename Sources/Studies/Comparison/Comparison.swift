internal import Documents
internal import Foundation
public import Inputs
internal import Networks
public import Reports

/// Two stored runs side by side.
public struct Comparison: Sendable {
  let left: RunDocument
  let right: RunDocument
  private let paths: [String]

  /// Reads two files that `run --format json` wrote.
  public init(_ left: String, _ right: String) throws(InputError) {
    self.left = try StoredDocument(left).value(RunDocument.self)
    self.right = try StoredDocument(right).value(RunDocument.self)
    paths = [left, right]
  }

  /// Totals, ratios (second over first), and layers that both runs have.
  public func report(command: String) -> Report {
    let sameUnit = left.totals.energy.unit.symbol == right.totals.energy.unit.symbol
    let unit = left.totals.energy.unit.symbol
    var warnings = leftOut + hostDifference
    if left.energyTable != right.energyTable || left.dramPreset != right.dramPreset {
      warnings.append(
        "energies come from different tables: \(left.energyTable) with \(left.dramPreset), "
          + "\(right.energyTable) with \(right.dramPreset)")
    }
    for (word, document) in [("first", left), ("second", right)] {
      warnings += document.energyCaveats.map { "\(word): \($0)" }
    }
    let other = Dictionary(right.layers.map { ($0.name, $0) }) { first, _ in first }
    let shared = left.layers.filter { other[$0.name] != nil }
    if shared.count < max(left.layers.count, right.layers.count) {
      warnings.append(
        "\(shared.count) layers are in both runs, \(left.layers.count - shared.count) only in the "
          + "first, \(right.layers.count - shared.count) only in the second")
    }
    func row(_ name: String, _ a: Double, _ b: Double, _ unit: String) -> [Table.Cell] {
      [
        .text(name), .quantity(a, unit: unit), .quantity(b, unit: unit),
        a == 0 ? .none : .ratio(b / a),
      ]
    }
    var rows = [
      row("latency", left.totals.latencyS, right.totals.latencyS, "s"),
      row("cycles", Double(left.totals.cycles), Double(right.totals.cycles), ""),
      row("MACs", Double(left.totals.macs), Double(right.totals.macs), ""),
      row(
        "DRAM read", Double(left.totals.dramReadBytes), Double(right.totals.dramReadBytes), "B"),
      row(
        "DRAM written", Double(left.totals.dramWriteBytes),
        Double(right.totals.dramWriteBytes), "B"),
    ]
    if sameUnit {
      // Joules need no name; a relative unit has to be read beside the number.
      let name = unit == "J" ? "energy" : "energy (\(unit))"
      rows.insert(row(name, left.totals.energy.amount, right.totals.energy.amount, unit), at: 1)
    } else {
      warnings.append("energies have different units and are left out")
    }
    rows += shared.compactMap { layer in
      other[layer.name].map { row("  \(layer.name)", layer.latencyS, $0.latencyS, "s") }
    }
    return Report(
      title: "\(left.label)  against  \(right.label)",
      facts: [("first", left.label), ("second", right.label)] + hostFacts,
      table: Table(
        columns: [
          .init("quantity", "quantity"), .init("first", "first"), .init("second", "second"),
          .init("second / first", "ratio"),
        ], rows: rows, total: nil),
      conclusions: [], warnings: warnings,
      document: document(rows, warnings, command).json, headline: headline, charts: charts)
  }

  /// Which of the runs is of a part of a network.
  private var leftOut: [String] {
    [("first", left), ("second", right)].compactMap { word, run in
      run.leftOut.map { part in
        let whole = LeftOutSpec(
          operators: part.operators, macs: part.macs, unknownOperators: part.unknownOperators)
        return "\(word): " + LeftOutText.warning(whole, kept: run.keptMACs)
      }
    }
  }

  /// What runs elsewhere in each of the runs.
  private var hostFacts: [(String, String)] {
    [("first", left), ("second", right)].compactMap { word, run in
      run.host.map { ("runs elsewhere, \(word)", $0.operations.joined(separator: ", ")) }
    }
  }

  /// Runs that leave different operations to their hosts do not do the same work.
  private var hostDifference: [String] {
    let (first, second) = (left.host?.operations ?? [], right.host?.operations ?? [])
    guard Set(first) != Set(second) else { return [] }
    func text(_ names: [String]) -> String {
      names.isEmpty ? "none" : names.joined(separator: ", ")
    }
    return ["different operations run elsewhere: first \(text(first)), second \(text(second))"]
  }

  private func document(
    _ rows: [[Table.Cell]], _ warnings: [String], _ command: String
  ) -> ComparisonDocument {
    ComparisonDocument(
      first: left.label, second: right.label, rows: rows.map(QuantityRow.init),
      warnings: warnings,
      provenance: Provenance(filesAt: paths, command: command))
  }
}

extension QuantityRow {
  /// The cells of a row: what it is, of the first, of the second, their ratio.
  init(_ cells: [Table.Cell]) {
    func number(_ cell: Table.Cell) -> JSONValue {
      switch cell {
      case .quantity(let value, _), .ratio(let value), .share(let value): .number(value)
      case .count(let value): .integer(value)
      case .text(let text): .string(text.trimmingCharacters(in: .whitespaces))
      case .none: .null
      }
    }
    self.init(
      quantity: number(cells[0]), first: number(cells[1]), second: number(cells[2]),
      ratio: number(cells[3]))
  }
}
