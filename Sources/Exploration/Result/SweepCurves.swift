internal import Architectures
internal import Reports

/// The first objective along the axes of a sweep.
struct SweepCurves {
  /// Values of the second axis that have a curve.
  private static let curves = 6
  /// Axes that have a picture.
  private static let pictures = 3
  /// Most rows or columns of a table of cells.
  private static let cells = 14
  /// Designs of a sample for each pair of values, on average, from which the best one of a pair says
  /// more about the pair than about the sample (assumed).
  private static let enough = 30

  let result: SweepResult
  let designs: [SweepCharts.Design]

  /// An axis whose values are amounts of one unit.
  private struct Ordered {
    let index: Int
    let axis: Axis
    /// The amount of each text.
    let amounts: [String: Double]
  }

  private var axes: [SweepManifest.Axis] { result.store.manifest.axes }

  var all: [Chart] {
    guard let objective = result.objectives.first,
      let metric = result.metrics.firstIndex(of: objective)
    else { return [] }
    return ordered.filter { isDense($0.index, second(to: $0.index)) }
      .map { curve($0, objective, metric) } + cells(objective, metric)
  }

  /// Whether a picture is left out because the points are a sample with too few designs for it.
  static func isSparse(_ result: SweepResult) -> Bool {
    let curves = SweepCurves(result: result, designs: [])
    return curves.ordered.contains { !curves.isDense($0.index, curves.second(to: $0.index)) }
      || curves.pair.map { !curves.isDense($0.across, [$0.down]) } ?? false
  }

  private var ordered: [Ordered] {
    Array(axes.indices.compactMap(self.ordered).prefix(Self.pictures))
  }

  /// The axes whose values together have a curve each: those of the environment, whose values are never
  /// mixed, else the one that explains most.
  private func second(to index: Int) -> [Int] {
    let environment = result.fronts.axes.filter { $0 != index && axes[$0].values.count > 1 }
    guard environment.isEmpty else { return environment }
    return ranked.first { $0 != index && axes[$0].values.count > 1 }.map { [$0] } ?? []
  }

  private func isDense(_ first: Int, _ second: [Int]) -> Bool {
    let pairs = second.reduce(Double(axes[first].values.count)) {
      $0 * Double(axes[$1].values.count)
    }
    return result.isWholeGrid
      || (Double(result.counts[.ok] ?? 0) / max(1, pairs)).rounded(.down) >= Double(Self.enough)
  }

  /// The two axes of the table of cells, which has no room for more of the environment; the one with
  /// more values goes right.
  private var pair: (across: Int, down: Int)? {
    let environment = result.fronts.axes.filter { axes[$0].values.count > 1 }
    let usable = ranked.filter { (2...Self.cells).contains(axes[$0].values.count) }
    let chosen = usable.filter(environment.contains) + usable.filter { !environment.contains($0) }
    guard chosen.count > 1, environment.allSatisfy(chosen.prefix(2).contains) else { return nil }
    let pair = chosen.prefix(2).sorted { axes[$0].values.count > axes[$1].values.count }
    return (pair[0], pair[1])
  }

  /// Axes from the one that explains most of the first objective.
  private var ranked: [Int] {
    let shares = result.sensitivities.first ?? []
    return axes.indices.sorted {
      let left = shares.indices.contains($0) ? shares[$0] ?? 0 : 0
      let right = shares.indices.contains($1) ? shares[$1] ?? 0 : 0
      return left == right ? $0 < $1 : left > right
    }
  }

  private func ordered(_ index: Int) -> Ordered? {
    let texts = axes[index].values
    let amounts = texts.compactMap { SweepAmount($0) }
    guard texts.count >= 3, amounts.count == texts.count, Set(amounts.map(\.unit)).count == 1,
      Set(amounts.map(\.value)).count == texts.count
    else { return nil }
    let (unit, scale) = Self.unit(amounts[0].unit)
    let values = amounts.map { $0.value * scale }
    return Ordered(
      index: index,
      axis: Axis(axes[index].name, unit: unit, kind: Self.kind(values, unit)),
      amounts: Dictionary(zip(texts, values)) { first, _ in first })
  }

  /// The SI unit of an amount's base unit, and the factor to it.
  private static func unit(_ base: String) -> (String, Double) {
    switch base {
    case "ns": ("s", 1e-9)
    case "mW": ("W", 1e-3)
    case "pJ": ("J", 1e-12)
    case "mac": (EnergyUnit.mac.symbol, 1)
    case "unit": (EnergyUnit.unstated.symbol, 1)
    case "%": ("%", 1)
    case "B", "B/s", "Hz", "mm2", "J": (base, 1)
    default: ("", 1)
    }
  }

