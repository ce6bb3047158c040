internal import Architectures
internal import Networks
internal import Units

extension LayerCostModel {
  /// Latency, energy and traffic of a divided layer.
  func cost(of layer: Layer, _ divided: DividedLayer, batch: Int) -> LayerCost {
    let overhead = overhead.cycles(of: layer)
    let total = Cycles(divided.total) + overhead
    var work = ActionCounts()
    var traffic: [LevelTraffic] = []
    for (place, part) in divided.split.parts.enumerated() {
      var timed = divided.timings[place]
      // Sums stay for the next core, not as results.
      if divided.sums != nil { timed.maps[.kept] = .zero }
      work.add(timed.work)
      Self.add(
        levelTraffic(part.layer, divided.formats[place], timed, hasMoves: part.moves != nil),
        to: &traffic)
    }
    if let sums = divided.sums {
      Self.add(sumTraffic(sums, others: divided.split.parts.count - 1, &work), to: &traffic)
    }
    traffic = divided.corrected(traffic)
    work = gated(work, of: layer)
    work[.linkBytes] = divided.load.linkBytes
    var spent = divided.spent
    spent[.overhead] = overhead.count
    var cost = LayerCost(
      cycles: CycleBreakdown(spent), total: total,
      arrayCycles: Cycles(divided.timings[divided.slowest].arrayCycles), lanes: design.lanes,
      energy: design.energy.energy(of: work, traffic: traffic, cycles: total),
      traffic: traffic, mapping: divided.timings[0].mapping, cachedWeights: .zero, work: work,
      uncoded: memory.transfers.codesMaps ? divided.uncoded : nil)
    cost.cores = divided.use
    return cost
  }

  /// Adds what a core moves to what others move.
  static func add(_ own: [LevelTraffic], to all: inout [LevelTraffic]) {
    for entry in own {
      guard
        let place = all.firstIndex(where: {
          $0.level == entry.level && $0.operand == entry.operand
        })
      else {
        all.append(entry)
        continue
      }
      let sum = all[place]
      all[place] = sum.with(read: sum.read + entry.read, write: sum.write + entry.write)
    }
  }

  /// What adding up the sums of `others` cores moves in the buffers of the sums: each is read once to
  /// be passed on, and each addition reads and writes the sum that is there.
  private func sumTraffic(
    _ sums: SumPassing, others: Int, _ work: inout ActionCounts
  ) -> [LevelTraffic] {
    work[.additions] += sums.count * others
    work[.outputReads] += 2 * sums.count * others
    work[.outputWrites] += sums.count * others
    let output = memory.output
    return [
      LevelTraffic(
        level: output.component, name: output.name, operand: .output,
        read: Bytes(holding: sums.bits * (2 * others) + sums.uncoded),
        write: Bytes(holding: sums.bits * others))
    ]
  }
}

extension LevelTraffic {
  /// The same level and operand with other amounts.
  func with(read: Bytes, write: Bytes) -> LevelTraffic {
    LevelTraffic(level: level, name: name, operand: operand, read: read, write: write)
  }

  /// The same amounts under another name.
  func with(name: String) -> LevelTraffic {
    LevelTraffic(level: level, name: name, operand: operand, read: read, write: write)
  }
}

extension DividedLayer {
  /// Whether this takes fewer cycles, or as many and moves less.
  func isBetter(than other: DividedLayer) -> Bool {
    (total, dramBits.count) < (other.total, other.dramBits.count)
  }

  /// Whether the first core alone, in `cycles`, is at least as good.
  func isWorse(than cycles: Int, moved cost: LayerCost) -> Bool {
    let bits = (cost.dramRead + cost.dramWrite).bits.count
    return (cycles, bits) <= (total, Bytes(holding: dramBits).bits.count)
  }

  /// The traffic of all cores with what DRAM moves of it, and with what crosses the network.
  fileprivate func corrected(_ traffic: [LevelTraffic]) -> [LevelTraffic] {
    func moved(_ operand: Operand) -> Bits {
      switch operand {
      case .input: dram.input
      case .weight: dram.weight
      case .output: dram.output
      }
    }
    let levels = traffic.map { entry -> LevelTraffic in
      guard entry.level == .dram else { return entry }
      let bytes = Bytes(holding: moved(entry.operand))
      return entry.operand == .output
        ? entry.with(read: .zero, write: bytes) : entry.with(read: bytes, write: .zero)
    }
    func network(_ operand: Operand, _ bits: (CoreTransfers) -> Bits) -> LevelTraffic {
      LevelTraffic(
        level: .network, name: ComponentID.network.name, operand: operand,
        read: Bytes(holding: bits(load.leaving)), write: Bytes(holding: bits(load.entering)))
    }
    return levels + [
      network(.input, \.input), network(.weight, \.weight), network(.output, \.output),
    ]
  }

  /// Bytes of maps as they are without the code of a link.
  fileprivate var uncoded: UncodedMaps {
    let raw = timings.map { Bytes(holding: $0.traffic[.inputDecoded]) }
    let input =
      network.multicasts && split.common.input ? raw.max() ?? .zero : raw.reduce(.zero, +)
    let output = timings.reduce(Bytes.zero) { $0 + Bytes(holding: $1.traffic[.outputUncoded]) }
    return UncodedMaps(input: input, output: output + Bytes(holding: sums?.uncoded ?? .zero))
  }

  /// What a report says of it.
  fileprivate var use: CoreUse {
    CoreUse(
      split: split.kind == .best ? nil : split.kind, shares: split.parts.map(\.range.count),
      cycles: partCycles.map { Cycles($0) }, limit: limit,
      busiestLink: Bytes(holding: load.busiest),
      dramCycles: Cycles(max(dramCycles.read, dramCycles.write)))
  }
}
