internal import Architectures
internal import Units

/// The room of a memory between DRAM and the buffers.
struct LevelSpace: Hashable {
  let component: ComponentID
  var pool: BufferSpace.Pool
  private let operands: OperandSet

  init(_ place: Int, _ spec: MemoryLevelSpec) {
    component = .level(place)
    pool = BufferSpace.Pool(name: spec.name, size: spec.size.bits, isHalved: spec.pingPong)
    operands = OperandSet(spec.holds)
  }

  /// The same of another size.
  func resized(to size: Bits) -> LevelSpace {
    var space = self
    space.pool.size = size
    return space
  }

  /// Whether an operand stops there.
  func holds(_ operand: Operand) -> Bool { operands.holds(operand) }

  /// Bits that a demand takes of it; its sums are finished results.
  func bits(_ demand: BufferSpace.Demand) -> Bits {
    Bits(
      (operands.contains(.input) ? pool.bits(demand.input) : 0)
        + (operands.contains(.weight) ? pool.bits(demand.weight) : 0)
        + (operands.contains(.output) ? pool.bits(BufferSpace.Need(replaced: demand.sums)) : 0))
  }
}

extension MemoryModel {
  /// Bits that a level needs for its part of a mapping in a tile of the memory outside, nil for all of the
  /// nest.
  func bits(
    of own: LevelMapping, at place: Int, within outer: Tile?, in nest: LoopNest
  ) -> Bits {
    var demand = demand(
      of: nest, own.tile, order: own.order, keepsInput: own.keepsInput,
      keepsWeights: own.keepsWeights, within: outer)
    demand.sums = outputBits(pixels: own.tile.pixels, kernels: own.tile.kernels)
    return levels[place].bits(demand)
  }
}
