internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Studies

/// Runs inferences one after the other; what neighbouring points share is remembered by the resolver
/// and the memo of layers.
struct InferenceWorker: PointWorker {
  private let evaluator: InferenceEvaluator
  private var resolver: Resolver
  private var memo = LayerMemo()

  init(_ evaluator: InferenceEvaluator) {
    self.evaluator = evaluator
    resolver = Resolver(folders: evaluator.folders, form: .keys(prefix: ""))
  }

  mutating func evaluate(_ point: DesignPoint, effort: PointEffort) -> PointResult {
    do throws(PointFailure) {
      let resolved = try read(point)
      let figures = InferenceFigures(
        answer: try answer(resolved, effort), resolved: resolved,
        accuracies: evaluator.estimate, isSearched: effort == .full)
      return .ran(evaluator.measures.map { $0.value(figures) })
    } catch {
      return error.result
    }
  }

  /// Everything a point needs, from its files with the point's values written into them.
  @discardableResult
  mutating func read(_ point: DesignPoint) throws(PointFailure) -> Resolved {
    let edits = PointEdits(point.settings, targets: evaluator.targets)
    let question = try evaluator.question(edits)
    let resolved: Resolved
    do throws(InputError) {
      resolved = try resolver.resolve(question, edits: edits, picked: point.subnet)
    } catch {
      throw PointFailure(error)
    }
    try evaluator.check(resolved.design)
    return resolved
  }

  /// The design of a point, whatever runs on it.
  mutating func design(_ point: DesignPoint) throws(PointFailure) -> Design {
    let edits = PointEdits(point.settings, targets: evaluator.targets)
    let question = try evaluator.question(edits)
    let design: Design
    do throws(InputError) {
      design = try resolver.design(question, edits).design.value
    } catch {
      throw PointFailure(error)
    }
    try evaluator.check(design)
    return design
  }

  private mutating func answer(
    _ resolved: Resolved, _ effort: PointEffort
  ) throws(PointFailure) -> InferenceFigures.Answer {
    var design = resolved.design
    switch effort {
    case .full: break
    case .estimate:
      return .estimate(Evaluator(design).estimate(resolved.network, batch: resolved.batch))
    case .largest: design = design.withLargestTiles
    case .least, .closelyLeast:
      guard let least = design.withLeastCounts(isClose: effort == .closelyLeast) else {
        throw PointFailure("no bound is known", isInfeasible: true)
      }
      design = least
    }
    do {
      return .cost(
        try Evaluator(design).evaluate(
          resolved.network, weights: resolved.tensors, placement: resolved.placement,
          batch: resolved.batch, memo: &memo))
    } catch {
      throw PointFailure(
        error.reasons.map(\.description).joined(separator: "; "), isInfeasible: true)
    }
  }
}
