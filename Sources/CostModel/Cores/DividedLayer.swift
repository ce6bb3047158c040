internal import Architectures
internal import Networks
internal import Units

/// A layer whose parts run side by side: what it takes together.
///
/// It takes as long as the longest of three bounds: the core that takes longest, with all links to
/// itself; all transfers to and from DRAM one after the other; all that crosses the busiest link. Where
/// cores do not meet on a link or at the memory, that is what they take; where they do, it is a lower
/// bound.
///
/// Transfers are planned ahead: a core runs as many cycles behind the memory as its data is under way,
/// and its last result takes as long back.
struct DividedLayer {
  let split: LayerSplit
  let timings: [TimedMapping]
  let formats: [WeightFormat?]
  let network: CoreNetwork
  /// The place of the first core.
  private let first: Int
  /// Cycles of each core by itself.
  let partCycles: [Int]
  let load: NetworkLoad
  /// Bits from DRAM and to it.
  let dram: CoreTransfers
  /// Transfers one after the other at full rate.
  let dramCycles: (read: Int, write: Int)
  /// What each core adds up and passes on; nil where no sums are.
  let sums: SumPassing?
  private(set) var total = 0
  private(set) var spent = Tally<CycleCause, 6>()
  private(set) var limit = CoreUse.Limit.core

  /// Puts the parts together; `near` is the core beside the memory.
  init(
    _ split: LayerSplit, _ timings: [(timed: TimedMapping, format: WeightFormat?)],
    of layer: Layer, moves: MapMoves?, batch: Int, on cores: CoreSystem, _ near: LayerCostModel
  ) {
    let network = cores.network
    first = cores.first
    self.split = split
    self.timings = timings.map(\.timed)
    formats = timings.map(\.format)
    self.network = network
    partCycles = self.timings.map(\.summary.total)
    let moved = self.timings.map {
      CoreTransfers(
        input: $0.traffic[.inputRead], weight: $0.traffic[.weightRead],
        output: $0.traffic[.outputWrite])
    }
    sums =
      split.kind == .channels
      ? SumPassing(of: layer, moves: moves, batch: batch, on: network, near) : nil
    load = NetworkLoad(
      moved, first: first, common: split.common, sums: sums?.bits ?? .zero, on: network)
    dram = Self.together(moved, split.common, network, stored: sums?.stored ?? .zero)
    dramCycles = near.memory.cycles(of: dram)
    settle(near.memory)
  }

  /// Bits that all cores move together: what they take alike is read once where one transfer reaches
  /// several of them, as often as the core that reads it most often does.
  private static func together(
    _ parts: [CoreTransfers], _ common: CommonOperands, _ network: CoreNetwork, stored: Bits
  ) -> CoreTransfers {
    func all(_ bits: (CoreTransfers) -> Bits, once: Bool) -> Bits {
      parts.reduce(.zero) { once ? max($0, bits($1)) : $0 + bits($1) }
    }
    return CoreTransfers(
      input: all(\.input, once: network.multicasts && common.input),
      weight: all(\.weight, once: network.multicasts && common.weight),
      output: all(\.output, once: false) + stored)
  }

  /// Bits from and to DRAM.
  var dramBits: Bits { dram.input + dram.weight + dram.output }

  /// The core that takes longest.
  var slowest: Int {
    let ends = partCycles.indices.map(end)
    return ends.indices.max { ends[$0] < ends[$1] } ?? 0
  }

  /// When a core has its results, or its sums, where they are to be.
  private func end(_ core: Int) -> Int {
    partCycles[core] + network.latency(to: first + core) * (sums == nil ? 2 : 1)
  }

  private mutating func settle(_ links: MemoryModel) {
    let slowest = slowest
    spent = timings[slowest].summary.spent
    let alone = end(slowest)
    spent[.network] += alone - partCycles[slowest]
    let busiest = network.rate.cycles(for: load.busiest).count
    if let sums {
      let passed = sums.passed(after: partCycles.indices.map(end))
      let done = max(passed, dramCycles.read) + sums.store
      total = max(done, busiest)
      limit = busiest > done ? .network : dramCycles.read > passed ? .dram : .core
      account(sums, since: alone)
      return
    }
    let (read, write) = dramCycles
    let memory = links.portCycles(dramCycles)
    total = max(alone, memory, busiest)
    if total > alone {
      limit = memory >= busiest ? .dram : .network
      let cause: CycleCause =
        limit == .network ? .network : read >= write ? .dramRead : .dramWrite
      spent[cause] += total - alone
    }
  }

  /// Says what the cycles after the slowest core's are spent on.
  private mutating func account(_ sums: SumPassing, since alone: Int) {
    var rest = total - alone
    func take(_ cycles: Int) -> Int {
      let taken = min(max(rest, 0), cycles)
      rest -= taken
      return taken
    }
    spent[.dramWrite] += take(sums.store)
    spent[.compute] += take(sums.adding(of: 0, among: partCycles.count))
    spent[limit == .dram ? .dramRead : .network] += rest
  }
}
