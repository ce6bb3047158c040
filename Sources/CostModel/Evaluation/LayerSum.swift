internal import Units

/// What can be added up over the layers of a network.
protocol LayerTotal {
  /// No count in it is larger; zero where nothing is counted in integers.
  var bound: Double { get }
  /// Adds what one layer takes.
  mutating func add(_ layer: Self)
}

/// Adds layers up in their order and collects those that the design cannot execute.
///
/// Everything that is known of a network as a whole is the sum of its layers, and this is the only
/// place where they are added: for one network and for the cells of a profile table, for costs and
/// for estimates.
struct LayerSum<Total: LayerTotal> {
  /// The sum so far.
  private(set) var total: Total
  private var reasons: [Infeasibility] = []

  /// Starts from nothing.
  init(_ zero: Total) { total = zero }

  /// Adds a layer.
  ///
  /// - Throws: `Infeasible` when integers could not hold the sum.
  mutating func add(_ layer: Total, named name: String) throws(Evaluator.Infeasible) {
    let bound = total.bound + layer.bound
    guard bound <= CostBound.limit else {
      throw Evaluator.Infeasible(reasons: [Infeasibility(layer: name, cause: .counts(bound))])
    }
    total.add(layer)
  }

  /// Adds a layer of which nothing is counted in integers.
  mutating func add(_ layer: Total) where Total == RooflineEstimate.Floor { total.add(layer) }

  /// Notes a layer that the design cannot execute; equal ones once.
  mutating func add(_ reason: Infeasibility) {
    if !reasons.contains(reason) { reasons.append(reason) }
  }

  /// The sum of all layers.
  ///
  /// - Throws: `Infeasible` when one of them cannot be executed.
  func finish() throws(Evaluator.Infeasible) -> Total {
    guard reasons.isEmpty else { throw Evaluator.Infeasible(reasons: reasons) }
    return total
  }
}
