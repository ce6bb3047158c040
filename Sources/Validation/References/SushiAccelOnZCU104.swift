internal import Architectures
internal import CostModel
internal import Networks
internal import Units

/// Measured layers of SushiAccel; the design's three constants were fitted on them.
enum SushiAccelOnZCU104: ValidationReference {
  static let name = "zcu104-sushiaccel"
  static let source = "FEATHER artifact (ISCA 2024), 52 measured 3x3 layers, fitted on the same"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let design = try files.design("sushi-zcu104")
    let model = LayerCostModel(design)
    var layers: [Agreement.Pair] = []
    var order: [String] = []
    var sums: [String: Agreement.Pair] = [:]
    for row in try files.rows("ValidationTests/References/zcu104-sushiaccel/reference.csv") {
      let side = try row.whole("input")
      let layer = Layer(
        name: try row.text("layer_index"), operation: .convolution,
        kernels: try row.whole("kernels"), channels: try row.whole("channels"), kernel: (3, 3),
        input: (side, side), stride: try row.whole("stride"), padding: 1)
      guard let cost = model.cost(of: layer).cost else { continue }
      let pair = Agreement.Pair(
        Double(try row.whole("measured_us")),
        design.architecture.spec.frequency.seconds(cost.total) * 1e6)
      layers.append(pair)
      let subnet = try row.text("subnet")
      if sums[subnet] == nil { order.append(subnet) }
      let sum = sums[subnet] ?? Agreement.Pair(0, 0)
      sums[subnet] = Agreement.Pair(sum.expected + pair.expected, sum.found + pair.found)
    }
    return [
      Agreement("latency of a layer", .mean(0.02), layers),
      Agreement(
        "latency of all measured layers of a sub-network", .each(0.01),
        order.compactMap { sums[$0] }),
    ]
  }
}
