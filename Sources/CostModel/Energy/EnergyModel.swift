public import Architectures
internal import Units

/// Prices counted actions with an energy table.
///
/// Every component of a design has one entry; what it costs is the sum of its terms, each a count or
/// an amount of traffic times a price. A class without a variable, for it is asked for every layer.
public final class EnergyModel: Sendable {
  /// What a component is paid for.
  enum Term: Sendable {
    /// Each time that the action happens.
    case action(Action, Picojoules)
    /// Each bit read from the component.
    case readBit(Picojoules)
    /// Each bit written to it.
    case writtenBit(Picojoules)
    /// Time.
    case time(Milliwatts)
  }

  struct Entry: Sendable {
    let component: ComponentID
    let name: String
    /// The place of what the bits of its terms are counted at: the component itself, or the memory it is
    /// a port of.
    let level: Int
    let terms: [Term]
    /// Capacity of a buffer, nil for everything else.
    var size: Bytes?
  }

  /// The table.
  public let table: EnergyTable
  let entries: [Entry]
  private let registerBits: Int
  let precision: PrecisionSpec
  /// Capacity of the datapath's own memory and the width of its sums; nil where it has none.
  let local: LocalBuffer?
  let frequency: Frequency
  private let perMac: Picojoules
  /// Memories of an element that are priced by their size.
  let pads: [(name: String, size: Bytes)]
  /// A power that a table without joules cannot price.
  private let unpriced: Milliwatts?
  /// The energy of a link, where it is in another unit than the table.
  private let unpricedLink: EnergyValue?
  /// The energy of a decoded weight, likewise.
  private let unpricedDecoding: EnergyValue?

  /// Looks every price up once.
  public init(
    _ table: EnergyTable, _ architecture: Architecture, local: LocalBuffer? = nil,
    scratchpads: Scratchpads? = nil
  ) {
    let precision = architecture.spec.precision
    let operandBits = max(precision.input.count, precision.weight.count)
    self.table = table
    self.precision = precision
    self.local = local
    registerBits = operandBits
    frequency = architecture.spec.frequency
    perMac = table.multiply(bits: operandBits) + table.add(bits: precision.accumulator.count)
    let sizes = scratchpads.map { Self.sizes(of: $0, precision) }
    pads = sizes ?? []
    var entries = Self.arithmetic(table, precision, local: local, pads: sizes)
    let buffers = Self.buffers(table, architecture, local: local)
    entries += buffers.map(\.entry)
    if architecture.spec.vectorUnit != nil {
      // Assumed: an operation of a lane, whatever it is, takes what a multiply-accumulate takes.
      let price = perMac
      entries.insert(Self.entry(.vector, Self.terms(.vector) { _ in price }), at: 3)
    }
    entries += [
      Self.entry(.dramRead, level: .dram, [.readBit(table.dramReadPerBit)]),
      Self.entry(.dramWrite, level: .dram, [.writtenBit(table.dramWritePerBit)]),
      Self.entry(.leakage, [.time(buffers.reduce(.zero) { $0 + $1.leakage })]),
    ]
    if let power = architecture.spec.idlePower, table.spec.unit.isAbsolute {
      entries.append(Self.entry(.idle, [.time(power)]))
    }
    unpriced = table.spec.unit.isAbsolute ? nil : architecture.spec.idlePower
    let link = architecture.spec.severalCores?.network?.energyPerByteHop
    let isPriced = link?.unit == table.spec.unit
    if let link, isPriced {
      entries.append(Self.entry(.network, Self.terms(.network) { _ in link.amount }))
    }
    unpricedLink = isPriced ? nil : link
    let decoding = architecture.spec.weightDecoder?.energyPerWeight
    let isDecodingPriced = decoding?.unit == table.spec.unit
    if let decoding, isDecodingPriced {
      entries.append(
        Self.entry(.weightDecoder, Self.terms(.weightDecoder) { _ in decoding.amount }))
    }
    unpricedDecoding = isDecodingPriced ? nil : decoding
    self.entries = entries
  }

