internal import Architectures
internal import Networks
internal import Units

/// How partial sums of several cores become results.
///
/// When a core has its own sums, and those of all cores behind it have arrived, it adds these, one per
/// lane and cycle, and passes the sums on to the next core towards the memory; the first core stores
/// the results. The sums of a whole layer wait in the buffer of the sums (assumed).
struct SumPassing {
  /// Sums of the whole layer.
  let count: Int
  /// The same at the width of partial sums.
  let bits: Bits
  /// Results as they go to DRAM, in the code of the link and as they are on chip.
  let stored: Bits
  let uncoded: Bits
  /// Cycles to store them.
  let store: Int
  private let network: CoreNetwork
  /// Cycles in which the sums pass a link.
  private let sending: Int
  /// Cycles in which a core adds those of one other.
  private let adding: Int

  init(
    of layer: Layer, moves: MapMoves?, batch: Int, on network: CoreNetwork, _ first: LayerCostModel
  ) {
    self.network = network
    let memory = first.memory
    let pixels = layer.outputPixels * layer.maps * batch
    count = layer.kernels * pixels
    bits = memory.precision.accumulator * count
    sending = network.rate.cycles(for: bits).count
    adding = quotient(count, first.design.datapath.lanes)
    uncoded =
      moves.map { moves in
        let padded = Links.aligned(layer.kernels, to: memory.transfers.output.channelAlignment)
        let results = moves.result.outside.scaled(by: padded, over: layer.kernels)
        return memory.precision.output
          * (results.quotient + (results.remainder > 0 ? 1 : 0) + moves.vectors.outside)
      } ?? memory.outputBits(pixels: pixels, kernels: layer.kernels)
    let code = memory.transfers.outputCode(of: layer.zeros)
    stored = code?.coded(uncoded) ?? uncoded
    store =
      code?.cycles(for: uncoded, on: memory.outputRate)
      ?? memory.outputRate.cycles(for: uncoded).count
  }

  /// Cycles in which `core` adds what others among `count` cores pass to it.
  func adding(of core: Int, among count: Int) -> Int {
    adding * (1..<count).count { network.parent(of: $0) == core }
  }

  /// When the first core has all sums; `ready` is when each core has its own.
  func passed(after ready: [Int]) -> Int {
    var done = ready
    var arrived = ready
    if network.kind == .bus {
      // One after the other, those that are ready first.
      var free = 0
      for core in (1..<ready.count).sorted(by: { (ready[$0], $0) < (ready[$1], $1) }) {
        free = max(free, ready[core]) + sending
        arrived[0] = max(arrived[0], free + network.hop)
      }
    } else {
      for core in (1..<ready.count).reversed() {
        done[core] = arrived[core] + adding(of: core, among: ready.count)
        let parent = network.parent(of: core)
        arrived[parent] = max(arrived[parent], done[core] + sending + network.hop)
      }
    }
    return arrived[0] + adding(of: 0, among: ready.count)
  }
}
