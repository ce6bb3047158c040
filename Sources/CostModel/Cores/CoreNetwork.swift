public import Architectures
public import Units

/// How the cores of a design are joined: a tree whose root is the first core, beside the memory.
///
/// Cores are numbered so that the first ones always have the same places, however many there are: those
/// of a ring go out on both sides in turn, those of a mesh row by row. So what some cores take does not
/// depend on how many others there are.
public struct CoreNetwork: Hashable, Sendable {
  /// How cores are joined.
  public let kind: NetworkOnChipSpec.Kind
  /// Cores of a row of a mesh; 1 for others.
  public let columns: Int
  /// Rate of a link in each direction, or of the whole bus.
  public let rate: BytesPerCycle
  /// Whether one transfer reaches several cores.
  public let multicasts: Bool
  /// Cycles from one core to the next.
  public let hop: Int

  /// The network at a clock.
  public init(_ spec: NetworkOnChipSpec, at clock: Frequency) {
    kind = spec.kind
    columns = spec.columns ?? 1
    rate = spec.bandwidth.perCycle(at: clock)
    multicasts = spec.multicast ?? false
    hop = spec.hopLatency?.count ?? 1
  }

  /// A network of given rates.
  init(
    kind: NetworkOnChipSpec.Kind, columns: Int, rate: BytesPerCycle, multicasts: Bool, hop: Int
  ) {
    self.kind = kind
    self.columns = columns
    self.rate = rate
    self.multicasts = multicasts
    self.hop = hop
  }

  /// The next core on the way from `core`, not the first one, to the memory.
  public func parent(of core: Int) -> Int {
    switch kind {
    case .bus: 0
    case .ring: max(0, core - 2)
    case .mesh: core < columns ? core - 1 : core - columns
    }
  }

  /// Links between a core and the memory.
  public func distance(to core: Int) -> Int {
    guard core > 0 else { return 0 }
    return switch kind {
    case .bus: 1
    case .ring: (core + 1) / 2
    case .mesh: core / columns + core % columns
    }
  }

  /// The most that counts of `sums` bits, which `cores` cores pass on, can reach, in floating point.
  func bound(sums: Double, of cores: Int) -> Double {
    Double(cores) * (4 * sums + rate.bound(bits: sums))
  }

  /// Cycles from the memory to a core.
  func latency(to core: Int) -> Int { distance(to: core) * hop }
}

/// What the parts of a layer move between the memory and their cores, in bits.
struct CoreTransfers: Hashable, Sendable {
  var input = Bits.zero
  var weight = Bits.zero
  var output = Bits.zero
}

extension MemoryModel {
  /// Cycles of transfers from and to DRAM, one after the other at full rate.
  func cycles(of dram: CoreTransfers) -> (read: Int, write: Int) {
    (
      inputRate.cycles(for: dram.input).count + weightRate.cycles(for: dram.weight).count,
      outputRate.cycles(for: dram.output).count
    )
  }

  /// Cycles in which DRAM's busiest port carries them.
  func portCycles(_ cycles: (read: Int, write: Int)) -> Int {
    sharedPort ? cycles.read + cycles.write : max(cycles.read, cycles.write)
  }
}

/// What crosses the links of a network while a layer runs.
struct NetworkLoad: Hashable, Sendable {
  /// Through the link that carries most in one direction; all of it on a bus.
  var busiest = Bits.zero
  /// Bytes over all links, counted on each.
  var linkBytes = 0
  /// Bits that enter the network: once where one transfer reaches several cores.
  var entering = CoreTransfers()
  /// Bits that leave it, at every core that takes them.
  var leaving = CoreTransfers()

  /// The load of parts that each move `parts`, the first of them at `first`; the core at 0 is beside
  /// the memory.
  ///
  /// - Parameters:
  ///   - own: What each core that runs a part moves.
  ///   - first: The place of the first of these cores.
  ///   - common: The operands that are the same for all cores.
  ///   - sums: Bits of the partial sums that every core but the first passes on; zero for none.
  ///   - network: The links.
  init(
    _ own: [CoreTransfers], first: Int = 0, common: CommonOperands, sums: Bits,
    on network: CoreNetwork
  ) {
    let parts = Array(repeating: CoreTransfers(), count: first) + own
    let far = 1..<max(parts.count, 1)
    let once = network.multicasts ? common : CommonOperands()
    // What comes down the link to each core, and what goes up from it, those behind it included.
    var down = parts
    var up = parts.map(\.output)
    let isBus = network.kind == .bus
    for core in far.reversed() where !isBus {
      let parent = network.parent(of: core)
      guard parent > 0 else { continue }
      down[parent].input = Self.joined(down[parent].input, down[core].input, once.input)
      down[parent].weight = Self.joined(down[parent].weight, down[core].weight, once.weight)
      up[parent] = up[parent] + up[core]
    }
    var all = Bits.zero
    for core in far {
      let upward = up[core] + sums
      let downward = down[core].input + down[core].weight
      busiest = max(busiest, downward, upward)
      // A bus is crossed once by what several cores take together.
      if !isBus { linkBytes += Bytes(holding: downward).count }
      linkBytes += Bytes(holding: upward).count
      all = all + upward
      leaving.input = leaving.input + parts[core].input
      leaving.weight = leaving.weight + parts[core].weight
      leaving.output = leaving.output + parts[core].output + sums
      entering.input = Self.joined(entering.input, parts[core].input, once.input)
      entering.weight = Self.joined(entering.weight, parts[core].weight, once.weight)
    }
    entering.output = leaving.output
    guard isBus else { return }
    let loads = entering.input + entering.weight
    linkBytes += Bytes(holding: loads).count
    busiest = all + loads
  }

  private static func joined(_ one: Bits, _ other: Bits, _ isOnce: Bool) -> Bits {
    isOnce ? max(one, other) : one + other
  }
}