  /// What a report calls a memory of an element, and its capacity.
  private static func sizes(
    of pads: Scratchpads, _ precision: PrecisionSpec
  ) -> [(name: String, size: Bytes)] {
    [
      ("input_scratchpad", precision.input * pads.input),
      ("weight_scratchpad", precision.weight * pads.weight),
      ("sum_scratchpad", precision.accumulator * pads.sum),
    ].map { ($0, Bytes(holding: $1)) }
  }

  /// The mean price of the four accesses of a multiply-accumulate to the memories of an element: an
  /// input, a weight and a sum read, the sum written.
  private static func access(
    _ table: EnergyTable, _ precision: PrecisionSpec, _ pads: [(name: String, size: Bytes)]
  ) -> Picojoules {
    let widths = [precision.input, precision.weight, precision.accumulator]
    var sum = Picojoules.zero
    for (pad, width) in zip(pads, widths) {
      sum = sum + table.buffer(size: pad.size).read * Double(width.count)
    }
    if let sums = pads.last {
      sum = sum + table.buffer(size: sums.size).write * Double(precision.accumulator.count)
    }
    return sum * 0.25
  }

  private static func entry(
    _ component: ComponentID, level: ComponentID? = nil, name: String? = nil, size: Bytes? = nil,
    _ terms: [Term]
  ) -> Entry {
    Entry(
      component: component, name: name ?? component.name, level: (level ?? component).place,
      terms: terms, size: size)
  }

  /// The prices of all actions that `component` is paid for, in the order of the ledger.
  private static func terms(
    _ component: ComponentID, _ price: (Action) -> Picojoules
  ) -> [Term] {
    Action.allCases.filter { $0.component == component }.map { .action($0, price($0)) }
  }

  /// A multiply-accumulate is one multiplication and one addition of accumulator width.
  private static func arithmetic(
    _ table: EnergyTable, _ precision: PrecisionSpec, local: LocalBuffer?,
    pads: [(name: String, size: Bytes)]?
  ) -> [Entry] {
    let operandBits = max(precision.input.count, precision.weight.count)
    let narrowBits = local?.width.count ?? precision.input.count
    return [
      entry(.multiply, terms(.multiply) { _ in table.multiply(bits: operandBits) }),
      entry(
        .add,
        terms(.add) {
          table.add(bits: $0 == .narrowAdditions ? narrowBits : precision.accumulator.count)
        }),
      entry(
        .register,
        terms(.register) { _ in
          pads.map { access(table, precision, $0) } ?? table.register(bits: operandBits)
        }),
    ]
  }

  /// Buffers are paid for each bit that passes them, the datapath's own for each of its sums.
  private static func buffers(
    _ table: EnergyTable, _ architecture: Architecture, local: LocalBuffer?
  ) -> [(entry: Entry, leakage: Milliwatts)] {
    // Every core has its own; reads and writes are counted, leakage goes by copies.
    let cores = architecture.spec.coreCount
    var memories = architecture.spec.memory.buffers.map { ($0.component, $0.name, $0.size, cores) }
    memories += architecture.spec.memory.levels.enumerated().map {
      (ComponentID.level($0), $1.name, $1.size, 1)
    }
    if let persistent = architecture.spec.memory.persistentBuffer, persistent.size > .zero {
      let component = ComponentID.persistentBuffer
      memories.append((component, component.name, persistent.size, 1))
    }
    if architecture.spec.mapBuffer > .zero {
      let component = ComponentID.mapBuffer
      memories.append(
        (component, component.name, architecture.spec.mapBuffer, architecture.spec.mapBuffers))
    }
    var priced = memories.map { component, name, size, copies in
      let price = table.buffer(size: size)
      return (
        entry(
          component, name: name, size: size, [.readBit(price.read), .writtenBit(price.write)]),
        price.leakage * Double(copies)
      )
    }
    if let unit = architecture.spec.vectorUnit {
      let (size, component) = (unit.buffer.size, ComponentID.vectorBuffer)
      let price = table.buffer(size: size)
      priced.append(
        (
          entry(component, size: size, [.readBit(price.read), .writtenBit(price.write)]),
          price.leakage
        ))
    }
    if let local {
      let price = table.buffer(size: local.size)
      let bits = Double(local.width.count)
      let terms = terms(.localBuffer) { ($0 == .localWrites ? price.write : price.read) * bits }
      priced.append(
        (
          entry(.localBuffer, name: local.name, size: local.size, terms),
          price.leakage * Double(cores)
        ))
    }
    return priced
  }

