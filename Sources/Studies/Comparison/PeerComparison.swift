internal import Documents
public import Inputs
public import Reports

/// A stored run beside what another simulator says of the same network, layer by layer.
public struct PeerComparison: Sendable {
  private let run: RunDocument
  private let peer: PeerResult
  private let paths: [String]

  /// Reads a file that `run --format json` wrote, and a report of SCALE-Sim or Timeloop.
  ///
  /// - Throws: `InputError` where a file is wrong, or the two have different numbers of layers.
  public init(_ stored: String, peer path: String) throws(InputError) {
    run = try StoredDocument(stored).value(RunDocument.self)
    peer = try PeerResult(path: path)
    paths = [stored, path]
    guard run.layers.count == peer.layers.count else {
      throw InputError(
        "says something of \(peer.layers.count) layers, \(stored) has \(run.layers.count): they are "
          + "paired in the order of the files", file: path)
    }
  }

  /// Cycles of every layer, their sums, and ratios: the other simulator's over ours.
  public func report(command: String) -> Report {
    func row(_ name: String, _ a: Double, _ b: Double, _ unit: String) -> [Table.Cell] {
      [
        .text(name), .quantity(a, unit: unit), .quantity(b, unit: unit),
        a == 0 ? .none : .ratio(b / a),
      ]
    }
    let cycles = peer.layers.reduce(0) { $0 + $1.cycles }
    var rows = [row("cycles", Double(run.totals.cycles), cycles, "")]
    let energies = peer.layers.compactMap(\.energyJ)
    if energies.count == peer.layers.count, run.totals.energy.unit.symbol == "J" {
      rows.append(row("energy", run.totals.energy.amount, energies.reduce(0, +), "J"))
    }
    rows += zip(run.layers, peer.layers).map { layer, other in
      row("  \(layer.name)", Double(layer.cycles), other.cycles, "")
    }
    let warnings =
      [
        "layers are paired in the order of the files, whose names and shapes are not compared"
      ] + peer.notes
    let document = ComparisonDocument(
      first: run.label, second: peer.program, rows: rows.map(QuantityRow.init), warnings: warnings,
      provenance: Provenance(filesAt: paths, command: command))
    return Report(
      title: "\(run.label)  beside  \(peer.program)",
      facts: [("first", run.label), ("second", "\(peer.program), \(paths[1])")],
      table: Table(
        columns: [
          .init("quantity", "quantity"), .init("first", "first"), .init("second", "second"),
          .init("second / first", "ratio"),
        ], rows: rows, total: nil),
      conclusions: [], warnings: warnings, document: document.json)
  }
}
