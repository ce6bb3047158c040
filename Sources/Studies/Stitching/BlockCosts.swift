internal import CostModel
internal import Networks
internal import Units

/// What the blocks of a network cost, one after the other, and where it may be cut between them.
///
/// A block is one of a workload file's `blocks`, or a layer of a transformer; what stands before the first one
/// belongs to it, and what follows a block up to the next one belongs to that block. A network is cut behind a
/// block where one map alone goes on.
struct BlockCosts {
  /// What something takes.
  struct Cost {
    var macs = 0
    var cycles = 0
    var picojoules = 0.0

    mutating func add(_ other: Cost) {
      macs += other.macs
      cycles += other.cycles
      picojoules += other.picojoules
    }
  }

  /// The blocks in order.
  let blocks: [Cost]
  /// Extents of the map behind each block but the last one; nil where several go on.
  let cuts: [[Int]?]

  /// Sums the operations of a network block by block; nil for one of fewer than two blocks.
  init?(_ cost: NetworkCost) {
    guard let graph = cost.network.connections else { return nil }
    var places: [Int] = []
    var last: Int?
    var number = -1
    for operation in graph.operations {
      if let block = operation.block, block != last {
        number += 1
        last = block
      }
      places.append(max(number, 0))
    }
    guard number > 0 else { return nil }
    let names = Dictionary(
      zip(graph.operations.map(\.name), places), uniquingKeysWith: { first, _ in first })
    var blocks = Array(repeating: Cost(), count: number + 1)
    for entry in cost.entries {
      let own = Cost(
        macs: entry.layer?.macs ?? 0, cycles: entry.cost.total.count,
        picojoules: entry.cost.totalEnergy.value)
      blocks[names[entry.name] ?? number].add(own)
    }
    self.blocks = blocks
    cuts = (0..<number).map { block in
      let written = Set(zip(graph.operations, places).filter { $0.1 <= block }.map(\.0.writes))
      let read = zip(graph.operations, places).filter { $0.1 > block }.flatMap(\.0.reads)
      let crossing = Set(read).intersection(written)
      let inputs = Set(read).intersection(graph.inputs)
      guard crossing.count == 1, inputs.isEmpty, let tensor = crossing.first else { return nil }
      return graph.tensors[tensor].extents
    }
  }

  /// Blocks up to `count`.
  func first(_ count: Int) -> Cost {
    blocks[..<count].reduce(into: Cost()) { $0.add($1) }
  }

  /// Blocks behind the first `count`.
  func behind(_ count: Int) -> Cost {
    blocks[count...].reduce(into: Cost()) { $0.add($1) }
  }
}
