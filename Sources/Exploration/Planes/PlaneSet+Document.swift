internal import Documents
internal import Reports

extension PlaneSet {
  /// Policies with their settings place by place, and what they give at equal levels.
  func document(_ comparisons: [EqualComparison]) -> PlaneFigures {
    PlaneFigures(
      reference: names.first, held: held.map { manifest.axes[$0].name },
      settings: axes.along.map { manifest.axes[$0].name }, places: places.map(document),
      comparisons: comparisons.map { entry in
        var highest: Double?
        if case .outOfRange(let level) = entry.answer { highest = level.known }
        return PlaneFigures.Comparison(
          comparison: entry.kind, where: texts(entry.texts), reference: entry.reference,
          policy: entry.policy, referencePoint: entry.point, equal: entry.level.name,
          level: entry.at, figure: entry.metric.name, referenceValue: entry.own,
          value: entry.answer.value?.known, method: entry.answer.word, highestLevel: highest,
          ratio: entry.ratio?.known)
      })
  }

  private func texts(_ texts: [String]) -> [String: String] {
    Dictionary(zip(held.map { manifest.axes[$0].name }, texts)) { first, _ in first }
  }

  /// The figures of planes.
  private static let figures = [
    ["accuracy"], ["accuracy_completed"], ["slo_attainment"], ["latency_s"],
    PlaneKind.energies, ["goodput_hz"], ["arrival_rate_hz"],
  ]

  private func document(_ place: Place) -> PlaneFigures.Place {
    let columns = Self.figures.compactMap { column($0) }
    return PlaneFigures.Place(
      where: texts(place.texts),
      policies: place.policies.map { policy in
        PlaneFigures.Policy(
          name: policy.name,
          settings: policy.points.map { point in
            PlaneSetting(
              point: point.point,
              axes: Dictionary(zip(manifest.axes.map(\.name), point.axes)) { first, _ in first },
              figures: Dictionary(
                columns.map { (metrics[$0].name, point.metrics[$0].known) }
              ) { first, _ in first })
          })
      })
  }
}
