internal import CostModel
internal import Experiments
internal import Networks
internal import Units
internal import WeightAnalysis

/// Time that sparse layers lose in EIE because some processing elements have more non-zeros.
enum EIEImbalance: ValidationReference {
  static let name = "eie-imbalance"
  static let source = "EIE (ISCA 2016), nine sparse layers on 64 elements, the authors' simulation"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let found = try evenness(files)
    let pairs = try files.rows("ValidationTests/References/eie-imbalance/reference.csv").map {
      Agreement.Pair(try $0.real("actual_us") / $0.real("theoretical_us"), found)
    }
    return [
      Agreement(
        "time over that of evenly spread non-zeros",
        .gap("a tile's non-zeros are spread evenly, EIE binds each row to an element"), pairs)
    ]
  }

  /// The same quotient here, for a synthetic matrix of density 0.1 on 64 adders.
  private static func evenness(_ files: ReferenceFiles) throws -> Double {
    let (side, adders) = (1024, 64)
    let design = try files.design(
      "plum-sparse",
      with: [
        ("datapath.pixels", "1"), ("datapath.pattern_adders", "1"),
        ("datapath.merge_adders", "\(adders - 1)"),
        ("datapath.tile_width", "12"), ("datapath.filter_block", "\(side)"),
        ("datapath.activation_loads", "12"), ("datapath.weight_bits_per_cycle", "65536"),
        ("datapath.pattern_banks", "0"),
      ])
    var random = SyntheticWeights.Draws(seed: 1)
    let values = (0..<side * side).map { _ -> Float in random.uniform() < 0.1 ? 1 : 0 }
    let tensor = try QuantizedTensor(
      classifying: values,
      shape: FilterShape(kernels: side, channels: side, rows: 1, columns: 1),
      claimed: .signedBinary)
    let layer = Layer(
      name: "synthetic", operation: .fullyConnected, kernels: side, channels: side,
      kernel: (1, 1), input: (1, 1))
    guard let cost = LayerCostModel(design).cost(of: layer, weights: tensor).cost else { return 0 }
    let ideal = Double(values.reduce(0) { $0 + ($1 == 0 ? 0 : 1) }) / Double(adders)
    return Double(cost.arrayCycles.count) / ideal
  }
}
