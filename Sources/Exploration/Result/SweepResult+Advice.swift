internal import Foundation

extension SweepResult {
  /// A design that is best by one objective, and why.
  struct Advice: Sendable {
    /// What it is best at.
    let objective: Metric
    /// The texts of the axes of the environment that the design is best for.
    let environment: [String]
    /// The design.
    let row: ResultStore.Row
    /// What one step along each axis would do.
    let steps: [Step]
    /// What dropping each constraint would give.
    let relaxations: [Relaxation]
  }

  /// One step along an axis from the best design.
  struct Step: Sendable {
    let axis: String
    let value: String
    /// Objective after the step over before it; nil where the step cannot run.
    let ratio: Double?
    /// What is wrong with the step, empty where nothing is.
    let message: String
  }

  /// The best design once a constraint is dropped.
  struct Relaxation: Sendable {
    let constraint: String
    let ratio: Double
    let row: ResultStore.Row
  }

  /// Environments that have advice; of more, as many evenly spread ones.
  static let advised = 6

  /// The best design by each objective, for each environment; none where no point is good.
  func advice() throws(StoreError) -> [Advice] {
    var result: [Advice] = []
    for objective in objectives {
      for group in fronts.spread(Self.advised) {
        if let advice = try advice(objective, group.environment) { result.append(advice) }
      }
    }
    return result
  }

  private func advice(
    _ objective: Metric, _ environment: [String]
  ) throws(StoreError) -> Advice? {
    let held = zip(fronts.axes, environment).map {
      (axis: store.manifest.axes[$0].name, text: $1)
    }
    guard let row = try store.best(objective, allowing: 0, in: held),
      let index = metrics.firstIndex(of: objective)
    else { return nil }
    let value = row.outcome.metrics[index]
    var relaxations: [Relaxation] = []
    for (position, text) in store.manifest.constraints.enumerated() {
      guard let other = try store.best(objective, allowing: 1 << position, in: held),
        other.point != row.point, other.outcome.metrics[index] != value
      else { continue }
      relaxations.append(
        Relaxation(
          constraint: text, ratio: other.outcome.metrics[index] / value, row: other))
    }
    return Advice(
      objective: objective, environment: environment, row: row,
      steps: try steps(from: row, index, value), relaxations: relaxations)
  }

  /// Neighbours along each axis of the design, one value down and one up, that are stored.
  private func steps(
    from row: ResultStore.Row, _ objective: Int, _ value: Double
  ) throws(StoreError) -> [Step] {
    var result: [Step] = []
    for (index, axis) in store.manifest.axes.enumerated() {
      guard !axis.isEnvironment, let position = axis.values.firstIndex(of: row.axes[index])
      else { continue }
      for neighbour in [position - 1, position + 1] where axis.values.indices.contains(neighbour) {
        var texts = row.axes
        texts[index] = axis.values[neighbour]
        guard let other = try store.row(where: texts) else { continue }
        result.append(
          Step(
            axis: axis.name, value: axis.values[neighbour],
            ratio: Self.ratio(other.outcome, objective, to: value),
            message: other.outcome.message))
      }
    }
    return result
  }

  /// A figure over `value`; nil where it is not known.
  private static func ratio(
    _ outcome: PointOutcome, _ objective: Int, to value: Double
  ) -> Double? {
    guard !outcome.metrics.isEmpty, value != 0 else { return nil }
    let ratio = outcome.metrics[objective] / value
    return ratio.isFinite ? ratio : nil
  }

  /// Where the cycles of a design go, largest first; nil where they were not counted.
  func bound(_ row: ResultStore.Row) -> String? {
    let causes = [
      ("compute", "compute_cycles"), ("reads from DRAM", "dram_read_cycles"),
      ("writes to DRAM", "dram_write_cycles"), ("the fixed cost of layers", "overhead_cycles"),
      ("the network between cores", "network_cycles"),
    ]
    var shares: [(String, Double)] = []
    for (name, column) in causes {
      guard let index = metrics.firstIndex(where: { $0.name == column }),
        row.outcome.metrics.indices.contains(index)
      else { return nil }
      shares.append((name, row.outcome.metrics[index]))
    }
    let total = shares.reduce(0) { $0 + $1.1 }
    guard total > 0 else { return nil }
    let sorted = shares.sorted { $0.1 > $1.1 }.filter { $0.1 / total >= 0.01 }
    return sorted.map { "\($0.0) \(Int((100 * $0.1 / total).rounded())) %" }.joined(separator: ", ")
  }

  /// The axes of a design with their values.
  func text(_ row: ResultStore.Row) -> String {
    zip(store.manifest.axes, row.axes).map { "\($0.name) \($1)" }.joined(separator: ", ")
  }
}
