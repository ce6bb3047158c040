internal import Reports

/// The policies of a stored serving sweep, compared where everything but the policy and its settings is
/// equal.
struct PlaneSet: Sendable {
  /// A policy at one place.
  struct Policy: Sendable {
    let name: String
    /// Its points, in order of position.
    let points: [Point]
  }

  /// A point as far as planes need it.
  struct Point: Sendable {
    let point: Int
    let axes: [String]
    let metrics: [Double]
  }

  /// Equal values of every axis that is held.
  struct Place: Sendable {
    /// The texts of the axes that are held, in the order of `PlaneSet.held`.
    let texts: [String]
    /// In the order of the runs.
    let policies: [Policy]
  }

  let manifest: SweepManifest
  let metrics: [Metric]
  let axes: PlaneAxes
  /// Axes with more than one value that are equal within a place.
  let held: [Int]
  /// In the order of the values in the sweep file.
  let places: [Place]
  /// Every policy, in the order of the runs.
  let names: [String]

  /// Whether a sweep has what planes are drawn of.
  static func exist(_ manifest: SweepManifest) -> Bool {
    let names = manifest.columns.map(\.name)
    return ["accuracy", "slo_attainment", "latency_s"].allSatisfy(names.contains)
  }

  /// Reads all good points of a sweep.
  init(_ store: ResultStore) throws(StoreError) {
    let manifest = store.manifest
    let axes = PlaneAxes(manifest)
    var points: [Point] = []
    try store.forEach { row in
      guard row.outcome.status == .ok, !row.outcome.metrics.isEmpty else { return }
      points.append(Point(point: row.point, axes: row.axes, metrics: row.outcome.metrics))
    }
    self.init(manifest, axes, points)
  }

  init(_ manifest: SweepManifest, _ axes: PlaneAxes, _ points: [Point]) {
    self.manifest = manifest
    self.axes = axes
    metrics = manifest.metrics
    let listed = manifest.axes
    // An axis without values is a space, which is listed nowhere.
    held = axes.held.filter { listed[$0].values.count != 1 }
    let order = Self.places(manifest)
    names = Self.ordered(
      Set(points.map { axes.policy($0.axes) }),
      first: points.sorted { one, other in
        axes.policies.map { order[$0][one.axes[$0]] ?? Int.max }
          .lexicographicallyPrecedes(axes.policies.map { order[$0][other.axes[$0]] ?? Int.max })
      }.map { axes.policy($0.axes) }, reference: axes.reference)
    let held = held
    let names = names
    let groups = Dictionary(grouping: points) { point in held.map { point.axes[$0] } }
    let keys = groups.keys.sorted { one, other in
      let a = zip(held, one).map { order[$0][$1] ?? Int.max }
      let b = zip(held, other).map { order[$0][$1] ?? Int.max }
      return a == b ? one.lexicographicallyPrecedes(other) : a.lexicographicallyPrecedes(b)
    }
    places = keys.map { key in
      let members = Dictionary(grouping: groups[key] ?? []) { axes.policy($0.axes) }
      return Place(
        texts: key,
        policies: names.compactMap { name in members[name].map { Policy(name: name, points: $0) } })
    }
  }

  /// The place of each text of each axis.
  private static func places(_ manifest: SweepManifest) -> [[String: Int]] {
    manifest.axes.map { axis in
      Dictionary(axis.values.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    }
  }

  /// The names in the order in which they come first, the reference before all others.
  private static func ordered(
    _ names: Set<String>, first all: [String], reference: String?
  ) -> [String] {
    var left = names
    let found = all.filter { left.remove($0) != nil }
    guard let reference, names.contains(reference) else { return found }
    return [reference] + found.filter { $0 != reference }
  }

  /// Position of a column; nil where the sweep has none of these.
  func column(_ names: [String]) -> Int? {
    names.lazy.compactMap { name in metrics.firstIndex { $0.name == name } }.first
  }

  /// The frontier of a policy in a plane; nil where the sweep lacks a figure.
  func frontier(_ policy: Policy, _ kind: PlaneKind) -> Frontier? {
    guard let level = column([kind.level]), let value = column(kind.values) else { return nil }
    return Frontier(
      policy.points.map {
        Frontier.Setting(point: $0.point, level: $0.metrics[level], value: $0.metrics[value])
      }, prefersLarge: metrics[value].prefersLarge)
  }

  /// `rate 400 Hz, devices 8`.
  func text(_ texts: [String]) -> String { manifest.text(texts, of: held) }
}
