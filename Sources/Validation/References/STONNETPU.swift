internal import CostModel
internal import Networks
internal import Units

/// Dense matrix products on the output-stationary mesh that STONNE simulates.
enum STONNETPU: ValidationReference {
  static let name = "stonne-tpu"
  static let source = "STONNE (commit 22634b8b), output-stationary mesh, TPU_OS_DENSE"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    var cycles: [Agreement.Pair] = []
    for row in try files.rows("ValidationTests/References/stonne-tpu/reference.csv") {
      let design = try files.design(
        "stonne-tpu",
        with: [
          ("datapath.rows", row.text("rows")), ("datapath.columns", row.text("columns")),
        ])
      // STONNE folds kernels onto rows and pixels onto columns; its count is symmetric in the two.
      let layer = Layer(
        name: "gemm", operation: .convolution, kernels: try row.whole("kernels"),
        channels: try row.whole("reduction"), kernel: (1, 1),
        input: (1, try row.whole("pixels")))
      guard let cost = LayerCostModel(design).cost(of: layer).cost else { continue }
      cycles.append(Agreement.Pair(Double(try row.whole("cycles")), Double(cost.total.count)))
    }
    return [Agreement("cycles", .exact, cycles)]
  }
}
