internal import Documents
internal import Foundation
public import Reports

/// The fronts of two stored sweeps side by side, environment by environment.
public struct SweepComparison: Sendable {
  private let names: [String]
  private let results: [SweepResult]
  /// The environments that both sweeps have, as their axes with texts; one without where there is none.
  private let environments: [[String]]
  /// By sweep and environment.
  private let fronts: [[[[Double]]]]

  /// Opens two sweeps that have the same objectives, and where axes are of the environment the same ones.
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
    let axes = [left, right].map(Self.environmentNames)
    guard axes[0] == axes[1] else {
      let words = axes.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") }
      throw .incomplete(
        "\(first) and \(second) have different axes of the environment, whose values are never "
          + "mixed: \(words.joined(separator: " and "))")
    }
    let found = [try Self.fronts(left), try Self.fronts(right)]
    let common = left.fronts.groups.map(\.environment).filter { found[1][$0] != nil }
    guard axes[0].isEmpty || !common.isEmpty else {
      throw .incomplete(
        "\(first) and \(second) have no value of \(axes[0].joined(separator: ", ")) in common")
    }
    environments = axes[0].isEmpty ? [[]] : common
    let shown = environments
    fronts = found.map { fronts in shown.map { fronts[$0] ?? [] } }
    results = [left, right]
  }

  private static func environmentNames(_ result: SweepResult) -> [String] {
    result.fronts.axes.map { result.store.manifest.axes[$0].name }
  }

  /// Objectives of every design of each front, less is better, by environment.
  private static func fronts(_ result: SweepResult) throws(StoreError) -> [[String]: [[Double]]] {
    let best = Set(result.fronts.points)
    var found: [[String]: [[Double]]] = [:]
    try result.store.forEachByObjectives(result.objectives, environmentNames(result)) {
      point, values, environment in
      if best.contains(point) { found[environment, default: []].append(values) }
    }
    return found
  }

  /// What is known of both fronts of one environment.
  private struct Measure {
    /// The worst of either front, objective by objective.
    let reference: [Double]
    /// The hypervolumes up to it.
    let volumes: [Double]
    /// The share of each front that the other one covers.
    let covered: [Double]

    init(_ first: [[Double]], _ second: [[Double]], objectives: Int) {
      let all = first + second
      let reference = (0..<objectives).map { index in all.map { $0[index] }.max() ?? 0 }
      self.reference = reference
      volumes = [first, second].map { Hypervolume.volume($0, reference: reference) }
      covered = [
        Hypervolume.covered(first, by: second), Hypervolume.covered(second, by: first),
      ]
    }
  }

  private var measures: [Measure] {
    environments.indices.map { index in
      Measure(fronts[0][index], fronts[1][index], objectives: results[0].objectives.count)
    }
  }

  /// The hypervolumes of both fronts of the first environment up to the worst of either.
  package var volumes: [Double] { measures[0].volumes }

  /// The shares of the first front that the second covers, and of the second that the first does, in the
  /// first environment.
  package var covered: [Double] { measures[0].covered }

  private func text(_ environment: Int) -> String {
    results[0].store.manifest.text(environments[environment], of: results[0].fronts.axes)
  }

  private func rows(_ index: Int, _ measure: Measure) -> [[Table.Cell]] {
    let (volumes, fronts) = (measure.volumes, fronts.map { $0[index] })
    let place = environments[index].isEmpty ? "" : " at \(text(index))"
    var rows: [[Table.Cell]] = [
      [.text("designs on the front" + place)] + fronts.map { .count($0.count) } + [.none],
      [.text("hypervolume" + place)] + volumes.map { .text(String(format: "%.3e", $0)) }
        + [volumes[0] > 0 ? .ratio(volumes[1] / volumes[0]) : .none],
      [.text("front covered by the other" + place)] + measure.covered.map { .share($0) } + [.none],
    ]
    for (position, metric) in results[0].objectives.enumerated() {
      let best = fronts.map { front in
        (front.map { $0[position] }.min() ?? .nan) * (metric.prefersLarge ? -1 : 1)
      }
      rows.append(
        [.text("\(metric.prefersLarge ? "most" : "least") \(metric.word)" + place)]
          + best.map(metric.cell) + [best[0] != 0 ? .ratio(best[1] / best[0]) : .none])
    }
    return rows
  }

  /// Points, fronts, hypervolumes up to the worst of either front, and coverage.
  public func report(command: String) -> Report {
    let measures = measures
    let words = results[0].objectives.map(\.word).joined(separator: ", ")
    var facts = [("first", names[0]), ("second", names[1]), ("objectives", words)]
    if !environments[0].isEmpty {
      facts.append(
        (
          "environment",
          "\(Self.environmentNames(results[0]).joined(separator: ", ")): fronts are compared at equal "
            + "values only, \(environments.count) of them in both sweeps"
        ))
    }
    let points: [Table.Cell] = [.text("points")] + results.map { .count($0.count) } + [.none]
    return Report(
      title: "\(results[0].store.manifest.name)  against  \(results[1].store.manifest.name)",
      facts: facts,
      table: Table(
        columns: [
          .init("quantity", "quantity"), .init("first", "first"), .init("second", "second"),
          .init("second / first", "ratio"),
        ], rows: [points] + measures.indices.flatMap { rows($0, measures[$0]) }, total: nil),
      conclusions: [], warnings: [], document: document(measures, command: command).json,
      headline: headline(measures[0]),
      charts: environments.indices.prefix(SweepResult.advised).map(chart))
  }

  private func headline(_ measure: Measure) -> [Report.Headline] {
    let place = environments[0].isEmpty ? "" : " at \(text(0))"
    return [
      .init(
        "hypervolume, second / first" + place,
        measure.volumes[0] > 0 ? NumberText.ratio(measure.volumes[1] / measure.volumes[0]) : "-",
        note: "what a front dominates, up to the worst of either"),
      .init(
        "first front covered" + place, NumberText.share(measure.covered[0]),
        note: "by designs of the second"),
      .init(
        "second front covered" + place, NumberText.share(measure.covered[1]),
        note: "by designs of the first"),
    ]
  }

  private func reference(_ measure: Measure) -> [Double?] {
    zip(results[0].objectives, measure.reference).map { ($0.prefersLarge ? -$1 : $1).known }
  }

  /// What is known of one front.
  private func front(
    _ sweep: Int, _ environment: Int, _ measure: Measure
  ) -> FrontsDocument.Front {
    .init(
      front: fronts[sweep][environment].count, hypervolume: measure.volumes[sweep].known,
      coveredByOther: measure.covered[sweep].known)
  }

  private func document(_ measures: [Measure], command: String) -> FrontsDocument {
    let isSingle = environments[0].isEmpty
    return FrontsDocument(
      objectives: results[0].objectives.map(\.name),
      sweeps: names.indices.map { sweep in
        let own = isSingle ? front(sweep, 0, measures[0]) : nil
        return .init(
          folder: names[sweep], points: results[sweep].count, front: own?.front,
          hypervolume: own.map(\.hypervolume), coveredByOther: own.map(\.coveredByOther))
      },
      provenance: Provenance(version: umemakiVersion, inputs: [], command: command),
      reference: isSingle ? reference(measures[0]) : nil,
      environments: isSingle
        ? nil
        : measures.indices.map { index in
          .init(
            environment: results[0].environmentTexts(environments[index]),
            reference: reference(measures[index]),
            sweeps: names.indices.map { front($0, index, measures[index]) })
        })
  }

  /// Both fronts over the first two objectives; the area of a marker says the third.
  private func chart(_ environment: Int) -> Chart {
    let objectives = results[0].objectives
    let fronts = fronts.map { $0[environment] }
    let place = environments[environment].isEmpty ? "" : ", \(text(environment))"
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
      name: environment == 0 ? "fronts" : "fronts-\(environment + 1)",
      title: "Both Pareto fronts: \(first.title) against \(second.title)\(place)",
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
