import Architectures
import CostModel
import Networks
import TestSupport
import Testing
import Units

// Is the calibrated SushiAccel as fast as the board?
@Suite struct ZCU104Tests {
  @Test func measuredLayers() throws {
    let design = try design(named: "sushi-zcu104")
    let model = LayerCostModel(design)
    let rows = try reference("zcu104-sushiaccel")
    #expect(rows.count == 52)
    var relative = 0.0
    var sums: [String: (measured: Double, predicted: Double)] = [:]
    for row in rows {
      let side = try row.whole("input")
      let layer = Layer(
        name: "\(try row.text("subnet"))/\(try row.text("layer_index"))", operation: .convolution,
        kernels: try row.whole("kernels"), channels: try row.whole("channels"), kernel: (3, 3),
        input: (side, side), stride: try row.whole("stride"), padding: 1)
      let cost = try #require(model.cost(of: layer).cost, "\(layer.name)")
      let predicted = design.architecture.spec.frequency.seconds(cost.total) * 1e6
      let measured = Double(try row.whole("measured_us"))
      relative += abs(predicted - measured) / measured
      let subnet = try row.text("subnet")
      let sum = sums[subnet] ?? (0, 0)
      sums[subnet] = (sum.measured + measured, sum.predicted + predicted)
    }
    let error = relative / Double(rows.count)
    print("ZCU104: mean absolute error \(error * 100) % of \(rows.count) layers")
    #expect(error <= 0.02)
    #expect(sums.count == 3)
    for (subnet, sum) in sums.sorted(by: { $0.key < $1.key }) {
      let deviation = sum.predicted / sum.measured - 1
      print("ZCU104: \(subnet) \(sum.predicted) us, measured \(sum.measured) us")
      #expect(abs(deviation) <= 0.01, "\(subnet): \(deviation * 100) %")
    }
  }
}
