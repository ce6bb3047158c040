internal import CostModel
internal import Inputs
internal import Specs
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

  private static func cost(_ row: ReferenceRow, _ files: ReferenceFiles) throws -> LayerCost? {
    let path = try files.folders.path(of: "sigma-like", in: "arch")
    var file = try files.folders.file(at: path)
    for (key, column) in [
      ("multipliers", "multipliers"), ("distribution_bandwidth", "bandwidth"),
    ] {
      let value = YAMLNode(text: try row.text(column), at: file.node.location)
      file = try file.replacing("datapath.\(key)", with: value)
    }
    var folders = files.folders
    folders.hold(file)
    var paths: [String] = []
    let design = try Inference.design(path, folders: folders, paths: &paths)
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
