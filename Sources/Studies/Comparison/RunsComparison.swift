internal import Documents
public import Inputs
public import Reports

/// Three stored runs or more side by side.
public struct RunsComparison: Sendable {
  private let runs: [(stored: StoredDocument, run: RunDocument)]
  /// Layers and differences that people see; programs see all.
  private static let shown = (layers: 20, differences: 24)

  /// Reads files that `run --format json` wrote.
  ///
  /// - Throws: `InputError` where one is missing, damaged or no run.
  public init(_ paths: [String]) throws(InputError) {
    var runs: [(stored: StoredDocument, run: RunDocument)] = []
    for path in paths {
      let stored = try StoredDocument(path)
      guard stored.schema == RunDocument.schema else {
        throw InputError(
          "more than two documents are compared where all are \(RunDocument.schema), found "
            + stored.schema, file: path, path: "schema")
      }
      runs.append((stored, try stored.value(RunDocument.self)))
    }
    self.runs = runs
  }

  /// What differs between the inputs, totals, and the layers that contribute most.
  public func report(command: String) -> Report {
    let differences = RunDifferences(runs).all
    let totals = totalRows
    let times = layerRows("s") { $0.latencyS }
    let energies = hasOneUnit ? layerRows(unit?.symbol ?? "") { $0.energy.amount } : []
    let names = runs.indices.map { "run \($0 + 1)" }
    func cells(
      _ rows: some Sequence<Row>, _ indent: String = "", _ end: String = ""
    ) -> [[Table.Cell]] {
      rows.map { row in
        var cells: [Table.Cell] = [.text(indent + row.name + end)]
        cells += row.values.map(row.cell)
        cells += row.ratios.dropFirst().map(row.ratio)
        return cells
      }
    }
    var columns = [Table.Column("quantity", "quantity")]
    for name in names { columns.append(.init(name, name.replacing(" ", with: "_"))) }
    for name in names.dropFirst() {
      columns.append(.init("\(name) / 1", name.replacing(" ", with: "_") + "_ratio"))
    }
    let shown = Self.shown.layers
    let seen =
      cells(totals) + cells(times.prefix(shown), "  ")
      + cells(energies.prefix(shown), "  ", ", energy")
    return Report(
      title: "\(runs.count) runs side by side",
      facts: runs.enumerated().map { (names[$0], "\($1.run.label), \($1.stored.path)") }
        + facts(differences),
      table: Table(
        columns: columns, rows: seen, total: nil,
        details: cells(times.dropFirst(shown), "  ")
          + cells(energies.dropFirst(shown), "  ", ", energy")),
      conclusions: [], warnings: warnings,
      document: RunsDocument(
        runs: runs.map {
          .init(path: $0.stored.path, label: $0.run.label, command: $0.stored.command)
        },
        differences: differences.map { .init(of: $0.name, values: $0.values) },
        rows: totals.map(\.document), layers: times.map(\.document),
        layerEnergies: energies.map(\.document), warnings: warnings,
        provenance: Provenance(filesAt: runs.map(\.stored.path), command: command)
      ).json)
  }

  private func facts(_ differences: [RunDifferences.Difference]) -> [(String, String)] {
    guard !differences.isEmpty else { return [("inputs", "nothing differs")] }
    let seen = differences.prefix(Self.shown.differences).enumerated().map {
      ($0 == 0 ? "inputs differ" : "", "\($1.name): \($1.values.joined(separator: " | "))")
    }
    let others = differences.count - seen.count
    return others == 0 ? seen : seen + [("", "and \(others) more in the JSON document")]
  }

  // MARK: Rows

  /// A quantity of every run, nil where a run has none.
  private struct Row {
    let name: String
    let unit: String
    let values: [Double?]

    /// Stands for the unit of what is 0...1.
    static let share = "share"

    /// Over the first run's.
    var ratios: [Double?] {
      values.map { value in
        guard let value, let first = values.first ?? nil, first != 0 else { return nil }
        return value / first
      }
    }

    func cell(_ value: Double?) -> Table.Cell {
      guard let value else { return Table.Cell.none }
      return unit == Self.share ? .share(value) : .quantity(value, unit: unit)
    }

    func ratio(_ value: Double?) -> Table.Cell {
      guard let value else { return Table.Cell.none }
      return .ratio(value)
    }

    var document: RunsDocument.Row {
      func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
      return RunsDocument.Row(
        quantity: name, values: values.map(number), ratios: ratios.map(number))
    }
  }

  private var unit: StoredEnergyUnit? { runs.first?.run.totals.energy.unit }
  private var hasOneUnit: Bool { runs.allSatisfy { $0.run.totals.energy.unit == unit } }

  private var totalRows: [Row] {
    func row(
      _ name: String, _ unit: String, _ value: (WithEnergy<RunTotals>) -> Double
    ) -> Row { Row(name: name, unit: unit, values: runs.map { value($0.run.totals) }) }
    let energy = hasOneUnit ? [row("energy", unit?.symbol ?? "") { $0.energy.amount }] : []
    return [row("latency", "s") { $0.latencyS }] + energy + [
      row("cycles", "") { Double($0.cycles) }, row("MACs", "") { Double($0.macs) },
      row("utilization", Row.share) { $0.utilization },
      row("DRAM read", "B") { Double($0.dramReadBytes) },
      row("DRAM written", "B") { Double($0.dramWriteBytes) },
    ]
  }

  /// Layers of all runs, those first that take the largest part of the time of any; of equal ones the
  /// first.
  private var layerNames: [String] {
    var shares: [String: Double] = [:]
    var order: [String] = []
    for (_, run) in runs {
      for layer in run.layers {
        if shares[layer.name] == nil { order.append(layer.name) }
        let share = run.totals.latencyS > 0 ? layer.latencyS / run.totals.latencyS : 0
        shares[layer.name] = max(shares[layer.name] ?? 0, share)
      }
    }
    return order.enumerated().sorted {
      let (first, second) = (shares[$0.element] ?? 0, shares[$1.element] ?? 0)
      return first == second ? $0.offset < $1.offset : first > second
    }.map(\.element)
  }

  private func layerRows(
    _ unit: String, _ value: (WithEnergy<RunLayer>) -> Double
  ) -> [Row] {
    let tables = runs.map { run in
      Dictionary(run.run.layers.map { ($0.name, value($0)) }) { first, _ in first }
    }
    return layerNames.map { name in
      Row(name: name, unit: unit, values: tables.map { $0[name] })
    }
  }

  private var warnings: [String] {
    var found: [String] = []
    if !hasOneUnit { found.append("energies have different units and are left out") }
    if Set(runs.map { "\($0.run.energyTable) with \($0.run.dramPreset)" }).count > 1 {
      found.append("energies come from different tables")
    }
    let everywhere = layerNames.count { name in
      runs.allSatisfy { $0.run.layers.contains { $0.name == name } }
    }
    if everywhere < layerNames.count {
      found.append("\(everywhere) of \(layerNames.count) layers are in all runs")
    }
    for (index, run) in runs.enumerated() {
      found += run.run.energyCaveats.map { "run \(index + 1): \($0)" }
      if let part = run.run.leftOut {
        found.append(
          "run \(index + 1): an import left \(part.operators) operators out of the workload")
      }
    }
    return found
  }
}