  /// Energy by component: multiply, add, register, each buffer, DRAM reads and writes, leakage.
  func energy(
    of work: ActionCounts, traffic: [LevelTraffic], cycles: Cycles
  ) -> [Share<Picojoules>] {
    let moved = MovedBits(traffic)
    return entries.map { entry in
      var energy = Picojoules.zero
      for term in entry.terms {
        switch term {
        case .action(let action, let price): energy = energy + price * Double(work[action])
        case .readBit(let price):
          energy = energy + price * moved.read[entry.level]
        case .writtenBit(let price):
          energy = energy + price * moved.written[entry.level]
        case .time(let power):
          // Milliwatts times seconds are millijoules, 1e9 picojoules.
          energy = energy + Picojoules(power.value * frequency.seconds(cycles) * 1e9)
        }
      }
      return Share(entry.component, entry.name, energy)
    }
  }

  /// Bits through each level, of all operands, by the level's place.
  struct MovedBits {
    var read = InlineArray<22, Double>(repeating: 0)
    var written = InlineArray<22, Double>(repeating: 0)

    init(_ traffic: [LevelTraffic]) {
      for entry in traffic {
        let level = entry.level.place
        read[level] += Double(entry.read.bits.count)
        written[level] += Double(entry.write.bits.count)
      }
    }
  }

  /// Arithmetic and DRAM reads only.
  func estimate(macs: Double, dramBytes: Double) -> Picojoules {
    perMac * macs + table.dramReadPerBit * (8 * dramBytes)
  }

  /// What a reader has to know of the prices of buffers whose sizes are outside the table.
  public var caveats: [SRAMCaveat] {
    entries.compactMap { entry in
      entry.size.flatMap { table.caveat(of: entry.name, size: $0) }
    } + pads.compactMap { table.caveat(of: $0.name, size: $0.size) }
  }

  /// What the energies lack.
  public var omissions: [String] {
    let power = unpriced.map {
      "idle_power of \($0) has no price in energy table \(table.spec.name), whose unit is no "
        + "joule; energies are without it"
    }
    let link = unpricedLink.map {
      "cores.network.energy_per_byte_hop is in \($0.unit.rawValue), energy table \(table.spec.name) "
        + "in \(table.spec.unit.rawValue); energies are without the network"
    }
    let decoding = unpricedDecoding.map {
      "weight_decoder.energy_per_weight is in \($0.unit.rawValue), energy table \(table.spec.name) "
        + "in \(table.spec.unit.rawValue); energies are without the decoder"
    }
    return [power, link, decoding].compactMap { $0 }
  }

  /// Pairs of levels where a bit from the outer one costs less than a bit from the inner one.
  ///
  /// A table is then suspect: the larger memory, or the one further away, should cost more.
  public var inversions: [String] {
    let register = table.register(bits: registerBits)
    var levels = [("a register", register * (1 / Double(registerBits)))]
    let buffers = entries.compactMap { entry -> (name: String, size: Bytes, read: Picojoules)? in
      guard let size = entry.size, case .readBit(let read)? = entry.terms.first else { return nil }
      return (entry.name, size, read)
    }
    levels += buffers.sorted { $0.size < $1.size }.map { ($0.name, $0.read) }
    levels.append(("DRAM", table.dramReadPerBit))
    return zip(levels, levels.dropFirst()).compactMap { inner, outer in
      outer.1 < inner.1 ? "a bit from \(outer.0) costs less than one from \(inner.0)" : nil
    }
  }
}
