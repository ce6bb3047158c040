internal import Architectures
internal import Reports
internal import Studies

/// The pictures of a sweep.
struct SweepCharts {
  /// Dominated designs that are drawn one by one, with their values; more become a cloud.
  private static let single = 800
  /// Designs of the front that are drawn.
  private static let front = 1500

  let result: SweepResult

  /// A good design as far as pictures need it.
  struct Design: Sendable {
    let point: Int
    let axes: [String]
    let metrics: [Double]
    let isOnFront: Bool
  }

  /// The figure that goes right, and the one that goes up; nil where only one is known.
  private var plane: (x: Int, y: Int)? {
    let chosen = result.objectives.compactMap { result.metrics.firstIndex(of: $0) }
    guard let first = chosen.first else { return nil }
    if chosen.count > 1 { return (first, chosen[1]) }
    let others = ["latency", "energy", "area", "accuracy"].compactMap { word in
      result.metrics.firstIndex { $0.word == word }
    }
    return others.first { $0 != first }.map { (first, $0) }
  }

  /// All good designs in order.
  func designs() throws(StoreError) -> [Design] {
    let best = Set(result.fronts.points)
    var designs: [Design] = []
    try result.store.forEach { row in
      guard row.outcome.status == .ok, !row.outcome.metrics.isEmpty else { return }
      designs.append(
        Design(
          point: row.point, axes: row.axes, metrics: row.outcome.metrics,
          isOnFront: best.contains(row.point)))
    }
    return designs
  }

  /// Every picture of `designs`.
  func all(_ designs: [Design]) -> [Chart] {
    let curves = SweepCurves(result: result, designs: designs)
    return (plane.map { [pareto(designs, $0)] } ?? []) + [sensitivity] + curves.all
  }

  // MARK: Front

  private func pareto(_ designs: [Design], _ plane: (x: Int, y: Int)) -> Chart {
    let (horizontal, vertical) = (result.metrics[plane.x], result.metrics[plane.y])
    let x = Axis.fitting(
      horizontal.title, unit: horizontal.unit, designs.map { $0.metrics[plane.x] })
    let y = Axis.fitting(vertical.title, unit: vertical.unit, designs.map { $0.metrics[plane.y] })
    let others = designs.filter { !$0.isOnFront }
    let isCloud = others.count > Self.single
    let background = others.map { design in
      PointPlot.Point(
        design.metrics[plane.x], design.metrics[plane.y], tip: isCloud ? "" : tip(design))
    }
    let drawn = isCloud ? PointPlot.thinned(background, x: x, y: y) : background
    let front = designs.filter(\.isOnFront)
    let step = max(1, Double(front.count) / Double(Self.front))
    let chosen =
      front.count <= Self.front
      ? front : (0..<Self.front).map { front[Int(Double($0) * step)] }
    var series: [PointPlot.Series] = []
    if !drawn.isEmpty {
      series.append(
        .init("other designs", SeriesStyle(7), isCloud ? .cloud : .faintPoints(radius: 3), drawn))
    }
    let groups = hasEnvironment ? environments(chosen) : shaded(chosen)
    series += groups.map { step in
      .init(
        step.name, step.style, .points(radius: chosen.count > 200 ? 3 : 5),
        step.designs.map { .init($0.metrics[plane.x], $0.metrics[plane.y], tip: tip($0)) })
    }
    let words = result.objectives.map { "\($0.prefersLarge ? "most" : "least") \($0.title)" }
    return Chart(
      name: "pareto",
      title:
        "Pareto front\(hasEnvironment ? "s" : ""): \(horizontal.title) against \(vertical.title)",
      caption: "\(Self.drawn(chosen.count, of: front.count)) designs that no other "
        + "\(hasEnvironment ? "of the same environment " : "")beats (\(words.joined(separator: ", "))) and "
        + "\(Self.drawn(drawn.count, of: others.count)) others"
        + (isCloud && drawn.count < others.count ? ", the first one in each place" : "") + "."
        + (hasEnvironment ? environmentNote : shadeNote),
      width: .full, plot: .points(PointPlot(x: x, y: y, series: series)))
  }

  // MARK: Environment

  /// Fronts that have a colour of their own.
  private static let colours = 6

  private var hasEnvironment: Bool { !result.fronts.axes.isEmpty }

  private var environmentNote: String {
    let count = result.fronts.groups.count
    return count > Self.colours
      ? " Fronts of \(Self.colours) of \(count) environments are drawn, evenly spread."
      : " Each environment has a front of its own."
  }

