internal import Documents
internal import Foundation
public import Reports

/// The fronts of two stored sweeps side by side.
public struct SweepComparison: Sendable {
  private let names: [String]
  private let results: [SweepResult]
  private let fronts: [[[Double]]]

  /// Opens two sweeps that have the same objectives.
  public init(_ first: String, _ second: String) throws(StoreError) {
    names = [first, second]
    let left = try SweepResult(in: first)
    let right = try SweepResult(in: second)
    guard left.objectives == right.objectives else {
      throw .incomplete(
        "\(first) and \(second) have different objectives: "
          + "\(left.store.manifest.objectives.joined(separator: ", ")) and "
          + right.store.manifest.objectives.joined(separator: ", "))
    }
    results = [left, right]
    fronts = [try Self.front(left), try Self.front(right)]
  }

  /// Objectives of every design of the front, less is better.
  private static func front(_ result: SweepResult) throws(StoreError) -> [[Double]] {
    let best = Set(result.front.points)
    var found: [[Double]] = []
    try result.store.forEachByObjectives(result.objectives) { point, values in
      if best.contains(point) { found.append(values) }
    }
    return found
  }

  /// The worst of either front, objective by objective.
  private var reference: [Double] {
    let all = fronts[0] + fronts[1]
    return results[0].objectives.indices.map { index in all.map { $0[index] }.max() ?? 0 }
  }

  /// The hypervolumes of both fronts up to the worst of either.
  package var volumes: [Double] {
    let reference = reference
    return fronts.map { Hypervolume.volume($0, reference: reference) }
  }

  /// The shares of the first front that the second covers, and of the second that the first does.
  package var covered: [Double] {
    [
      Hypervolume.covered(fronts[0], by: fronts[1]), Hypervolume.covered(fronts[1], by: fronts[0]),
    ]
  }

  /// Points, fronts, hypervolumes up to the worst of either front, and coverage.
  public func report(command: String) -> Report {
    let objectives = results[0].objectives
    let (reference, volumes, covered) = (reference, volumes, covered)
    var rows: [[Table.Cell]] = [
      [.text("points")] + results.map { .count($0.count) } + [.none],
      [.text("designs on the front")] + fronts.map { .count($0.count) } + [.none],
      [.text("hypervolume")] + volumes.map { .text(String(format: "%.3e", $0)) }
        + [volumes[0] > 0 ? .ratio(volumes[1] / volumes[0]) : .none],
      [.text("front covered by the other")] + covered.map { .share($0) } + [.none],
    ]
    for (index, metric) in objectives.enumerated() {
      let best = fronts.map { front in
        (front.map { $0[index] }.min() ?? .nan) * (metric.prefersLarge ? -1 : 1)
      }
      rows.append(
        [.text("\(metric.prefersLarge ? "most" : "least") \(metric.word)")]
          + best.map(metric.cell) + [best[0] != 0 ? .ratio(best[1] / best[0]) : .none])
    }
    let words = objectives.map(\.word).joined(separator: ", ")
    return Report(
      title: "\(results[0].store.manifest.name)  against  \(results[1].store.manifest.name)",
      facts: [("first", names[0]), ("second", names[1]), ("objectives", words)],
      table: Table(
        columns: [
          .init("quantity", "quantity"), .init("first", "first"), .init("second", "second"),
          .init("second / first", "ratio"),
        ], rows: rows, total: nil),
      conclusions: [], warnings: [],
      document: FrontsDocument(
        objectives: objectives.map(\.name),
        reference: zip(objectives, reference).map { $0.prefersLarge ? -$1 : $1 },
        sweeps: names.indices.map { index in
          FrontsDocument.Side(
            folder: names[index], points: results[index].count, front: fronts[index].count,
            hypervolume: volumes[index], coveredByOther: covered[index])
        }, provenance: Provenance(version: umemakiVersion, inputs: [], command: command)
      ).json,
      headline: [
        .init(
          "hypervolume, second / first",
          volumes[0] > 0 ? NumberText.ratio(volumes[1] / volumes[0]) : "-",
          note: "what a front dominates, up to the worst of either"),
        .init(
          "first front covered", NumberText.share(covered[0]), note: "by designs of the second"),
        .init(
          "second front covered", NumberText.share(covered[1]), note: "by designs of the first"),
      ], charts: [chart])
  }

  /// Both fronts over the first two objectives; the area of a marker says the third.
  private var chart: Chart {
    let objectives = results[0].objectives
    let (first, second) = (objectives[0], objectives[min(1, objectives.count - 1)])
    let third = objectives.count > 2 ? objectives[2] : nil
    let sizes = fronts.joined().compactMap { third == nil ? nil : abs($0[2]) }
    func weight(_ values: [Double]) -> Double {
      guard let low = sizes.min(), let high = sizes.max(), high > low else { return 1 }
      return 0.4 + 2.6 * (abs(values[2]) - low) / (high - low)
    }
    func points(_ front: [[Double]]) -> [PointPlot.Point] {
      let step = max(1, front.count / 1500)
      return stride(from: 0, to: front.count, by: step).map { index in
        let values = zip(objectives, front[index]).map { $0.prefersLarge ? -$1 : $1 }
        return .init(
          values[0], values[min(1, values.count - 1)],
          tip: zip(objectives, values).map { "\($0.title) \($0.text($1))" }
            .joined(separator: "\n"),
          weight: weight(front[index]))
      }
    }
    let series = zip(["first", "second"], results).enumerated().map { index, item in
      PointPlot.Series(
        "\(item.0): \(item.1.store.manifest.name)", SeriesStyle(index), .points(radius: 4.5),
        points(fronts[index]))
    }
    let all = series.flatMap(\.points)
    let drawn = zip(series, fronts).map { series, front in
      series.points.count == front.count
        ? NumberText.count(front.count)
        : "\(NumberText.count(series.points.count)) of \(NumberText.count(front.count))"
    }
    return Chart(
      name: "fronts", title: "Both Pareto fronts: \(first.title) against \(second.title)",
      caption: "\(drawn.joined(separator: " and ")) designs that no other of the same sweep beats ("
        + objectives.map { "\($0.prefersLarge ? "most" : "least") \($0.title)" }
        .joined(separator: ", ") + ")." + sizeNote(third, sizes), width: .full,
      plot: .points(
        PointPlot(
          x: .fitting(first.title, unit: first.unit, all.map(\.x)),
          y: .fitting(second.title, unit: second.unit, all.map(\.y)), series: series)))
  }

  private func sizeNote(_ third: Metric?, _ sizes: [Double]) -> String {
    guard let third, let low = sizes.min(), let high = sizes.max() else { return "" }
    let others = results[0].objectives.dropFirst(3).map(\.title)
    let rest =
      others.isEmpty
      ? "" : "; \(others.joined(separator: ", ")) stands in the texts of markers only"
    return " The size of a marker stands for \(third.title): small ones \(third.text(low)), large "
      + "ones \(third.text(high))\(rest)."
  }
}
