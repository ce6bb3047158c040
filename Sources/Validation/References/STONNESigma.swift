internal import CostModel
internal import Networks
internal import Units
internal import WeightAnalysis

/// Sparse matrix products on SIGMA as STONNE simulates them.
enum STONNESigma: ValidationReference {
  static let name = "stonne-sigma"
  static let source = "STONNE (commit 22634b8b), SIGMA, its own energy table"

  /// 5 %: another draw of weights moves the folds of a row by one, and static energy is left out.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    var (cycles, energies) = ([Agreement.Pair](), [Agreement.Pair]())
    for row in try files.rows("ValidationTests/References/stonne-sigma/reference.csv") {
      guard let cost = try cost(row, files) else { continue }
      cycles.append(Agreement.Pair(Double(try row.whole("cycles")), Double(cost.total.count)))
      energies.append(Agreement.Pair(Double(try row.whole("energy")), cost.totalEnergy.value))
    }
    return [
      Agreement("cycles", .each(0.05), cycles), Agreement("energy", .each(0.05), energies),
    ]
  }

  /// Energy of a dense product over that of one of density 0.36, on 256 multipliers.
  static func energySaved(_ files: ReferenceFiles) throws -> Double {
    var energies: [Int: Double] = [:]
    for row in try files.rows("ValidationTests/References/stonne-sigma/reference.csv")
    where try row.whole("multipliers") == 256 && row.whole("kernels") == 32 {
      let bandwidth = try row.whole("bandwidth")
      let sparsity = try row.whole("sparsity_percent")
      guard bandwidth == 128, let cost = try cost(row, files) else { continue }
      energies[sparsity] = cost.totalEnergy.value
    }
    return (energies[1] ?? 0) / (energies[64] ?? 1)
  }

  private static func cost(_ row: ReferenceRow, _ files: ReferenceFiles) throws -> LayerCost? {
    let design = try files.design(
      "sigma-like",
      with: [
        ("datapath.multipliers", row.text("multipliers")),
        ("datapath.distribution_bandwidth", row.text("bandwidth")),
      ])
    let (kernels, columns) = (try row.whole("kernels"), try row.whole("columns"))
    let layer = Layer(
      name: "gemm", operation: .convolution, kernels: kernels, channels: columns, kernel: (1, 1),
      input: (1, try row.whole("pixels")))
    let tensor = try weights(
      kernels: kernels, columns: columns, sparsity: row.whole("sparsity_percent"))
    return LayerCostModel(design).cost(of: layer, weights: tensor).cost
  }

  /// Ternary weights with every hundredth zero drawn by a fixed linear congruential generator.
  private static func weights(kernels: Int, columns: Int, sparsity: Int) throws -> QuantizedTensor {
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
}
