public import Architectures
public import Units

/// Prices counted actions with an energy table.
public struct EnergyModel: Sendable {
  private struct Buffer: Sendable {
    let name: String
    let size: Bytes
    let read: Picojoules
    let write: Picojoules
  }

  private struct Local: Sendable {
    let name: String
    let size: Bytes
    let read: Picojoules
    let write: Picojoules
  }

  /// The table.
  public let table: EnergyTable
  private let multiply: Picojoules
  private let add: Picojoules
  private let register: Picojoules
  private let registerBits: Int
  private let buffers: [Buffer]
  private let narrowAdd: Picojoules
  private let local: Local?
  private let leakage: Milliwatts
  private let frequency: Frequency

  /// Looks every price up once.
  public init(_ table: EnergyTable, _ architecture: Architecture, local: LocalBuffer? = nil) {
    let precision = architecture.spec.precision
    let operandBits = max(precision.input.count, precision.weight.count)
    self.table = table
    multiply = table.multiply(bits: operandBits)
    add = table.add(bits: precision.accumulator.count)
    register = table.register(bits: operandBits)
    registerBits = operandBits
    var arrays = architecture.spec.memory.buffers.map { ($0.name, $0.size) }
    if architecture.persistentBytes > .zero {
      arrays.append(("persistent_buffer", architecture.persistentBytes))
    }
    var power = Milliwatts.zero
    var priced: [Buffer] = []
    for (name, size) in arrays {
      let price = table.buffer(size: size)
      priced.append(Buffer(name: name, size: size, read: price.read, write: price.write))
      power = power + price.leakage
    }
    buffers = priced
    narrowAdd = table.add(bits: local?.width.count ?? precision.input.count)
    self.local = local.map {
      let price = table.buffer(size: $0.size)
      let bits = Double($0.width.count)
      return Local(
        name: $0.name, size: $0.size, read: price.read * bits, write: price.write * bits)
    }
    if let local { power = power + table.buffer(size: local.size).leakage }
    leakage = power
    frequency = architecture.spec.frequency
  }

  /// Energy by component: multiply, add, register, each buffer, DRAM reads and writes, leakage.
  ///
  /// A multiply-accumulate is one multiplication and one addition of accumulator width.
  func energy(
    of work: TileCost, traffic: [LevelTraffic], cycles: Cycles
  ) -> [Share<Picojoules>] {
    var shares: [Share<Picojoules>] = []
    shares.reserveCapacity(6 + buffers.count)
    shares += [
      Share("multiply", multiply * Double(work.multiplications)),
      Share("add", add * Double(work.additions) + narrowAdd * Double(work.narrowAdditions)),
      Share("register", register * Double(work.registerAccesses)),
    ]
    func bits(_ level: String) -> (read: Double, write: Double) {
      traffic.reduce((0, 0)) {
        $1.level == level
          ? ($0.0 + Double($1.read.bits.count), $0.1 + Double($1.write.bits.count)) : $0
      }
    }
    for buffer in buffers {
      let moved = bits(buffer.name)
      shares.append(Share(buffer.name, buffer.read * moved.read + buffer.write * moved.write))
    }
    if let local {
      shares.append(
        Share(
          local.name,
          local.read * Double(work.localReads) + local.write * Double(work.localWrites)))
    }
    let moved = bits("dram")
    shares.append(Share("dram_read", table.dramReadPerBit * moved.read))
    shares.append(Share("dram_write", table.dramWritePerBit * moved.write))
    // Milliwatts times seconds are millijoules, 1e9 picojoules.
    shares.append(
      Share("leakage", Picojoules(leakage.value * frequency.seconds(cycles) * 1e9)))
    return shares
  }

  /// Arithmetic and DRAM reads only.
  func estimate(macs: Double, dramBytes: Double) -> Picojoules {
    (multiply + add) * macs + table.dramReadPerBit * (8 * dramBytes)
  }

  /// What a reader has to know of the prices of buffers whose sizes are outside the table.
  public var caveats: [SRAMCaveat] {
    var sizes = buffers.map { ($0.name, $0.size) }
    if let local { sizes.append((local.name, local.size)) }
    return sizes.compactMap { table.caveat(of: $0.0, size: $0.1) }
  }

  /// The DRAM preset's low and high reads over its read; what costs nothing has no ratio to it.
  private var dramBand: (Double, Double) {
    let (dram, read) = (table.dram, table.dram.read.amount.value)
    return read > 0 ? (dram.low.amount.value / read, dram.high.amount.value / read) : (1, 1)
  }

  /// The totals within the table's band, assumed or supported by open sources: low and high.
  public func band(of shares: [Share<Picojoules>]) -> (low: Picojoules, high: Picojoules) {
    var (low, high) = (0.0, 0.0)
    for share in shares {
      let factors: (Double, Double) =
        switch share.name {
        case "multiply", "add", "register":
          (table.spec.band.arithmetic[0], table.spec.band.arithmetic[1])
        case "dram_read", "dram_write": dramBand
        default: (table.spec.band.sram[0], table.spec.band.sram[1])
        }
      low += share.amount.value * factors.0
      high += share.amount.value * factors.1
    }
    return (Picojoules(low), Picojoules(high))
  }

  /// Pairs of levels where a bit from the outer one costs less than a bit from the inner one.
  ///
  /// A table is then suspect: the larger memory, or the one further away, should cost more.
  public var inversions: [String] {
    var levels = [("a register", register * (1 / Double(registerBits)))]
    levels += buffers.sorted { $0.size < $1.size }.map { ($0.name, $0.read) }
    levels.append(("DRAM", table.dramReadPerBit))
    return zip(levels, levels.dropFirst()).compactMap { inner, outer in
      outer.1 < inner.1 ? "a bit from \(outer.0) costs less than one from \(inner.0)" : nil
    }
  }
}