  private static func kind(_ values: [Double], _ unit: String) -> Axis.Kind {
    let sorted = values.sorted()
    guard let low = sorted.first, let high = sorted.last, low > 0, high / low >= 4 else {
      return .linear
    }
    let doubles = zip(sorted, sorted.dropFirst()).allSatisfy { $1 / $0 > 1.4 }
    if doubles, ["B", ""].contains(unit) { return .logarithmic(base: 2) }
    return high / low >= 8 ? .logarithmic(base: 10) : .linear
  }

  /// At most `count` of `values`, evenly spread, the first and the last among them.
  private static func spread<Value>(_ values: [Value], _ count: Int) -> [Value] {
    guard values.count > count else { return values }
    return (0..<count).map { values[$0 * (values.count - 1) / (count - 1)] }
  }

  /// The best value and its design for every pair of texts of two axes.
  private func best(
    _ first: Int, _ second: [Int], _ objective: Metric, _ metric: Int
  ) -> [[String]: SweepCharts.Design] {
    var found: [[String]: SweepCharts.Design] = [:]
    for design in designs where design.metrics[metric].isFinite {
      let key = [design.axes[first]] + second.map { design.axes[$0] }
      guard let other = found[key] else {
        found[key] = design
        continue
      }
      let (new, old) = (design.metrics[metric], other.metrics[metric])
      if objective.prefersLarge ? new > old : new < old { found[key] = design }
    }
    return found
  }

  /// The combinations of values of axes that designs have, in the order of the sweep file.
  private func combinations(_ members: [Int]) -> [[String]] {
    guard members.count > 1 else {
      return members.first.map { axes[$0].values.map { [$0] } } ?? []
    }
    let places = members.map { axis in
      Dictionary(axes[axis].values.enumerated().map { ($0.element, $0.offset) }) { first, _ in
        first
      }
    }
    let found = Set(designs.map { design in members.map { design.axes[$0] } })
    return found.map { texts in (texts, zip(texts, places).map { $1[$0] ?? Int.max }) }
      .sorted { $0.1.lexicographicallyPrecedes($1.1) }.map(\.0)
  }

  private func curve(_ ordered: Ordered, _ objective: Metric, _ metric: Int) -> Chart {
    let second = second(to: ordered.index)
    let best = best(ordered.index, second, objective, metric)
    let all = combinations(second)
    let chosen = Self.spread(all, Self.curves)
    let texts = axes[ordered.index].values.sorted {
      (ordered.amounts[$0] ?? 0) < (ordered.amounts[$1] ?? 0)
    }
    func points(_ other: [String]) -> [PointPlot.Point] {
      texts.compactMap { text in
        guard let amount = ordered.amounts[text],
          let design = best[[text] + other]
        else { return nil }
        return .init(
          amount, design.metrics[metric],
          tip: "\(objective.title) \(objective.text(design.metrics[metric]))\n"
            + zip(axes, design.axes).map { "\($0.name) \($1)" }.joined(separator: "\n"))
      }
    }
    let series =
      second.isEmpty
      ? [PointPlot.Series("", SeriesStyle(0), .markedLine, points([]))]
      : chosen.enumerated().map { index, texts in
        .init(
          result.store.manifest.text(texts, of: second), SeriesStyle(index), .markedLine,
          points(texts))
      }
    let name = axes[ordered.index].name
    let rest = axes.count > 1 + second.count
    let values = series.flatMap { $0.points.map(\.y) }
    let y = Axis.fitting(objective.title, unit: objective.unit, values)
    let (drawn, hasMerged) = PointPlot.merged(series, x: ordered.axis, y: y)
    return Chart(
      name: "curve-\(Self.word(name))", title: "\(objective.title) along \(name)",
      caption: (rest
        ? "Each marker is the best design by \(objective.title) over all values of the other axes."
        : "Each marker is a design.")
        + (chosen.count < all.count
          ? " \(chosen.count) of \(all.count) values are drawn, evenly spread." : "")
        + (hasMerged ? " Curves that cover each other are drawn as one." : ""),
      width: .half,
      plot: .points(
        PointPlot(x: ordered.axis, y: y, series: drawn)))
  }

  private func cells(_ objective: Metric, _ metric: Int) -> [Chart] {
    guard let pair, isDense(pair.across, [pair.down]) else { return [] }
    let (across, down) = (axes[pair.across], axes[pair.down])
    let best = best(pair.across, [pair.down], objective, metric)
    return [
      Chart(
        name: "cells", title: "\(objective.title) by \(across.name) and \(down.name)",
        caption:
          "The best design by \(objective.title) for each pair of values of the two axes that "
          + "explain most of it; the strip above the cells says which shade is which value.",
        width: .half,
        plot: .cells(
          CellPlot(
            columns: across.values, rows: down.values, columnTitle: across.name,
            rowTitle: down.name, axis: Axis(objective.title, unit: objective.unit),
            values: down.values.map { row in
              across.values.map { best[[$0, row]]?.metrics[metric] ?? .nan }
            })))
    ]
  }

  /// `name` as a part of a file name.
  private static func word(_ name: String) -> String {
    String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }
}
