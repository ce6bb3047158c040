import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Does the fastest mapping only get better with more of anything, and is it the best there is?
@Suite struct RowStationarySearchTests {
  /// A machine; every figure is a resource.
  private struct Machine: CustomStringConvertible {
    var rows = 6
    var columns = 7
    var scratchpads = (input: 12, weight: 60, sum: 6)
    var buses = (input: 1, weight: 2, sum: 2)
    /// Banks of 512 B, nil for buffers apart.
    var banks: Int? = 9
    var sizes = (input: 2048, weight: 256, output: 2048)
    /// Megabytes per second.
    var rates = (input: 100, weight: 100, output: 100)
    var overlaps = (input: "ping-pong", weight: "ping-pong", output: "none")
    var ports = "shared"
    var rule = ""

    init(_ random: inout SeededRandom) {
      rows = random.within(1...12)
      columns = random.within(1...14)
      scratchpads = (random.within(3...14), random.within(14...120), random.within(1...16))
      buses = (random.within(1...3), random.within(1...4), random.within(1...4))
      banks = random.pick([nil, 3, 5, 9, 16])
      sizes = (
        256 << random.within(0...5), 32 << random.within(0...5), 256 << random.within(0...5)
      )
      rates = (random.within(5...400), random.within(5...400), random.within(5...400))
      overlaps = (
        random.pick(["none", "ping-pong", "ping-pong", "streaming"]),
        random.pick(["none", "ping-pong", "ping-pong"]),
        random.pick(["none", "ping-pong", "streaming"])
      )
      ports = random.pick(["shared", "separate"])
    }

    /// Ways to give the machine more of one thing.
    static let growths: [(name: String, grow: @Sendable (inout Machine, Int) -> Void)] = [
      ("rows", { $0.rows += $1 }), ("columns", { $0.columns += $1 }),
      (
        "input scratchpad",
        { $0.scratchpads.input += min($1, $0.scratchpads.weight - $0.scratchpads.input) }
      ),
      ("weight scratchpad", { $0.scratchpads.weight += $1 }),
      ("sum scratchpad", { $0.scratchpads.sum += $1 }),
      ("input bus", { $0.buses.input += $1 }), ("weight bus", { $0.buses.weight += $1 }),
      ("sum bus", { $0.buses.sum += $1 }),
      ("banks", { machine, more in machine.banks = machine.banks.map { $0 + more } }),
      ("input buffer", { $0.sizes.input += 100 * $1 }),
      ("weight buffer", { $0.sizes.weight += 7 * $1 }),
      ("output buffer", { $0.sizes.output += 100 * $1 }),
      ("input link", { $0.rates.input += 9 * $1 }), ("weight link", { $0.rates.weight += 9 * $1 }),
      ("output link", { $0.rates.output += 9 * $1 }),
    ]

    var text: String {
      let maps =
        banks.map {
          "- {name: maps, holds: [input, output], size: \($0 * 512) B, ping_pong: false, banks: \($0)}"
        } ?? """
          - {name: inputs, holds: [input], size: \(sizes.input) B, ping_pong: false}
              - {name: outputs, holds: [output], size: \(sizes.output) B, ping_pong: false}
          """
      func link(_ rate: Int, _ overlap: String) -> String {
        "{bandwidth: \(rate) MB/s, overlap: \(overlap), channel_alignment: 1}"
      }
      let total = max(rates.input, rates.weight) + rates.output
      return """
        name: test
        summary: A test.
        source: "a test"
        frequency: 200 MHz
        layer_overhead: 0 cycles
        precision: {input: 16 bit, weight: 16 bit, output: 16 bit, accumulator: 16 bit}
        datapath:
          {kind: row-stationary-array, rows: \(rows), columns: \(columns),
           input_scratchpad: \(scratchpads.input), weight_scratchpad: \(scratchpads.weight),
           sum_scratchpad: \(scratchpads.sum), input_bus: \(buses.input),
           weight_bus: \(buses.weight), sum_bus: \(buses.sum)}
        memory:
          dram: {bandwidth: \(total) MB/s, ports: \(ports)}
          transfers:
            input: \(link(rates.input, overlaps.input))
            weight: \(link(rates.weight, overlaps.weight))
            output: \(link(rates.output, overlaps.output))
          buffers:
            \(maps)
            - {name: weights, holds: [weight], size: \(sizes.weight) B, ping_pong: false}
        energy: {table: horowitz-45nm, dram: ddr4-18}
        \(rule)
        """
    }

    var description: String { text }

    func cost(_ layer: Layer, batch: Int = 1) throws -> LayerCost? {
      LayerCostModel(try design(text)).cost(of: layer, batch: batch).cost
    }
  }

  private func moved(_ cost: LayerCost) -> Int { (cost.dramRead + cost.dramWrite).count }

