internal import Documents
internal import Foundation
public import Reports

extension SweepResult {
  /// The most designs of the front that a table shows.
  private static let shown = 24

  /// The front, the best designs with their reasons, and what each axis explains.
  public func report(command: String) throws(StoreError) -> Report {
    let manifest = store.manifest
    var rows: [ResultStore.Row] = []
    for point in front.points {
      if let row = try store.row(at: point) { rows.append(row) }
    }
    let advice = try advice()
    let objectiveText = objectives.map {
      "\($0.prefersLarge ? "most" : "least") \($0.word)"
    }.joined(separator: ", ")
    var facts = findings
    facts += [
      ("target", manifest.target),
      ("search", String(manifest.search.trimmingPrefix("kind: "))),
      ("points", pointText), ("objectives", objectiveText),
    ]
    if !manifest.constraints.isEmpty {
      facts.append(("constraints", manifest.constraints.joined(separator: ", ")))
    }
    facts += manifest.notes.map { ("note", $0) }
    facts.append(("front", "\(NumberText.count(front.points.count)) designs that no other beats"))
    return Report(
      title: "\(manifest.name): \(manifest.summary)", facts: facts, table: table(rows),
      conclusions: conclusions(advice), warnings: warnings,
      document: document(rows, advice, command).json, headline: headline(advice),
      charts: try SweepCharts(result: self).all(), trends: try trends())
  }

  private func trends() throws(StoreError) -> [Trends] {
    let best = Set(front.points)
    var values: [[Double]] = []
    try store.forEachByObjectives(objectives) { point, found in
      guard best.contains(point) else { return }
      values.append(zip(objectives, found).map { $0.prefersLarge ? -$1 : $1 })
    }
    return SweepTrends(objectives: objectives, front: values).all
  }

  /// The best design by each objective, and how many designs there are.
  private func headline(_ advice: [Advice]) -> [Report.Headline] {
    let best = advice.map { entry in
      let index = metrics.firstIndex(of: entry.objective) ?? 0
      return Report.Headline(
        "\(entry.objective.prefersLarge ? "most" : "least") \(entry.objective.title)",
        entry.objective.text(entry.row.outcome.metrics[index]),
        note: Self.short(text(entry.row), limit: 90))
    }
    return best + [
      .init(
        "Pareto front", "\(NumberText.count(front.points.count)) designs",
        note: "of \(NumberText.count(count)) points")
    ]
  }

  private var pointText: String {
    let manifest = store.manifest
    let shard = manifest.shard.map { " (shard \($0.text))" } ?? ""
    let words: [(PointOutcome.Status, String)] = [
      (.ok, "ok"), (.infeasible, "infeasible"), (.error, "error"),
    ]
    let parts = words.compactMap { status, word in
      counts[status].map { "\(NumberText.count($0)) \(word)" }
    }
    let planned = manifest.isGenerational ? "" : " of \(NumberText.count(manifest.points))"
    return "\(NumberText.count(count))\(planned)\(shard): \(parts.joined(separator: ", "))"
  }

  private var warnings: [String] {
    let manifest = store.manifest
    var found = manifest.warnings ?? []
    let expected =
      manifest.shard.map {
        manifest.points * $0.index / $0.count - manifest.points * ($0.index - 1) / $0.count
      } ?? manifest.points
    if !manifest.isGenerational, count < expected {
      found.append(
        "\(NumberText.count(expected - count)) points are missing, `umemaki sweep --resume` runs them"
      )
    }
    if counts[.ok] == nil { found.append("no point keeps to every constraint") }
    if SweepCurves.isSparse(self) {
      found.append(
        "no curves along axes: these points are a sample with too few designs for each pair of values"
      )
    }
    if front.points.count > Self.shown {
      found.append(
        "the table shows \(Self.shown) of \(NumberText.count(front.points.count)) designs of the "
          + "front, evenly spread; `--format csv` has every point")
    }
    return found
  }

  // MARK: Table

  /// The columns that the table shows beside the axes: objectives, then the common figures.
  private var shownMetrics: [Int] {
    let first = objectives.compactMap { metrics.firstIndex(of: $0) }
    let common = ["latency", "energy", "area", "accuracy"].compactMap { word in
      metrics.firstIndex { $0.word == word }
    }
    return first + common.filter { !first.contains($0) }
  }

