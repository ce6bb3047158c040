internal import Inputs

extension SweepResult {
  /// The feasible design with the least of an objective, named by its axes, and that figure.
  package func best(_ objective: String) throws -> (words: String, figure: Double) {
    let name = store.manifest.name
    guard let metric = metrics.first(where: { $0.word == objective }) else {
      throw InputError("`\(name)` has no objective `\(objective)`", file: nil)
    }
    let axes = store.manifest.axes.map(\.name)
    var best: (point: String, figure: Double)?
    try store.forEachByObjectives([metric]) { point, values in
      guard best == nil || values[0] < (best?.figure ?? 0) else { return }
      best = ("\(point)", values[0])
    }
    guard let best else { throw InputError("`\(name)` has no feasible design", file: nil) }
    var words = ""
    try store.forEach { row in
      guard "\(row.point)" == best.point else { return }
      words = zip(axes, row.axes).map { "\($0) \($1)" }.joined(separator: ", ")
    }
    return (words, best.figure)
  }

  /// Every feasible design, in order: the texts of some of its axes, and some of its figures.
  package func designs(
    _ names: [String], figures words: [String]
  ) throws -> [(axes: [String], figures: [Double])] {
    func missing(_ word: String) -> InputError {
      InputError("`\(store.manifest.name)` has no `\(word)`", file: nil)
    }
    let columns = try names.map { name in
      guard let found = store.manifest.axes.firstIndex(where: { $0.name == name })
      else { throw missing(name) }
      return found
    }
    let places = try words.map { word in
      guard let found = metrics.firstIndex(where: { $0.word == word }) else { throw missing(word) }
      return found
    }
    var designs: [(axes: [String], figures: [Double])] = []
    try store.forEach { row in
      guard row.outcome.status == .ok else { return }
      designs.append((columns.map { row.axes[$0] }, places.map { row.outcome.metrics[$0] }))
    }
    return designs
  }
}
