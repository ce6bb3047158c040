internal import Reports

/// The good designs of a sweep as the columns that readers of a page explore.
struct SweepPoints {
  /// The most characters that columns take in a page (assumed): with the pictures below five megabytes.
  static let room = 3_600_000

  let manifest: SweepManifest
  let metrics: [Metric]
  let objectives: [Metric]
  let designs: [SweepCharts.Design]
  var room = Self.room

  /// The table; nil where no design is good.
  var table: PointTable? {
    guard !designs.isEmpty else { return nil }
    let known = ranked.filter { index in designs.contains { !$0.metrics[index].isNaN } }
    let constant = Set(
      known.filter { index in
        designs.allSatisfy { $0.metrics[index] == designs[0].metrics[index] }
      })
    let varied = known.filter { !constant.contains($0) }
    let plan = plan(varied)
    let kept = thinned(to: plan.points)
    let axes = axes(kept)
    let shown = known.filter { constant.contains($0) || plan.figures.contains($0) }.sorted()
    let template = SelectionFile(manifest).text
    return PointTable(
      name: manifest.name, precision: plan.precision,
      note: note(plan, of: known, points: kept.count), points: kept.map(\.point),
      front: kept.map(\.isOnFront), axes: axes,
      figures: shown.map { index in
        let metric = metrics[index]
        return .init(
          name: metric.name, title: metric.title, unit: metric.unit,
          prefersLarge: metric.prefersLarge, isObjective: objectives.contains(metric),
          isCounted: metric.isWhole, values: kept.map { $0.metrics[index] },
          precision: plan.precision)
      }, head: template?.head, tail: template?.tail)
  }

  // MARK: Room

  /// What is held of each point, and of how many.
  private struct Plan {
    let precision: Int
    let figures: Set<Int>
    let points: Int
  }

  /// Columns from those that readers look at first to the others.
  private var ranked: [Int] {
    let first = objectives.compactMap { metrics.firstIndex(of: $0) }
    let common = ["latency", "energy", "area", "accuracy"].compactMap { word in
      metrics.firstIndex { $0.word == word }
    }
    let start = first + common.filter { !first.contains($0) }
    return start + metrics.indices.filter { !start.contains($0) }
  }

  /// All figures in full where they fit; else with seven digits; else fewer figures; else fewer points.
  private func plan(_ varied: [Int]) -> Plan {
    let count = designs.count
    let least = min(varied.count, max(objectives.count + 1, 4))
    func size(_ figures: Int, _ precision: Int) -> Double {
      Double(count) * (own + Double(figures * precision) * 4 / 3)
    }
    let space = Double(room)
    for precision in [8, 4] where size(varied.count, precision) <= space {
      return Plan(precision: precision, figures: Set(varied), points: count)
    }
    var figures = varied.count
    while figures > least, size(figures, 4) > space { figures -= 1 }
    let each = size(figures, 4) / Double(count)
    return Plan(
      precision: 4, figures: Set(varied.prefix(figures)),
      points: min(count, max(1, Int(space / each))))
  }

  /// Characters of a point without its figures: its number, its axes, and the texts of a space.
  private var own: Double {
    let columns = manifest.axes.indices.reduce(4.2) { sum, index in
      sum + Double(PointTable.width(max(manifest.axes[index].values.count, 1)))
    }
    let spaces = manifest.axes.indices.filter { manifest.axes[$0].values.isEmpty }
    let texts = spaces.reduce(0) { sum, index in
      sum + Set(designs.map { $0.axes[index] }).reduce(0) { $0 + $1.utf8.count + 3 }
    }
    return columns * 4 / 3 + Double(texts) / Double(designs.count) + Double(spaces.count) * 4
  }

  /// All designs of the fronts and others evenly spread, in order; of too large fronts as many.
  private func thinned(to count: Int) -> [SweepCharts.Design] {
    guard designs.count > count else { return designs }
    func spread(_ places: [Int], _ count: Int) -> [Int] {
      guard places.count > count else { return places }
      return (0..<count).map { places[$0 * places.count / count] }
    }
    let front = spread(designs.indices.filter { designs[$0].isOnFront }, count)
    let others = spread(
      designs.indices.filter { !designs[$0].isOnFront }, count - front.count)
    return (front + others).sorted().map { designs[$0] }
  }

  private func note(_ plan: Plan, of known: [Int], points: Int) -> String {
    var sentences: [String] = []
    if points < designs.count {
      let front = designs.count { $0.isOnFront }
      sentences.append(
        "\(NumberText.count(points)) of \(NumberText.count(designs.count)) designs are here: "
          + (front <= points
            ? "all of the front and others evenly spread."
            : "of the front alone, evenly spread."))
    }
    if plan.precision == 4 { sentences.append("Figures have seven digits.") }
    let varied = known.filter { index in
      !plan.figures.contains(index)
        && designs.contains { $0.metrics[index] != designs[0].metrics[index] }
    }
    if !varied.isEmpty {
      sentences.append(
        "Left out: \(varied.sorted().map { metrics[$0].title }.joined(separator: ", ")).")
    }
    if !sentences.isEmpty {
      sentences.append("`umemaki report --format csv` has every point with all figures.")
    }
    return sentences.joined(separator: " ")
  }

  // MARK: Axes

  private func axes(_ kept: [SweepCharts.Design]) -> [PointTable.Axis] {
    manifest.axes.enumerated().map { index, axis in
      var values = axis.values
      var places = Dictionary(values.enumerated().map { ($0.element, $0.offset) }) { first, _ in
        first
      }
      let found = kept.map { design -> Int in
        let text = design.axes[index]
        if let place = places[text] { return place }
        places[text] = values.count
        values.append(text)
        return values.count - 1
      }
      // Axes that advance together may list a value more than once.
      return PointTable.Axis(
        name: axis.name, values: values, isDrawn: !axis.values.isEmpty,
        isEnvironment: axis.isEnvironment, paths: axis.paths, places: found)
    }
  }
}

extension Metric {
  /// Whether documents write it without a fraction.
  fileprivate var isWhole: Bool { [.cycles, .count].contains(dimension) }
}
