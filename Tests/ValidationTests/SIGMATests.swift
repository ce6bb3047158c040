import Architectures
import Components
import CostModel
import Foundation
import Networks
import TestSupport
import Testing
import Units
import WeightAnalysis

// Does the sparse GEMM array take the cycles and the energy of STONNE's SIGMA, and does leaving out
// zeros save what it saves there?
@Suite struct SIGMATests {
  /// `sigma-like` with another number of multipliers and another bandwidth.
  private func sigma(multipliers: Int, bandwidth: Int) throws -> Design {
    var text = try String(
      contentsOf: Repository.root.appending(path: "arch/sigma-like.yaml"), encoding: .utf8)
    text.replace("multipliers: 256", with: "multipliers: \(multipliers)")
    text.replace("distribution_bandwidth: 128", with: "distribution_bandwidth: \(bandwidth)")
    let path = FileManager.default.temporaryDirectory.appending(
      path: "sigma-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: path) }
    try Data(text.utf8).write(to: path)
    return try Design(
      Architecture(SpecFile(path: path.path)),
      energy: EnergyTable(
        table: Repository.file("arch/energy/stonne.yaml"),
        dram: Repository.file("arch/energy/dram/stonne-none.yaml")))
  }

  /// Ternary weights with every hundredth zero drawn by a fixed linear congruential generator.
  private func weights(kernels: Int, columns: Int, sparsity: Int) throws -> QuantizedTensor {
    var state: UInt64 = 7
    let values = (0..<kernels * columns).map { index -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let draw = Int((state >> 33) % 100)
      return draw < sparsity ? 0 : index.isMultiple(of: 2) ? 1 : -1
    }
    return try QuantizedTensor(
      classifying: values,
      shape: FilterShape(kernels: kernels, channels: columns, rows: 1, columns: 1),
      claimed: .ternary)
  }

  private func cost(_ row: [String: String]) throws -> LayerCost {
    let (kernels, columns) = (try row.whole("kernels"), try row.whole("columns"))
    let design = try sigma(
      multipliers: row.whole("multipliers"), bandwidth: row.whole("bandwidth"))
    let layer = Layer(
      name: "gemm", operation: .convolution, kernels: kernels, channels: columns, kernel: (1, 1),
      input: (1, try row.whole("pixels")))
    let tensor = try weights(
      kernels: kernels, columns: columns, sparsity: row.whole("sparsity_percent"))
    return try #require(LayerCostModel(design).cost(of: layer, weights: tensor).cost)
  }

  /// 5 %: another draw of weights moves the folds of a row by one, and static energy is left out.
  @Test func cyclesAndEnergy() throws {
    var worst = (cycles: 0.0, energy: 0.0)
    for row in try reference("stonne-sigma") {
      let cost = try cost(row)
      let cycles = Double(cost.total.count) / Double(try row.whole("cycles")) - 1
      let energy = cost.totalEnergy.value / Double(try row.whole("energy")) - 1
      worst = (max(worst.cycles, abs(cycles)), max(worst.energy, abs(energy)))
      #expect(abs(cycles) <= 0.05, "\(row): \(cycles)")
      #expect(abs(energy) <= 0.05, "\(row): \(energy)")
    }
    print("SIGMA: worst cycles \(worst.cycles * 100) %, worst energy \(worst.energy * 100) %")
  }

  /// The published factor of two at density 0.36 is what leaving out zeros alone gives.
  @Test func halfTheEnergyAtAThirdOfTheWeights() throws {
    let rows = try reference("stonne-sigma")
    for multipliers in [64, 128, 256] {
      func energy(_ sparsity: Int) throws -> Double {
        let row = try #require(
          try rows.first {
            try $0.whole("multipliers") == multipliers && $0.whole("kernels") == 32
              && $0.whole("sparsity_percent") == sparsity
          })
        return try cost(row).totalEnergy.value
      }
      let ratio = try energy(1) / energy(64)
      print("SIGMA: \(multipliers) multipliers, dense over density 0.36: \(ratio)")
      #expect(abs(ratio - 2) <= 0.1, "\(multipliers): \(ratio)")
    }
  }
}
