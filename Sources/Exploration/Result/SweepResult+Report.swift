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
    for point in fronts.points {
      if let row = try store.row(at: point) { rows.append(row) }
    }
    let advice = try advice()
    let planes = try planesIfAny()
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
    facts += environmentFacts
    if planes != nil {
      facts.append(
        ("planes", "policies at equal accuracy, attainment and rate: `umemaki report --planes`"))
    }
    let pictures = SweepCharts(result: self)
    let designs = try pictures.designs()
    let points = SweepPoints(
      manifest: manifest, metrics: metrics, objectives: objectives, designs: designs)
    return Report(
      title: "\(manifest.name): \(manifest.summary)", facts: facts, table: table(rows),
      conclusions: conclusions(advice), warnings: warnings,
      document: document(rows, advice, planes, command).json, headline: headline(advice),
      charts: pictures.all(designs) + (planes.map { PlaneCharts(set: $0).all } ?? []),
      trends: try trends(), points: { points.table })
  }

  private func trends() throws(StoreError) -> [Trends] {
    let best = Set(fronts.points)
    let names = fronts.axes.map { store.manifest.axes[$0].name }
    var values: [[String]: [[Double]]] = [:]
    try store.forEachByObjectives(objectives, names) { point, found, environment in
      guard best.contains(point) else { return }
      values[environment, default: []].append(
        zip(objectives, found).map { $0.prefersLarge ? -$1 : $1 })
    }
    return fronts.spread(Self.advised).flatMap { group in
      SweepTrends(
        objectives: objectives, front: values[group.environment] ?? [],
        environment: store.manifest.text(group.environment, of: fronts.axes)
      ).all
    }
  }

  /// The best design by each objective, and how many designs there are.
  private func headline(_ advice: [Advice]) -> [Report.Headline] {
    let first = fronts.groups.first?.environment ?? []
    // Of several environments the best of the first and the last one say what the others lie between.
    let last = fronts.groups.last?.environment ?? []
    let shown = advice.filter { $0.environment == first || $0.environment == last }
    let best = shown.map { entry in
      let index = metrics.firstIndex(of: entry.objective) ?? 0
      return Report.Headline(
        "\(entry.objective.prefersLarge ? "most" : "least") \(entry.objective.title)"
          + environmentText(entry, before: ", "),
        entry.objective.text(entry.row.outcome.metrics[index]),
        note: Self.short(text(entry.row), limit: 90))
    }
    return best + [
      .init(
        fronts.groups.count > 1 ? "\(fronts.groups.count) Pareto fronts" : "Pareto front",
        "\(NumberText.count(fronts.points.count)) designs",
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
    if fronts.points.count > Self.shown {
      found.append(
        "the table shows \(Self.shown) of \(NumberText.count(fronts.points.count)) designs of the "
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
          "\(best) \(entry.objective.word)" + environmentText(entry, before: ", "),
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
          ?? (step.message.isEmpty ? "unknown" : step.message)
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
}
