import Architectures
import Components
import CostModel
import Networks
import TestSupport
import Testing
import Units
import WeightAnalysis

// Do the words of utilization mean the same on every data path, and is no bound above what it bounds?
@Suite struct ResourceUseTests {
  private static func network(_ layers: [Layer]) -> Network {
    Network(name: "test", subnet: nil, layers: layers)
  }

  /// Random networks of two layers on random designs of any kind that can carry them out.
  private func check(_ law: (NetworkCost, Evaluator, String) -> Void) throws {
    var feasible = 0
    for seed in UInt64(1)...300 {
      var random = SeededRandom(seed: seed)
      let layers = [randomLayer(&random, "a"), randomLayer(&random, "b")]
      var text = randomArchitecture(&random)
      if seed.isMultiple(of: 10) { text.datapath = randomTensorCores(&random) }
      let batch = random.pick([1, 1, 2])
      let evaluator = Evaluator(try design(text.text))
      guard let cost = try? evaluator.evaluate(Self.network(layers), batch: batch) else { continue }
      feasible += 1
      law(cost, evaluator, "seed \(seed), batch \(batch), \(layers)\n\(text.text)")
    }
    #expect(feasible > 150)
  }

  private func randomLayer(_ random: inout SeededRandom, _ name: String) -> Layer {
    let layer = TestSupport.randomLayer(&random)
    return Layer(
      name: name, operation: layer.operation, kernels: layer.kernels, channels: layer.channels,
      kernel: (layer.kernelRows, layer.kernelColumns), input: (layer.inputRows, layer.inputColumns),
      stride: layer.rows.stride, padding: layer.rows.before, groups: layer.groups)
  }

  private func expectShares(_ use: ResourceUse, _ label: String) {
    let ports = use.portShares.map(\.share)
    for share in [use.utilization, use.performed, use.gated, use.idle, use.adders] + ports {
      #expect((0...1).contains(share), "\(share) of \(use), \(label)")
    }
    // What is left of the sum is a rounding of doubles.
    #expect(abs(use.performed + use.gated + use.idle - 1) < 1e-12, "\(label)")
    #expect(abs(use.performed + use.gated - use.utilization) < 1e-12, "\(label)")
  }

  @Test func busyAndIdleAreAllOnEveryDataPath() throws {
    var kinds: Set<String> = []
    try check { cost, _, label in
      kinds.insert(type(of: cost.design.datapath).kind)
      for (use, entry) in zip(cost.uses, cost.entries) {
        expectShares(use, label)
        #expect(use.utilization == entry.cost.utilization, "\(label)")
      }
      expectShares(cost.use, label)
      #expect(abs(cost.use.utilization - cost.utilization) < 1e-12, "\(label)")
    }
    #expect(kinds == Set(Datapaths.registry.entries.map(\.kind)))
  }

  @Test func noLayerIsBelowItsBound() throws {
    try check { cost, evaluator, label in
      for (bound, entry) in zip(evaluator.bounds(of: cost), cost.entries) {
        guard let bound else {
          Issue.record("no bound, \(label)")
          continue
        }
        let moved = entry.cost.dramRead + entry.cost.dramWrite
        #expect(bound.cycles <= entry.cost.total, "\(bound) \(label)")
        #expect(bound.leastBytes <= moved, "\(bound) \(label)")
        #expect(
          bound.limit == .capacity || bound.least.contains { $0.limit == bound.limit },
          "\(bound) \(label)")
      }
    }
  }

  private let layer = Layer(
    name: "a", operation: .convolution, kernels: 16, channels: 8, kernel: (3, 3), input: (8, 8),
    padding: 1)

  private func use(_ datapath: String, weights: QuantizedTensor? = nil) throws -> NetworkCost {
    var text = ArchitectureText()
    text.datapath = datapath
    return try Evaluator(design(text.text)).evaluate(
      Self.network([layer]), weights: weights.map { ["a": $0] } ?? [:])
  }

  /// A zero that is skipped takes no cycle of a lane, so time goes down and the array is no busier for it.
  @Test func aSkippedZeroTakesNoCycle() throws {
    var random = SeededRandom(seed: 7)
    let values = (0..<16 * 8 * 9).map { _ in random.within(0...3) == 0 ? Float(1) : 0 }
    let sparse = try QuantizedTensor(
      classifying: values, shape: FilterShape(kernels: 16, channels: 8, rows: 3, columns: 3),
      claimed: .ternary)
    let dense =
      "{kind: sparse-gemm-array, multipliers: 64, distribution_bandwidth: 64, kernels_per_tile: 16}"
    let full = try use(dense)
    let zeros = try use(dense, weights: sparse)
    #expect(zeros.cycles < full.cycles)
    #expect(zeros.totals[.laneOperations] < full.totals[.laneOperations])
    #expect(zeros.use.gated == 0)
    #expect(zeros.macsPerLaneCycle > zeros.utilization)
    #expect(full.macsPerLaneCycle == full.utilization)
  }

  /// A zero that is gated takes its cycle and does nothing in it.
  @Test func aGatedZeroTakesItsCycle() throws {
    let array =
      "kind: systolic-array, rows: 8, columns: 8, dataflow: weight-stationary, folds: serial, "
      + "stationary_load: exposed"
    let plain = try use("{\(array)}")
    let gated = try use("{\(array), gating: zero-inputs}")
    #expect(gated.cycles == plain.cycles)
    #expect(gated.utilization == plain.utilization)
    #expect(plain.use.gated == 0)
    // Padding alone is zero here; counts are rounded to whole operations.
    let active = layer.activeInputShare
    #expect(active < 1)
    #expect(abs(gated.use.performed - plain.utilization * active) < 1e-4)
    #expect(gated.use.adders < plain.use.adders)
  }

  /// More channels side by side than engines would be more work than lanes can do.
  @Test func depthwiseChannelsHaveEngines() throws {
    let array =
      "kind: dot-product-array, output_channels: 2, input_channels: 3, taps: 9, pixels: 1, "
      + "sweep: input-pixels, pointwise: fold-input, pass_overhead: 0 cycles"
    #expect(try datapath("{\(array), depthwise_channels: 6}").lanes == 54)
    #expect(throws: (any Error).self) { try datapath("{\(array), depthwise_channels: 7}") }
  }
}
