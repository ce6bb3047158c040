import Architectures
import Components
import Inputs
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Do memories between DRAM and the buffers keep count, and is more of them never slower?
@Suite struct MemoryLevelTests {
  private static func machine(
    _ random: inout SeededRandom, levels most: Int = 2, rule: String = "search"
  ) -> ArchitectureText {
    var text = randomArchitecture(&random)
    while text.datapath.contains("row-stationary") { text.datapath = randomDatapath(&random) }
    text.persistent = nil
    text.sizes = (
      1 << random.within(9...12), 1 << random.within(9...12), 1 << random.within(9...12)
    )
    text.levels = randomLevels(&random, of: text, most: most)
    text.more = "mapping: {rule: \(rule)}"
    return text
  }

  private func cost(
    _ text: ArchitectureText, _ layer: Layer, batch: Int = 1, extrapolates: Bool = true,
    triesAll: Bool = false
  ) throws -> LayerCost? {
    LayerCostModel(try design(text.text), extrapolates: extrapolates, triesAll: triesAll)
      .cost(of: layer, batch: batch).cost
  }

  private func rank(_ cost: LayerCost) -> [Int] {
    [cost.total.count, (cost.dramRead + cost.dramWrite).count]
  }

  // One tile of 4 x 4 weights and 4 pixels of 4 channels, worked by hand: 16 B of weights, then 16 B of input,
  // at 1 B and then 2 B a cycle; 16 B of results back.
  @Test func aWholeLayerPassesOneMemoryAfterTheOther() throws {
    var text = ArchitectureText()
    text.rates = (200, 200, 200)
    text.more = "mapping: {rule: largest}"
    text.levels = [
      ArchitectureText.LevelText(
        name: "sram", holds: ["input", "weight", "output"], size: 4 << 20, pingPong: true,
        link: 100, ports: "separate")
    ]
    let layer = Layer(
      name: "layer", operation: .convolution, kernels: 4, channels: 4, kernel: (1, 1), input: (2, 2)
    )
    let own = try #require(try cost(text, layer))
    var alone = text
    alone.levels = []
    alone.rates = (nil, nil, nil)
    let array = try #require(try cost(alone, layer)).total.count
    // 32 cycles into the level, 16 into the buffers, the array, 8 out of the buffer, 16 out of the level.
    #expect(own.total.count == 32 + 16 + array + 8 + 16)
    #expect(own.cycles[.dramRead].count == 32)
    #expect(own.cycles[.level].count == 16 + 8)
    #expect(own.cycles[.dramWrite].count == 16)
    #expect(own.dramRead.count == 32 && own.dramWrite.count == 16)
    let level = ComponentID.level(0)
    #expect(own.traffic(level, .input) == (Bytes(16), Bytes(16)))
    #expect(own.traffic(level, .weight) == (Bytes(16), Bytes(16)))
    #expect(own.traffic(level, .output) == (Bytes(16), Bytes(16)))
  }

  /// A level that has room for all weights reads them from DRAM once, however often the buffer asks.
  @Test func aLevelSparesDRAM() throws {
    var text = ArchitectureText()
    (text.sizes, text.rates) = ((2048, 256, 4096), (400, 400, 400))
    text.more = "mapping: {rule: search, objective: bytes}"
    let layer = Layer(
      name: "layer", operation: .convolution, kernels: 64, channels: 32, kernel: (3, 3),
      input: (24, 24), padding: 1)
    let before = try #require(try cost(text, layer))
    text.levels = [
      ArchitectureText.LevelText(
        name: "sram", holds: ["input", "weight", "output"], size: 256 << 10, pingPong: true,
        link: 400, ports: "separate")
    ]
    let after = try #require(try cost(text, layer))
    #expect(before.dramRead.count > 64 * 32 * 9 + 24 * 24 * 32)
    #expect(after.dramRead.count == 64 * 32 * 9 + 24 * 24 * 32)
    #expect(after.dramWrite.count == 64 * 24 * 24)
  }

