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
    /// Whether nothing but weights is placed.
    let isOfWeights: Bool
  }

  private struct Key: Hashable {
    let variant: Int
    let weights: Bytes
    /// Number of what is moved of maps.
    let moves: Int
    let batch: Int
  }

  private struct MemberKey: Hashable {
    let member: Int
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
  /// What is moved of maps, by number, and the numbers of the stages of members.
  private var moves: [MapMoves?] = [nil]
  private var numbers: [MapMoves?: Int] = [nil: 0]
  private var plans: [MemberKey: [Int]] = [:]
  /// Parts of different layers on several cores may be alike.
  private var memo: LayerMemo

  /// Evaluates `family` with `evaluator`.
  public init(_ evaluator: Evaluator, _ family: NetworkFamily) {
    self.evaluator = evaluator
    self.family = family
    formats = family.variants.map { variant in
      variant.layer.map { evaluator.model.storedFormat(of: $0, variant.tensor) }
        ?? evaluator.model.format(of: variant.tensor)
    }
    memo = LayerMemo(capacity: evaluator.model.hasParts ? 4096 : 0)
    evaluator.model.enter(&memo)
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
    let holdsInput = family.names.map { placement.before[.input(of: $0)] != nil }
    let keepsOutput = family.names.map { placement.kept[.output(of: $0)] != nil }
    return NumberedPlacement(
      slices: slices, formats: slices.enumerated().map { format(of: $0.element, name: $0.offset) },
      holdsInput: holdsInput, keepsOutput: keepsOutput,
      isOfWeights: !holdsInput.contains(true) && !keepsOutput.contains(true))
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
    let plan = plan(of: member, batch: batch)
    for (place, use) in family.uses[member].enumerated() {
      let moves =
        placement.isOfWeights
        ? plan[place] : number(plan[place], of: use, in: placement, batch: batch)
      let index = index(
        of: use.variant, resident(placement.slices[use.name], of: use.variant), moves: moves,
        batch: batch)
      if index < 0 {
        sum.add(reasons[-1 - index])
      } else {
        try sum.add(totals[index], named: family.names[use.name])
      }
    }
    return try sum.finish()
  }

  /// What a variant takes for one image with `slice` on chip and maps moved as by `moves`; nil where it
  /// cannot be executed.
  mutating func totals(
    of variant: Int, moves: Int, holding slice: Subgraph.Slice?
  ) -> NetworkTotals? {
    let index = index(of: variant, resident(slice, of: variant), moves: moves, batch: 1)
    return index < 0 ? nil : totals[index]
  }

  // MARK: Maps

  /// The numbers of what each stage of a member moves of maps; equal moves have equal numbers.
  mutating func plan(of member: Int, batch: Int) -> [Int] {
    let key = MemberKey(member: member, batch: batch)
    if let known = plans[key] { return known }
    let weights = family.members[member].weights
    let plan = evaluator.model.plan(family.maps[member], batch: batch) {
      evaluator.model.format(of: weights[$0])
    }
    let made = plan.maps.stages.indices.map { number(plan.moves(of: $0)) }
    plans[key] = made
    return made
  }

  private mutating func number(_ own: MapMoves?) -> Int {
    if let known = numbers[own] { return known }
    moves.append(own)
    numbers[own] = moves.count - 1
    return moves.count - 1
  }

  /// The number of moves with what a placement has on chip of maps.
  private mutating func number(
    _ plain: Int, of use: NetworkFamily.Use, in placement: NumberedPlacement, batch: Int
  ) -> Int {
    let (input, output) = (placement.holdsInput[use.name], placement.keepsOutput[use.name])
    guard input || output else { return plain }
    let own =
      moves[plain]
      ?? MapMoves(
        family.variants[use.variant].work, holdsInput: false, keepsOutput: false, images: batch)
    return number(own.held(input: input, output: output))
  }

  /// Where the figures of a variant are, worked out where they are not known.
  private mutating func index(
    of variant: Int, _ weights: Bytes, moves number: Int, batch: Int
  ) -> Int {
    let key = Key(variant: variant, weights: weights, moves: number, batch: batch)
    if let index = known[key] { return index }
    let index: Int
    var placement = OperationPlacement(weights: weights, moves: moves[number])
    if let layer = family.variants[variant].layer, layer.kernelRole == .activation {
      placement.weights = evaluator.model.kernelsOnChip(placement.moves)
    }
    switch outcome(of: family.variants[variant], placement, batch: batch) {
    case .feasible(let cost):
      index = totals.count
      let stored = family.variants[variant].layer.map {
        evaluator.stored($0, formats[variant])
      }
      totals.append(
        NetworkTotals(cost, weights: stored ?? .zero, resident: weights))
    case .infeasible(let reason):
      index = -1 - reasons.count
      reasons.append(reason)
    }
    known[key] = index
    return index
  }

  private mutating func outcome(
    of variant: NetworkFamily.Variant, _ placement: OperationPlacement, batch: Int
  ) -> LayerOutcome {
    switch variant.work {
    case .array(let layer):
      return evaluator.model.cost(
        of: layer, weights: variant.tensor, placement: placement, batch: batch, memo: &memo)
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
