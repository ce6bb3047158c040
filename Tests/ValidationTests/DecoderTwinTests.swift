import Architectures
import CostModel
import Inputs
import Networks
import ReferenceModel
import TestSupport
import Testing
import Units
import Validation

// Coded weights on the cost model and on the machine that steps through every cycle.
@Suite struct DecoderTwinTests {
  /// Random designs and layers, with a decoder that buffers of coded weights have behind them, or that stands on
  /// the link in front of plain ones, where it may be the slower of the two.
  @Test(arguments: ["dot-product-array", "systolic-array"], ["coded", "plain"])
  func codedWeightsAgree(kind: String, holds: String) throws {
    var (exact, shared, outside) = (0, 0, 0)
    for seed in UInt64(7000)..<7060 {
      let sample = DifferentialCase(kind, seed: seed)
      guard var layer = sample.layer.layer, layer.kernelRole == .weight,
        !sample.architecture.contains("levels:")
      else { continue }
      var random = SeededRandom(seed: seed)
      let rate =
        holds == "plain" && random.next() % 2 == 0
        ? ", weights_per_cycle: \(random.within(1...8))" : ""
      let text = sample.architecture + "weight_decoder: {holds: \(holds)\(rate)}\n"
      layer.storage = KernelStorage(
        KernelStorage.Coded(
          bits: max(1, layer.weights * random.within(1...80) / 10), elements: layer.weights))
      let architecture = try architecture(text)
      let design = try design(architecture)
      guard let machine = ReferenceMachine(architecture, datapath: design.datapath),
        let cost = LayerCostModel(design).cost(of: layer, batch: sample.batch).cost,
        let mapping = cost.mapping
      else { continue }
      func numbers(_ count: Int) -> [Int8] {
        (0..<count).map { _ in Int8(random.within(-100...100)) }
      }
      let operands = LayerOperands(
        input: numbers(sample.batch * layer.channels * layer.inputRows * layer.inputColumns),
        weights: numbers(layer.weights))
      let run = try machine.run(layer, operands, mapping: mapping, batch: sample.batch)
      #expect(run.sums == operands.convolution(layer, batch: sample.batch), "seed \(seed)")
      #expect(
        cost.traffic(.dram, .weight).read.count == (run.traffic.weightBits + 7) / 8,
        "seed \(seed)\n\(text)\(layer)")
      #expect(
        cost.traffic(.buffer(of: .weight), .weight).write.count
          == (run.traffic.weightFillBits + 7) / 8, "seed \(seed)")
      #expect(cost.work[.weightReads] == run.traffic.weightReads, "seed \(seed)")
      if sample.sharesBandwidth {
        // As for weights as they are: transfers that share time with their own tile end within cycles.
        shared += 1
        let slack = run.cycles / 100 + (2 + sample.cyclesPerRows(layer)) * run.tiles
        if abs(cost.total.count - run.cycles) > slack { outside += 1 }
      } else {
        exact += 1
        #expect(
          cost.total.count == run.cycles, "seed \(seed)\n\(text)\(layer) \(run.tiles) tiles")
      }
    }
    #expect(exact > 5 && shared > 5, "\(exact) and \(shared) cases")
    #expect(outside * 20 <= shared)
  }

  /// 16 kernels of 32 weights in a quarter of their bits over a link of a byte a cycle: 128 cycles; a
  /// decoder of two weights a cycle takes 256, and then sets the pace.
  @Test(arguments: [("", 128), (", weights_per_cycle: 2", 256)])
  func theSlowerOneSetsThePace(rate: String, cycles: Int) throws {
    var text = ArchitectureText()
    text.rates = (nil, 100, nil)
    text.overlaps.weight = "none"
    var layer = Layer(
      name: "l", operation: .convolution, kernels: 16, channels: 32, kernel: (1, 1),
      input: (1, 1))
    let operands = LayerOperands(
      input: Array(repeating: 1, count: 32), weights: Array(repeating: 2, count: 512))
    func run(_ decoder: String) throws -> Int {
      text.more = decoder
      let architecture = try architecture(text.text)
      let design = try design(architecture)
      let cost = try #require(LayerCostModel(design).cost(of: layer).cost)
      let machine = try #require(ReferenceMachine(architecture, datapath: design.datapath))
      let run = try machine.run(layer, operands, mapping: #require(cost.mapping))
      #expect(run.cycles == cost.total.count && run.sums.allSatisfy { $0 == 64 })
      return run.cycles
    }
    let plain = try run("")
    layer.storage = KernelStorage(KernelStorage.Coded(bits: 512 * 2, elements: 512))
    #expect(try plain - run("weight_decoder: {holds: plain\(rate)}") == 512 - cycles)
  }
}
