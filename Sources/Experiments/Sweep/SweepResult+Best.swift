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
}
