public import Architectures
public import CostModel
public import Networks
public import Units

/// A slow, functional twin of an accelerator.
///
/// It steps through every cycle: ports move bytes, an array moves and multiplies numbers, buffers
/// hold what a mapping keeps in them. It computes the layer's sums and shares no timing with the
/// cost model; both read the same architecture file and the same mapping.
public struct ReferenceMachine: Sendable {
  private let spec: ArchitectureSpec
  private let shares: [Operand: Int]
  private let banks: Banks?
  private let makeArray: @Sendable (Problem, LayerOperands) -> any ArrayTwin
  private let keepsDepthwiseWhole: Bool
  private let coding: EntryCoding?

  /// The twin of `architecture` with `datapath`; nil for a datapath that has none.
  public init?(_ architecture: Architecture, datapath: any Datapath) {
    guard let factory = ArrayTwins.factory(for: datapath) else { return nil }
    makeArray = factory
    spec = architecture.spec
    coding = EntryCoding(of: datapath)
    keepsDepthwiseWhole = ArrayTwins.keepsDepthwiseWhole(datapath)
    banks = Banks(of: architecture)
    shares = Dictionary(
      uniqueKeysWithValues: Operand.allCases.map { operand in
        let buffer = architecture.buffer(for: operand)
        return (operand, buffer.size.bits.count / buffer.holds.count)
      })
  }

  /// Carries out `layer` as `mapping` says, with the first `residency` bytes of its weights on chip.
  ///
  /// `moves`, those of all images, say what of its maps is on chip and stays there, what its results are
  /// added to and what its input is multiplied by; they change what is moved, not the sums.
  /// Throws what the mapping promises and the buffers cannot keep, or a run that comes to a stop.
  public func run(
    _ layer: Layer, _ operands: LayerOperands, mapping: Mapping, residency: Bytes = .zero,
    moves: MapMoves? = nil, batch: Int = 1
  ) throws(ReferenceFailure) -> ReferenceRun {
    guard mapping.levels.count == spec.memory.levels.count else {
      throw ReferenceFailure(
        description: "a mapping of \(mapping.levels.count) levels on a machine with "
          + "\(spec.memory.levels.count)")
    }
    var execution = execution(
      layer, operands, mapping: mapping, residency: residency, moves: moves, batch: batch)
    return try execution.run()
  }

  /// The machine with `layer` before its first cycle.
  func execution(
    _ layer: Layer, _ operands: LayerOperands, mapping: Mapping, residency: Bytes = .zero,
    moves: MapMoves? = nil, batch: Int = 1
  ) -> Execution {
    // Every image brings kernels of its own: they follow one another like groups.
    if layer.kernelRole != .weight, batch > 1 {
      return execution(
        layer.unrolled(batch: batch), operands, mapping: mapping, residency: residency,
        moves: moves)
    }
    let batch = batch * layer.maps
    let problem = Problem(
      layer, batch: batch, wholeDepthwise: keepsDepthwiseWhole,
      gather: spec.memory.transfers.input.gather)
    let groups = problem.isDepthwise ? 1 : layer.groups
    let schedules = LevelSchedules(
      problem, nests: TilePart.nests(problem, groups: groups, mapping: mapping), mapping: mapping)
    let own = moves.map {
      TileMoves(
        spec, problem, $0, nests: groups * (batch / mapping.images), images: mapping.images)
    }
    var array = makeArray(problem, operands)
    array.prepare(mapping)
    return Execution(
      spec: spec, shares: shares, banks: banks, layer: layer, problem: problem,
      schedules: schedules, array: array, operands: operands, coding: coding,
      residency: residency.bits.count, moves: own)
  }
}
