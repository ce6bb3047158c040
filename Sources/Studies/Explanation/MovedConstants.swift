internal import Architectures
internal import Components
internal import CostModel
internal import Foundation
internal import Inputs
internal import Units

/// What every value of an architecture file, a tenth less and a tenth more, makes of one operation.
struct MovedConstants: Sendable {
  /// How far a value is moved, as a share; what is counted moves by one at least.
  static let step = 0.1

  /// What an operation takes.
  struct Figures: Sendable {
    let cycles: Int
    let seconds: Double
    /// In the unit of the energy table.
    let energy: Double
  }

  /// A value moved one way.
  struct Move: Sendable {
    /// The text that takes the value's place.
    let text: String
    /// What the operation takes then; nil where the file is refused.
    let figures: Figures?
    /// Why it is refused.
    let refusal: String?
  }

  /// A value moved both ways.
  struct Constant: Sendable {
    let path: String
    let text: String
    let less: Move
    let more: Move

    /// The largest change of what `value` says, as a share of `base`.
    func effect(_ value: (Figures) -> Double, on base: Figures) -> Double {
      let own = value(base)
      guard own > 0 else { return 0 }
      return [less, more].compactMap(\.figures).map { abs(value($0) / own - 1) }.max() ?? 0
    }
  }

  /// What the operation takes with the file as it is.
  let base: Figures
  /// In the order of the file.
  let constants: [Constant]

  /// Moves every value of the architecture of `question` and asks for the operation called `name` again.
  ///
  /// `cost` is what it takes as it is, on `design`. Files are read once: each move is a change of what was
  /// read.
  init(
    _ question: Question, operation name: String, cost: LayerCost, on design: Design,
    _ resolver: Resolver, jobs: Int
  ) throws {
    let folders = resolver.folders
    let file = try folders.file(at: folders.path(of: question.architecture, in: "arch"))
    let scalars = ArchitectureScalars(file.node).all
    base = Figures(cost, on: design)
    let moves = try parallelMap(count: 2 * scalars.count, jobs: jobs) { index in
      let scalar = scalars[index / 2]
      let factor = index % 2 == 0 ? 1 - Self.step : 1 + Self.step
      return Self.move(
        scalar, to: scalar.value.moved(by: factor), at: file.node.location, question, name,
        resolver)
    }
    constants = scalars.enumerated().map { index, scalar in
      Constant(
        path: scalar.path, text: scalar.text, less: moves[2 * index], more: moves[2 * index + 1])
    }
  }

  /// The operation with a value's text replaced; a file that is refused is a result.
  private static func move(
    _ scalar: ArchitectureScalars.Scalar, to text: String, at location: SourceLocation,
    _ question: Question, _ name: String, _ resolver: Resolver
  ) -> Move {
    let path = "architecture.\(scalar.path)"
    let edits = PointEdits(
      [
        PointSetting(
          name: scalar.path, paths: [path], value: YAMLNode(text: text, at: location))
      ], targets: [path: PointEdits.Target(path)])
    var own = resolver
    do {
      let resolved = try own.resolve(question, edits: edits)
      let cost = try Evaluator(resolved.design).cost(
        of: name, in: resolved.network, weights: resolved.tensors, placement: resolved.placement,
        batch: resolved.batch)
      guard let cost else { return Move(text: text, figures: nil, refusal: "costs nothing then") }
      return Move(text: text, figures: Figures(cost, on: resolved.design), refusal: nil)
    } catch let error as InputError {
      let reason = [error.path, error.message].filter { !$0.isEmpty }.joined(separator: ": ")
      return Move(text: text, figures: nil, refusal: reason)
    } catch {
      return Move(text: text, figures: nil, refusal: "\(error)")
    }
  }

  /// The constants that change what `value` says most, at most `count` and only those that change it by a
  /// hundred-thousandth; of equal ones the first in the file.
  func most(_ count: Int, by value: (Figures) -> Double) -> [Constant] {
    let effects = constants.map { $0.effect(value, on: base) }
    return constants.indices.filter { effects[$0] >= 1e-5 }
      .sorted { (effects[$0], $1) > (effects[$1], $0) }
      .prefix(count).map { constants[$0] }
  }
}

extension MovedConstants.Figures {
  /// What `cost` is on `design`.
  init(_ cost: LayerCost, on design: Design) {
    self.init(
      cycles: cost.total.count, seconds: design.architecture.spec.frequency.seconds(cost.total),
      energy: design.energy.table.spec.unit.amount(cost.totalEnergy))
  }
}
