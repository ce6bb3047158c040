internal import Foundation
internal import Reports

/// A stored sweep, read for people and programs.
public struct SweepResult: Sendable {
  let store: ResultStore
  let fronts: SweepFronts
  let counts: [PointOutcome.Status: Int]
  let sensitivities: [[Double?]]
  let effects: AxisEffects
  let failures: SweepFailures
  let metrics: [Metric]
  let objectives: [Metric]

  /// Whether `folder` holds a sweep.
  public static func exists(in folder: String) -> Bool { ResultStore.exists(in: folder) }

  /// Opens the sweep stored in `folder`; it may still be running.
  public init(in folder: String) throws(StoreError) {
    store = try ResultStore.open(in: folder, isWriter: false)
    fronts = try store.fronts()
    counts = try store.counts()
    metrics = store.manifest.metrics
    let names = store.manifest.objectives
    let metrics = metrics
    objectives = names.compactMap { name in metrics.first { $0.name == name } }
    let positions = names.compactMap { name in metrics.firstIndex { $0.name == name } }
    let axes = store.manifest.axes.count
    var found = positions.map { _ in Sensitivity(axes: axes) }
    var effects = AxisEffects(axes: axes, points: counts.values.reduce(0, +))
    var failures = SweepFailures(axes: axes)
    try store.forEach { row in
      effects.add(row.axes, row.outcome)
      failures.add(row.point, row.axes, row.outcome)
      guard row.outcome.status == .ok else { return }
      for (index, position) in positions.enumerated() {
        let value = row.outcome.metrics[position]
        if !value.isNaN { found[index].add(row.axes, value) }
      }
    }
    self.effects = effects
    self.failures = failures
    let isSample = !Self.isGrid(store.manifest, stored: counts.values.reduce(0, +))
    sensitivities = found.map { $0.shares(isSample: isSample) }
  }

  /// Whether the stored points are all combinations of the axes' values.
  var isWholeGrid: Bool { Self.isGrid(store.manifest, stored: count) }

  private static func isGrid(_ manifest: SweepManifest, stored: Int) -> Bool {
    manifest.search.hasPrefix("kind: \(GridSearch.kind)") && manifest.shard == nil
      && stored == manifest.points
  }

  /// Number of points stored.
  public var count: Int { counts.values.reduce(0, +) }

  // MARK: CSV

  /// Headings of the CSV table: point, axes, status, the six common figures, front, the rest.
  private var header: [String] {
    ["point"] + store.manifest.axes.map(\.name) + ["status"] + metrics.prefix(6).map(\.name)
      + ["pareto"] + metrics.dropFirst(6).map(\.name) + ["message"]
  }

  /// Writes the table of all points, a block of text at a time.
  public func writeCSV(_ write: (String) throws -> Void) throws {
    try write(header.joined(separator: ",") + "\n")
    let best = Set(fronts.points)
    var text = ""
    try store.forEach { row in
      var cells = ["\(row.point)"] + row.axes.map(CSVTable.cell) + [row.outcome.status.word]
      let figures = metrics.indices.map { index in
        row.outcome.metrics.isEmpty ? "" : metrics[index].plain(row.outcome.metrics[index])
      }
      cells += figures.prefix(6)
      cells.append(best.contains(row.point) ? "1" : "0")
      cells += figures.dropFirst(6)
      cells.append(CSVTable.cell(row.outcome.message))
      text += cells.joined(separator: ",") + "\n"
      if text.utf8.count > 1 << 16 {
        try write(text)
        text.removeAll(keepingCapacity: true)
      }
    }
    try write(text)
  }
}