  @Test func everythingAddsUp() throws {
    var compared = 0
    for seed in UInt64(1)...50 {
      var random = SeededRandom(seed: seed)
      let text = Self.machine(&random, levels: 3, rule: random.pick(["largest", "even", "search"]))
      let layer = randomLayer(&random)
      let batch = random.pick([1, 1, 2])
      guard layer.macs < 60_000, let own = try cost(text, layer, batch: batch) else { continue }
      compared += 1
      let label: Comment = "seed \(seed), batch \(batch), \(layer)\n\(text.text)"
      // The last tiles all in one piece or walked one by one.
      let walked = try #require(try cost(text, layer, batch: batch, extrapolates: false), label)
      #expect(own == walked, label)
      let spent = CycleCause.allCases.reduce(0) { $0 + own.cycles[$1].count }
      #expect(spent == own.total.count, label)
      let design = try design(text.text)
      let memory = design.architecture.spec.memory
      for operand in Operand.allCases {
        let buffer = design.architecture.buffer(for: operand).component
        let places = memory.levels.indices.filter { memory.levels[$0].holds.contains(operand) }
        let chain = [ComponentID.dram] + places.map { .level($0) } + [buffer]
        for (outside, inside) in zip(chain, chain.dropFirst()) {
          let (outer, inner) = (own.traffic(outside, operand), own.traffic(inside, operand))
          if operand == .output {
            // The buffer's other reads are those of sums.
            if inside != buffer { #expect(outer.write == inner.read, label) }
          } else {
            #expect(outer.read == inner.write, label)
          }
        }
        // No level can send less inside than came in, nor DRAM less than there is.
        for place in places where operand != .output {
          let moved = own.traffic(.level(place), operand)
          #expect(moved.read >= moved.write, label)
        }
      }
      let energy = own.energy.reduce(0) { $0 + $1.amount.value }
      #expect(abs(energy - own.totalEnergy.value) <= energy * 1e-12, label)
      if let mapping = own.mapping {
        let refusal = LayerCostModel(design).refusal(of: mapping, layer: layer, batch: batch)
        #expect(refusal == nil, label)
      }
    }
    #expect(compared > 10)
  }

  /// A lower bound that is too high would leave the best mapping out.
  @Test func boundsLeaveNothingBetterOut() throws {
    var compared = 0
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      var text = Self.machine(&random)
      let objective = random.pick(["latency", "bytes", "energy", "edp"])
      text.more = "mapping: {rule: search, objective: \(objective)}"
      let layer = randomLayer(&random)
      guard layer.macs < 6_000, layer.outputPixels < 80, let own = try cost(text, layer) else {
        continue
      }
      compared += 1
      let all = try #require(try cost(text, layer, triesAll: true))
      let label: Comment = "seed \(seed), \(objective), \(layer)\n\(text.text)"
      #expect(rank(own) == rank(all), label)
      #expect(own.totalEnergy == all.totalEnergy, label)
    }
    #expect(compared > 5)
  }

  @Test func moreOfAnyResourceIsNeverSlower() throws {
    let growths: [(name: String, grow: (inout ArchitectureText, Int) -> Void)] = [
      ("level", { $0.levels[0].size += 100 * $1 }),
      ("level's link", { $0.levels[0].link += 30 * $1 }),
      ("level's ports", { text, _ in text.levels[0].ports = "separate" }),
      ("DRAM's ports", { text, _ in text.ports = "separate" }),
      ("input link", { text, more in text.rates.input = text.rates.input.map { $0 + 30 * more } }),
    ]
    var compared = 0
    for seed in UInt64(300)...360 {
      var random = SeededRandom(seed: seed)
      let text = Self.machine(&random, levels: 1)
      let layer = randomLayer(&random)
      guard layer.macs < 60_000, let before = try cost(text, layer) else { continue }
      for (name, grow) in growths {
        var larger = text
        grow(&larger, random.pick([1, 3, 10, 40]))
        let after = try #require(try cost(larger, layer))
        compared += 1
        #expect(
          rank(after).lexicographicallyPrecedes(rank(before)) || rank(after) == rank(before),
          "seed \(seed), more \(name), \(layer)\n\(text.text)")
      }
    }
    #expect(compared > 50)
  }

  /// What a level keeps is written to a file and read from there.
  @Test func filesSayLevels() throws {
    var random = SeededRandom(seed: 7)
    var text = Self.machine(&random, levels: 2)
    let layer = Layer(
      name: "layer", operation: .convolution, kernels: 24, channels: 12, kernel: (3, 3),
      input: (14, 14), padding: 1)
    let network = Network(name: "one", subnet: nil, layers: [layer])
    let before = try Evaluator(design(text.text)).evaluate(network)
    let file = try YAMLEncoder().encode(MappingFile(before))
    text.more = "mapping: {rule: file, file: maps.yaml}"
    func evaluate(_ mappings: String) throws -> NetworkCost {
      try Evaluator(design(text.text, mappings: mappings)).evaluate(network)
    }
    let after = try evaluate(file)
    #expect(after.cycles == before.cycles)
    #expect(after.totalEnergy == before.totalEnergy)
    #expect(after.entries.map(\.cost.mapping) == before.entries.map(\.cost.mapping))
    #expect(throws: (any Error).self) {
      _ = try evaluate(file.replacing("    levels:", with: "    images: 1\n    levels: []\n    #"))
    }
  }
}