  @Test func moreOfAnyResourceIsNeverSlowerNorMovesMoreAtEqualTime() throws {
    var compared = 0
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      let machine = Machine(&random)
      let layer = randomLayer(&random)
      let batch = random.pick([1, 1, 2, 3])
      guard let cost = try machine.cost(layer, batch: batch) else { continue }
      for (name, grow) in Machine.growths where random.within(0...2) == 0 {
        var larger = machine
        grow(&larger, random.pick([1, 2, 3, 5]))
        let label: Comment = "seed \(seed), batch \(batch), more \(name), \(layer)\n\(machine)"
        let other = try #require(try larger.cost(layer, batch: batch), label)
        #expect(other.total <= cost.total, label)
        if other.total == cost.total { #expect(moved(other) <= moved(cost), label) }
        compared += 1
      }
    }
    #expect(compared > 150)
  }

  /// The shipped chip's array with its buffer one bank after the other, from 22 banks on.
  @Test func moreBanksOfTheChipsArrayAreNeverSlower() throws {
    var random = SeededRandom(seed: 1)
    var machine = Machine(&random)
    (machine.rows, machine.columns, machine.scratchpads) = (12, 14, (12, 224, 24))
    (machine.buses, machine.rates) = ((1, 4, 4), (480, 480, 480))
    (machine.overlaps, machine.ports) = (("ping-pong", "ping-pong", "none"), "shared")
    machine.sizes.weight = 8192
    let layer = Layer(
      name: "layer2.1.conv3", operation: .convolution, kernels: 512, channels: 128,
      kernel: (1, 1), input: (28, 28))
    var before: LayerCost?
    for banks in stride(from: 176, through: 224, by: 8) {
      machine.banks = banks
      let cost = try #require(try machine.cost(layer))
      if let before {
        #expect(cost.total <= before.total, "\(banks) banks")
        if cost.total == before.total { #expect(moved(cost) <= moved(before), "\(banks) banks") }
      }
      before = cost
    }
  }

  @Test(arguments: ["", "mapping: {rule: eyeriss, banks: 3, kernels: 96}"])
  func imagesTogetherNeverCostMoreThanApart(rule: String) throws {
    var compared = 0
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      var machine = Machine(&random)
      if !rule.isEmpty { machine.banks = machine.banks ?? 8 }
      machine.rule = rule
      let layer = randomLayer(&random)
      guard let one = try machine.cost(layer) else { continue }
      let batch = random.within(2...8)
      let label: Comment = "seed \(seed), batch \(batch), \(layer)\n\(machine)"
      let all = try #require(try machine.cost(layer, batch: batch), label)
      #expect(all.total.count <= batch * one.total.count, label)
      if all.total.count == batch * one.total.count {
        #expect(moved(all) <= batch * moved(one), label)
      }
      compared += 1
    }
    #expect(compared > 40)
  }

  /// Small layers, for which every mapping of the space can be timed.
  @Test func noMappingOfTheSpaceIsBetter() throws {
    var compared = 0
    for seed in UInt64(1)...24 {
      var random = SeededRandom(seed: seed)
      var machine = Machine(&random)
      machine.columns = min(machine.columns, 5)
      let side = random.pick([1, 3])
      let layer = Layer(
        name: "small", operation: .convolution, kernels: random.pick([1, 2, 4, 6]),
        channels: random.within(1...5), kernel: (side, side),
        input: (random.within(side...7), random.within(side...7)), stride: random.within(1...2),
        padding: side / 2)
      let (architecture, batch) = (try design(machine.text), random.within(1...2))
      let placement = OperationPlacement(
        weights: Bytes(random.pick([0, 0, 10])),
        moves: MapMoves(
          .array(layer), holdsInput: random.within(0...2) == 0,
          keepsOutput: random.within(0...2) == 0, images: batch))
      let found = LayerCostModel(architecture).cost(
        of: layer, placement: placement, batch: batch)
      let all = LayerCostModel(architecture, extrapolates: true, triesAll: true).cost(
        of: layer, placement: placement, batch: batch)
      #expect(found == all, "seed \(seed), batch \(batch), \(layer)\n\(machine)")
      if found.cost != nil { compared += 1 }
    }
    #expect(compared > 10)
  }

  /// A map of 8,192 rows, cut into thousands of equal strips, is walked in no time.
  @Test(.timeLimit(.minutes(20))) func hugeMapsTakeSeconds() throws {
    var random = SeededRandom(seed: 3)
    var machine = Machine(&random)
    (machine.columns, machine.banks) = (14, 200)
    let layer = Layer(
      name: "huge", operation: .convolution, kernels: 4096, channels: 16, kernel: (1, 1),
      input: (8192, 8192))
    let cost = try #require(try machine.cost(layer))
    #expect(cost.macs == 16 * 4096 * 8192 * 8192)
  }
}