  private func table(_ rows: [ResultStore.Row]) -> Table {
    let step = max(1, Double(rows.count) / Double(Self.shown))
    let chosen =
      rows.count <= Self.shown
      ? rows : (0..<Self.shown).map { rows[Int(Double($0) * step)] }
    let filled = shownMetrics.filter { index in
      chosen.contains { !$0.outcome.metrics[index].isNaN }
    }
    let columns =
      [Table.Column("point", "point")]
      + store.manifest.axes.map { Table.Column($0.name, $0.name) }
      + filled.map { Table.Column(metrics[$0].word.replacing("_", with: " "), metrics[$0].name) }
    return Table(
      columns: columns,
      rows: chosen.map { row in
        [.count(row.point)] + row.axes.map { .text(Self.short($0)) }
          + filled.map { metrics[$0].cell(row.outcome.metrics[$0]) }
      }, total: nil)
  }

  /// A sub-network's configuration is too long for a table.
  static func short(_ text: String, limit: Int = 40) -> String {
    guard text.count > limit else { return text }
    return text.prefix(limit - 3) + "..."
  }

  // MARK: Conclusions

  private func conclusions(_ advice: [Advice]) -> [(String, String)] {
    var lines: [(String, String)] = []
    for entry in advice {
      let best = entry.objective.prefersLarge ? "most" : "least"
      let index = metrics.firstIndex(of: entry.objective) ?? 0
      lines.append(
        (
          "\(best) \(entry.objective.word)",
          "\(entry.objective.text(entry.row.outcome.metrics[index])) at point \(entry.row.point): "
            + text(entry.row)
        ))
      if let bound = bound(entry.row) { lines.append(("  bound by", bound)) }
      for relaxation in entry.relaxations {
        lines.append(
          (
            "  without \(relaxation.constraint)",
            "\(Self.change(relaxation.ratio)) at point \(relaxation.row.point): "
              + text(relaxation.row)
          ))
      }
      let steps = entry.steps.map { step in
        let effect =
          step.ratio.map { Self.change($0) + (step.message.isEmpty ? "" : " (\(step.message))") }
          ?? step.message
        return "\(step.axis) \(step.value): \(effect)"
      }
      if !steps.isEmpty { lines.append(("  one step away", steps.joined(separator: "; "))) }
    }
    return lines + varianceText
  }

  private static func change(_ ratio: Double) -> String {
    let percent = (ratio - 1) * 100
    return String(format: "%@%.1f %%", percent >= 0 ? "+" : "", percent)
  }

  // MARK: Document

  private func document(
    _ rows: [ResultStore.Row], _ advice: [Advice], _ command: String
  ) -> SweepDocument {
    let manifest = store.manifest
    let sensitivity = zip(manifest.objectives, sensitivities).map { name, shares in
      (
        name,
        Dictionary(zip(manifest.axes, shares).map { ($0.name, OrNull($1)) }) { first, _ in first }
      )
    }
    return SweepDocument(
      name: manifest.name, target: manifest.target, search: manifest.search,
      points: SweepDocument.Points(
        planned: manifest.points, stored: count, ok: counts[.ok] ?? 0,
        infeasible: counts[.infeasible] ?? 0, error: counts[.error] ?? 0),
      objectives: manifest.objectives, constraints: manifest.constraints,
      pareto: rows.map(design), sensitivity: Dictionary(sensitivity) { first, _ in first },
      best: advice.map(document), findings: findingsDocument,
      provenance: Provenance(
        version: manifest.version,
        inputs: manifest.inputs.map { Provenance.Input(path: $0.path, digest: $0.sha256) },
        command: command))
  }

  private func design(_ row: ResultStore.Row) -> DesignRow {
    var values: [String: JSONValue] = [:]
    for (axis, text) in zip(store.manifest.axes, row.axes) { values[axis.name] = .string(text) }
    for (metric, value) in zip(metrics, row.outcome.metrics) {
      let isWhole =
        [.cycles, .count].contains(metric.dimension)
        || metric.dimension == .bytes && value == value.rounded()
      values[metric.name] = value.isNaN ? .null : isWhole ? .integer(Int(value)) : .number(value)
    }
    return DesignRow(point: row.point, status: row.outcome.status.word, values: values)
  }

  private func document(_ advice: Advice) -> SweepDocument.Best {
    SweepDocument.Best(
      objective: advice.objective.name, design: design(advice.row), bound: bound(advice.row),
      withoutConstraint: advice.relaxations.map {
        SweepDocument.Relaxation(
          constraint: $0.constraint, ratio: $0.ratio, design: design($0.row))
      },
      steps: advice.steps.map {
        SweepDocument.Step(axis: $0.axis, value: $0.value, ratio: $0.ratio, message: $0.message)
      })
  }
}
