/// The fronts of a sweep: one for each combination of values of its axes of the environment.
struct SweepFronts: Sendable {
  /// The front of one environment.
  struct Group: Sendable {
    /// The texts of the axes of the environment, in the order of `SweepFronts.axes`.
    let environment: [String]
    /// Its designs that no other of the same environment beats.
    let points: [Int]
    /// How many designs of this environment were looked at.
    let count: Int
  }

  /// Positions of the axes of the environment.
  let axes: [Int]
  /// In the order of the values in the sweep file; one without texts where no axis is of the environment.
  let groups: [Group]

  /// The points of all fronts.
  var points: [Int] { groups.flatMap(\.points) }

  /// At most `count` of the groups, evenly spread, the first and the last among them.
  func spread(_ count: Int) -> [Group] {
    guard groups.count > count else { return groups }
    return (0..<count).map { groups[$0 * (groups.count - 1) / max(1, count - 1)] }
  }
}

extension SweepManifest {
  /// Positions of the axes whose values are never compared.
  var environmentAxes: [Int] { axes.indices.filter { axes[$0].isEnvironment } }

  /// `rate 400 Hz, seed 2`; axes with one value are left out where others have more.
  func text(_ texts: [String], of axes: [Int]) -> String {
    let varied = axes.contains { self.axes[$0].values.count > 1 }
    return zip(axes, texts).filter { !varied || self.axes[$0.0].values.count > 1 }
      .map { "\(self.axes[$0].name) \($1)" }.joined(separator: ", ")
  }
}

extension ResultStore {
  /// The fronts of this sweep over its objectives.
  func fronts() throws(StoreError) -> SweepFronts {
    let metrics = manifest.metrics
    let objectives = manifest.objectives.compactMap { name in
      metrics.first { $0.name == name }
    }
    let axes = manifest.environmentAxes
    var fronts: [[String]: (front: ParetoFront, count: Int)] = [:]
    try forEachByObjectives(objectives, axes.map { manifest.axes[$0].name }) {
      point, values, environment in
      fronts[environment, default: (ParetoFront(), 0)].front.add(point, values)
      fronts[environment]?.count += 1
    }
    // As the file lists the values; a text that it does not list stands last.
    let places = axes.map { axis in
      Dictionary(
        manifest.axes[axis].values.enumerated().map { ($0.element, $0.offset) }
      ) { first, _ in first }
    }
    func place(_ environment: [String]) -> [Int] {
      zip(environment, places).map { $1[$0] ?? Int.max }
    }
    let sorted = fronts.sorted { one, other in
      let (a, b) = (place(one.key), place(other.key))
      return a == b
        ? one.key.lexicographicallyPrecedes(other.key) : a.lexicographicallyPrecedes(b)
    }
    return SweepFronts(
      axes: axes,
      groups: sorted.map {
        SweepFronts.Group(
          environment: $0.key, points: $0.value.front.points, count: $0.value.count)
      })
  }
}
