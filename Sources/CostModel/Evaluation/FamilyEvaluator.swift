internal import Networks
public import Units
internal import WeightAnalysis

/// What the networks of a family cost on one design, cell by cell of a table.
///
/// A cell is a walk over numbers: each layer's figures are found by its variant, the bytes that are on
/// chip, and the batch, and computed where they are asked for the first time.
public struct FamilyEvaluator: Sendable {
  /// A placement by the numbers of a family's layers.
  public struct NumberedPlacement: Sendable {
    /// What is on chip of each named layer's weights.
    let slices: [Subgraph.Slice?]
    /// How it is stored.
    let formats: [WeightFormat]
    /// Whether the input of each named layer is on chip.
    let holdsInput: [Bool]
    /// Whether its results stay there.
    let keepsOutput: [Bool]
  }

  private struct Key: Hashable {
    let variant: Int
    let placement: OperationPlacement
    let batch: Int
  }

  /// The design's evaluator.
  public let evaluator: Evaluator
  /// The networks.
  public let family: NetworkFamily
  /// How the weights of each variant are stored.
  private let formats: [WeightFormat]
  private var known: [Key: Int] = [:]
  /// What layers take; those that cannot be executed are counted down from -1 in `reasons`.
  private var totals: [NetworkTotals] = []
  private var reasons: [Infeasibility] = []

  /// Evaluates `family` with `evaluator`.
  public init(_ evaluator: Evaluator, _ family: NetworkFamily) {
    self.evaluator = evaluator
    self.family = family
    formats = family.variants.map { evaluator.model.format(of: $0.tensor) }
  }

  /// `placement` by the family's numbers.
  public func numbered(_ placement: Placement) -> NumberedPlacement {
    let slices = family.names.indices.map { name -> Subgraph.Slice? in
      switch placement.before[.weights(of: family.names[name])] {
      case .slice(let slice): return slice
      case .whole:
        let layers = family.variantsOfName[name].compactMap { family.variants[$0].weighed }
        return layers.max { $0.weights < $1.weights }.map { Subgraph.Slice($0) }
      case nil: return nil
      }
    }
    return NumberedPlacement(
      slices: slices, formats: slices.enumerated().map { format(of: $0.element, name: $0.offset) },
      holdsInput: family.names.map { placement.before[.input(of: $0)] != nil },
      keepsOutput: family.names.map { placement.kept[.output(of: $0)] != nil })
  }

  /// What one inference of a member takes.
  ///
  /// - Parameters:
  ///   - member: Its position in the family.
  ///   - placement: What is on chip when it starts.
  ///   - batch: Images at once.
  /// - Returns: The sum of its operations.
  /// - Throws: `Evaluator.Infeasible` when the design cannot execute a layer.
  public mutating func totals(
    of member: Int, placement: NumberedPlacement, batch: Int
  ) throws(Evaluator.Infeasible) -> NetworkTotals {
    var sum = LayerSum(NetworkTotals())
    for use in family.uses[member] {
      let placed = OperationPlacement(
        weights: resident(placement.slices[use.name], of: use.variant),
        holdsInput: placement.holdsInput[use.name], keepsOutput: placement.keepsOutput[use.name])
      let index = index(of: use.variant, placed, batch: batch)
      if index < 0 {
        sum.add(reasons[-1 - index])
      } else {
        try sum.add(totals[index], named: family.names[use.name])
      }
    }
    return try sum.finish()
  }

  /// Cycles of a variant for one image with `slice` on chip; nil where it cannot be executed.
  mutating func cycles(of variant: Int, holding slice: Subgraph.Slice?) -> Int? {
    let placed = OperationPlacement(weights: resident(slice, of: variant))
    let index = index(of: variant, placed, batch: 1)
    return index < 0 ? nil : totals[index][.cycles]
  }

  /// Where the figures of a variant are, worked out where they are not known.
  private mutating func index(
    of variant: Int, _ placement: OperationPlacement, batch: Int
  ) -> Int {
    let key = Key(variant: variant, placement: placement, batch: batch)
    if let index = known[key] { return index }
    let index: Int
    switch outcome(of: family.variants[variant], placement, batch: batch) {
    case .feasible(let cost):
      index = totals.count
      let stored = family.variants[variant].layer.map {
        evaluator.stored($0, formats[variant])
      }
      totals.append(
        NetworkTotals(cost, weights: stored ?? .zero, resident: placement.weights))
    case .infeasible(let reason):
      index = -1 - reasons.count
      reasons.append(reason)
    }
    known[key] = index
    return index
  }

  private func outcome(
    of variant: NetworkFamily.Variant, _ placement: OperationPlacement, batch: Int
  ) -> LayerOutcome {
    switch variant.work {
    case .array(let layer):
      return evaluator.model.cost(
        of: layer, weights: variant.tensor, placement: placement, batch: batch)
    case .vector(let work):
      if let outcome = evaluator.model.cost(of: work, placement: placement, batch: batch) {
        return outcome
      }
    case .none: break
    }
    preconditionFailure("a family has only operations that take time")
  }

  /// Bytes of a variant's weights that a slice holds.
  private func resident(_ slice: Subgraph.Slice?, of variant: Int) -> Bytes {
    guard let slice, let layer = family.variants[variant].weighed else { return .zero }
    return evaluator.resident(slice, of: layer, formats[variant])
  }

  // MARK: Storage

  /// Bytes of what `placement` holds of weights that have to be read where `old` is there already.
  public func storage(
    of placement: NumberedPlacement, over old: NumberedPlacement? = nil
  ) -> Bytes {
    Bytes(
      holding: placement.slices.indices.reduce(Bits.zero) { sum, name in
        guard let slice = placement.slices[name] else { return sum }
        let format = placement.formats[name]
        let stored = sum + evaluator.stored(slice, format)
        guard let shared = old?.slices[name]?.shared(with: slice) else { return stored }
        return stored - format.bits(weights: shared.weights, kernels: shared.kernels)
      })
  }

  /// How a slice of the weights called `name` is stored: as those of the smallest layer that it is
  /// a part of.
  func format(of slice: Subgraph.Slice?, name: Int) -> WeightFormat {
    let variants = family.variantsOfName[name].compactMap { number in
      family.variants[number].weighed.map { (number: number, whole: Subgraph.Slice($0)) }
    }
    let holders = variants.filter { variant in
      slice.map { variant.whole.shared(with: $0).weights == $0.weights } ?? false
    }
    let chosen = (holders.isEmpty ? variants : holders).min {
      $0.whole.weights < $1.whole.weights
    }
    return chosen.map { formats[$0.number] } ?? evaluator.model.format(of: nil)
  }
}
