internal import Reports

/// The pictures of a serving sweep's planes.
struct PlaneCharts {
  /// Places that have pictures of their own.
  static let places = 6

  let set: PlaneSet

  /// Attainment against accuracy, latency against accuracy, energy against attainment for each place, and
  /// goodput against the rate.
  var all: [Chart] {
    let shown = Self.spread(set.places, Self.places)
    let kinds = PlaneKind.all.filter { $0.values != ["accuracy"] }
    return kinds.flatMap { kind in
      shown.enumerated().compactMap { index, place in chart(kind, place, index + 1) }
    } + goodput
  }

  private static func spread<Value>(_ values: [Value], _ count: Int) -> [Value] {
    guard values.count > count else { return values }
    return (0..<count).map { values[$0 * (values.count - 1) / (count - 1)] }
  }

  private func style(_ name: String) -> SeriesStyle {
    SeriesStyle(set.names.firstIndex(of: name) ?? 0)
  }

  private func tip(_ point: PlaneSet.Point, _ columns: [Int]) -> String {
    let figures = columns.map {
      "\(set.metrics[$0].title) \(set.metrics[$0].text(point.metrics[$0]))"
    }
    let axes = zip(set.manifest.axes, point.axes).map { "\($0.name) \(SweepResult.short($1))" }
    return (["point \(point.point)"] + figures + axes).joined(separator: "\n")
  }

  // MARK: Planes

  private func chart(_ kind: PlaneKind, _ place: PlaneSet.Place, _ number: Int) -> Chart? {
    guard let level = set.column([kind.level]), let value = set.column(kind.values) else {
      return nil
    }
    let (x, y) = (set.metrics[level], set.metrics[value])
    var series: [PointPlot.Series] = []
    var hasFrontier = false
    for policy in place.policies {
      guard let frontier = set.frontier(policy, kind) else { continue }
      let best = Set(frontier.settings.map(\.point))
      func points(_ isBest: Bool) -> [PointPlot.Point] {
        policy.points.filter { best.contains($0.point) == isBest }.sorted {
          ($0.metrics[level], $0.point) < ($1.metrics[level], $1.point)
        }.map { .init($0.metrics[level], $0.metrics[value], tip: tip($0, [level, value])) }
      }
      hasFrontier = hasFrontier || policy.points.count > 1
      series.append(.init("", style(policy.name), .faintPoints(radius: 3), points(false)))
      series.append(
        .init(
          policy.name, style(policy.name), best.count > 1 ? .markedLine : .points(radius: 6),
          points(true)))
    }
    let where_ = place.texts.isEmpty ? "" : ", \(set.text(place.texts))"
    return Chart(
      name: "plane-\(y.word)-\(x.word)-\(number)".replacing("_", with: "-"),
      title: "\(y.title) against \(x.title)\(where_)",
      caption: (hasFrontier
        ? "A line joins the settings of a policy that none of its others beats; faint markers are the "
          + "others." : "Each marker is a policy with one setting, which is no frontier.")
        + " Everything but the policy and its settings is equal.", width: .half,
      plot: .points(
        PointPlot(
          x: Axis(x.title, unit: x.unit),
          y: .fitting(y.title, unit: y.unit, series.flatMap { $0.points.map(\.y) }),
          series: series)))
  }

  // MARK: Goodput

  /// Places that differ in the axes of the rate only have one picture.
  private var goodput: [Chart] {
    guard let rate = set.column(["arrival_rate_hz"]), let good = set.column(["goodput_hz"]) else {
      return []
    }
    let others = set.held.indices.filter { !set.axes.rates.contains(set.held[$0]) }
    var groups: [(texts: [String], places: [PlaneSet.Place])] = []
    for place in set.places {
      let texts = others.map { place.texts[$0] }
      if let index = groups.firstIndex(where: { $0.texts == texts }) {
        groups[index].places.append(place)
      } else {
        groups.append((texts, [place]))
      }
    }
    let axes = others.map { set.held[$0] }
    return Self.spread(groups, Self.places).enumerated().map { index, group in
      let text = set.manifest.text(group.texts, of: axes)
      return goodput(
        group.places, rate, good, number: index + 1, place: text.isEmpty ? "" : ", \(text)")
    }
  }

  private func goodput(
    _ places: [PlaneSet.Place], _ rate: Int, _ good: Int, number: Int, place: String
  ) -> Chart {
    let series = set.names.map { name in
      let points = places.compactMap { place -> PointPlot.Point? in
        guard let policy = place.policies.first(where: { $0.name == name }),
          let best = set.best(policy),
          let point = policy.points.first(where: { $0.point == best.point })
        else { return nil }
        return .init(best.rate, best.goodput, tip: tip(point, [rate, good]))
      }.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
      return PointPlot.Series(name, style(name), .markedLine, points)
    }
    let all = series.flatMap(\.points)
    return Chart(
      name: "plane-goodput-rate-\(number)", title: "goodput against arrival rate\(place)",
      caption:
        "Queries that meet their deadline per second over those that arrive per second: the setting "
        + "of each policy with the most at that rate.", width: .half,
      plot: .points(
        PointPlot(
          x: .fitting("arrival rate", unit: "Hz", all.map(\.x)),
          // From zero: goodput that collapses shall not stretch the axis over decades.
          y: Axis("goodput", unit: "Hz", startsAtZero: true), series: series)))
  }
}