  /// The designs of the front by what they meet.
  private func environments(
    _ front: [Design]
  ) -> [(name: String, style: SeriesStyle, designs: [Design])] {
    let axes = result.fronts.axes
    let known = Dictionary(grouping: front) { design in axes.map { design.axes[$0] } }
    return result.fronts.spread(Self.colours).enumerated().compactMap { index, group in
      guard let designs = known[group.environment] else { return nil }
      let name = result.store.manifest.text(group.environment, of: axes)
      return ("front at \(SweepResult.short(name))", SeriesStyle(index), designs)
    }
  }

  /// The objective that the picture says by colour.
  private var third: Int? {
    guard result.objectives.count > 2 else { return nil }
    return result.metrics.firstIndex(of: result.objectives[2])
  }

  private var shadeNote: String {
    guard let third else { return "" }
    let others = result.objectives.dropFirst(3).map(\.title)
    return " The colour of a design of the front says its \(result.metrics[third].title), as the "
      + "legend has it"
      + (others.isEmpty
        ? "." : "; \(others.joined(separator: ", ")) stands in the texts of markers only.")
  }

  /// The front in steps of the third objective, from low to high.
  private func shaded(
    _ front: [Design]
  ) -> [(name: String, style: SeriesStyle, designs: [Design])] {
    guard let third, !front.isEmpty else {
      return front.isEmpty ? [] : [("Pareto front", SeriesStyle(3), front)]
    }
    let metric = result.metrics[third]
    let values = front.map { $0.metrics[third] }
    let axis = Axis.fitting(metric.title, unit: metric.unit, values)
    let steps = ValueSteps(values, isLogarithmic: axis.kind != .linear, count: SeriesStyle.shades)
    return (0..<SeriesStyle.shades).compactMap { step in
      let members = front.filter { steps.step(of: $0.metrics[third]) == step }
      let inside = members.map { $0.metrics[third] }
      guard let low = inside.min(), let high = inside.max() else { return nil }
      let range =
        metric.text(low) == metric.text(high)
        ? metric.text(low) : "\(metric.text(low)) to \(metric.text(high))"
      return ("front, \(metric.title) \(range)", SeriesStyle(shade: step), members)
    }
  }

  private static func drawn(_ count: Int, of all: Int) -> String {
    count == all
      ? NumberText.count(all) : "\(NumberText.count(count)) of \(NumberText.count(all))"
  }

  private func tip(_ design: Design) -> String {
    let figures = result.objectives.compactMap { metric in
      result.metrics.firstIndex(of: metric).map {
        "\(metric.title) \(metric.text(design.metrics[$0]))"
      }
    }
    let axes = zip(result.store.manifest.axes, design.axes).map { axis, text in
      "\(axis.name) \(text.count > 80 ? text.prefix(79) + "\u{2026}" : text)"
    }
    return (["point \(design.point)"] + figures + axes).joined(separator: "\n")
  }

  // MARK: Sensitivity

  private var sensitivity: Chart {
    let axes = result.store.manifest.axes
    let known = axes.indices.filter { index in
      result.sensitivities.contains { $0.indices.contains(index) && $0[index] != nil }
    }
    let first = result.sensitivities.first
    let sorted = known.sorted { ((first?[$0] ?? 0), $1) > ((first?[$1] ?? 0), $0) }
    return Chart(
      name: "sensitivity", title: "What each axis explains",
      caption: "The share of an objective's variance that the values of one axis explain; what the "
        + "axes leave over is their interplay.", width: .half,
      plot: .bars(
        BarPlot(
          series: result.objectives.enumerated().map { .init($1.title, SeriesStyle($0)) },
          bars: sorted.map { index in
            .init(axes[index].name, result.sensitivities.map { $0[index] ?? 0 })
          }, axis: Axis("share of variance", unit: "%"),
          arrangement: result.objectives.count > 1 ? .grouped : .stacked)))
  }
}

extension Metric {
  /// The word as people write it.
  var title: String { word.replacing("_", with: " ") }

  /// The unit of an axis.
  var unit: String {
    switch dimension {
    case .seconds: "s"
    case .joules: "J"
    case .jouleSeconds: "Js"
    case .watts: "W"
    case .bytes: "B"
    case .squareMillimetres: "mm2"
    case .share: "%"
    case .hertz: "Hz"
    case .macEnergy: EnergyUnit.mac.symbol
    case .unstatedEnergy: EnergyUnit.unstated.symbol
    case .cycles, .relativeEnergy, .count: ""
    }
  }
}
