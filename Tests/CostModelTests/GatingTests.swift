import Architectures
import CostModel
import Networks
import TestSupport
import Testing
import Units

// Does gating save energy and nothing else, and does a power take its time?
@Suite struct GatingTests {
  private static let seed: UInt64 = 18
  private static let arrays = [
    "kind: systolic-array, rows: 8, columns: 8, dataflow: output-stationary, folds: serial, stationary_load: exposed",
    "kind: row-stationary-array, rows: 6, columns: 8, input_scratchpad: 12, weight_scratchpad: 64, sum_scratchpad: 8, input_bus: 1, weight_bus: 4, sum_bus: 4",
    "kind: dot-product-array, output_channels: 8, input_channels: 9, taps: 9, pixels: 1, sweep: input-pixels, pointwise: fold-input, depthwise_channels: 9, pass_overhead: 0 cycles",
  ]

  private func model(_ array: String, _ more: String = "") throws -> LayerCostModel {
    var text = ArchitectureText()
    text.datapath = "{\(array)}"
    text.more = more
    return LayerCostModel(try design(text.text))
  }

  private func layer(_ zeros: Double?, padding: Int = 0) -> Layer {
    var layer = Layer(
      name: "a", operation: .convolution, kernels: 12, channels: 6, kernel: (3, 3),
      input: (10, 14), padding: padding)
    layer.zeros = zeros.map { ZeroShares(reads: [$0], written: nil) }
    return layer
  }

  /// Without zeros or padding nothing is gated; all zeros leave no multiplication.
  @Test(arguments: arrays) func onlyWorkIsGated(_ array: String) throws {
    let (plain, gated) = (try model(array), try model(array + ", gating: zero-inputs"))
    for share in [nil, 0, 0.25, 0.5, 0.9, 1] as [Double?] {
      let full = try #require(plain.cost(of: layer(share)).cost)
      let cost = try #require(gated.cost(of: layer(share)).cost)
      let active = 1 - (share ?? 0)
      #expect(
        cost.work[.multiplications]
          == Int((Double(full.work[.multiplications]) * active).rounded()))
      #expect(cost.work[.additions] == Int((Double(full.work[.additions]) * active).rounded()))
      #expect(cost.work[.macs] == full.work[.macs])
      #expect(cost.work[.laneOperations] == full.work[.laneOperations])
      #expect(cost.total == full.total && cost.traffic == full.traffic)
      #expect(cost.totalEnergy <= full.totalEnergy)
      let sum = cost.energy.reduce(0) { $0 + $1.amount.value }
      #expect(sum == cost.totalEnergy.value)
    }
  }

  /// The places of a padded map counted one by one, each zero or not by chance.
  @Test func theShareIsThatOfThePaddedMap() {
    var random = SeededRandom(seed: Self.seed)
    for _ in 0..<50 {
      let axes = (0..<2).map { _ in
        WindowAxis(
          extent: Int.random(in: 3...20, using: &random), kernel: 3,
          before: Int.random(in: 0...3, using: &random),
          after: Int.random(in: 0...3, using: &random),
          spread: Int.random(in: 1...3, using: &random))
      }
      var layer = Layer(
        name: "a", operation: .convolution, kernels: 1, channels: 1, rows: axes[0],
        columns: axes[1])
      layer.zeros = ZeroShares(reads: [0.25], written: nil)
      var there = 0
      for row in 0..<axes[0].padded {
        for column in 0..<axes[1].padded {
          func isElement(_ axis: WindowAxis, _ place: Int) -> Bool {
            let offset = place - axis.before
            return offset >= 0 && offset < axis.spreadExtent && offset.isMultiple(of: axis.spread)
          }
          if isElement(axes[0], row), isElement(axes[1], column) { there += 1 }
        }
      }
      let share = 0.75 * Double(there) / Double(axes[0].padded * axes[1].padded)
      #expect(abs(layer.activeInputShare - share) < 1e-12, "seed \(Self.seed)")
    }
  }

  /// More zeros never take more energy.
  @Test(arguments: arrays) func energyFallsWithZeros(_ array: String) throws {
    let model = try model(array + ", gating: zero-inputs")
    var last = Double.infinity
    for step in 0...20 {
      let cost = try #require(model.cost(of: layer(Double(step) / 20, padding: 1)).cost)
      #expect(cost.totalEnergy.value <= last)
      last = cost.totalEnergy.value
    }
  }

  /// A power takes what it takes in the time, as a component of its own, and moves nothing else.
  @Test func aPowerTakesItsTime() throws {
    let plain = try #require(try model(Self.arrays[0]).cost(of: layer(nil)).cost)
    let model = try model(Self.arrays[0], "idle_power: 2 W")
    let cost = try #require(model.cost(of: layer(nil)).cost)
    #expect(cost.total == plain.total)
    let idle = try #require(cost.energy.first { $0.component == .idle })
    // Two watts at 100 MHz are 20 nanojoules a cycle.
    #expect(idle.amount.value == Double(cost.total.count) * 20_000)
    #expect(cost.energy.filter { $0.component != .idle } == plain.energy)
    #expect(
      abs(cost.totalEnergy.value - plain.totalEnergy.value - idle.amount.value)
        <= 1e-12 * cost.totalEnergy.value)
  }

  /// Registers cost the same whatever their number; memories of an element cost what their size does.
  @Test func scratchpadsCostWhatTheirSizeDoes() throws {
    let array = Self.arrays[1]
    func register(_ text: String) throws -> Double {
      let cost = try #require(try model(text).cost(of: layer(nil)).cost)
      let share = try #require(cost.energy.first { $0.component == .register })
      return share.amount.value / Double(cost.work[.registerAccesses])
    }
    let large = array.replacing("weight_scratchpad: 64", with: "weight_scratchpad: 4096")
    #expect(try register(array) == register(large))
    let sized = ", scratchpad_energy: by-size"
    #expect(try register(array + sized) <= register(large + sized))
  }

  /// A table's smallest entry, scaled by the power that the table names.
  @Test func smallMemoriesFollowTheRuleOfTheTable() throws {
    let table = try design(named: "eyeriss-v1").energy.table
    let (half, whole) = (table.buffer(size: Bytes(256)), table.buffer(size: Bytes(512)))
    // 2^-0.78
    #expect(abs(half.read.value / whole.read.value - 0.58237) < 1e-4)
    #expect(abs(half.write.value / whole.write.value - 0.58237) < 1e-4)
    #expect(table.caveat(of: "b", size: Bytes(16)) == nil)
    #expect(table.caveat(of: "b", size: Bytes(1 << 30)) != nil)
  }
}
