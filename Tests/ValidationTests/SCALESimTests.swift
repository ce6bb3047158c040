import CostModel
import Networks
import TestSupport
import Testing
import Units

// Does the systolic array take the cycles and buffer reads that SCALE-Sim counts on ResNet-50?
@Suite struct SCALESimTests {
  private func layers() throws -> [String: Layer] {
    let network = try Workload(Repository.file("workloads/resnet50.yaml")).network(subnet: nil)
    return Dictionary(uniqueKeysWithValues: network.layers.map { ($0.name, $0) })
  }

  private func rows(_ dataflow: String) throws -> [[String: String]] {
    let rows = try reference("scalesim-resnet50").filter { try $0.text("dataflow") == dataflow }
    try #require(rows.count == 54)
    return rows
  }

  private func layer(_ row: [String: String], _ layers: [String: Layer]) throws -> Layer {
    let name = try row.text("layer")
    let layer = try #require(layers[name] ?? layers["\(name).0"], "\(name)")
    #expect(layer.outputPixels == (try row.whole("m")), "\(name)")
    #expect(layer.kernels == (try row.whole("n")), "\(name)")
    #expect(layer.weights / layer.kernels == (try row.whole("k")), "\(name)")
    return layer
  }

  @Test(arguments: ["os", "ws"])
  func cyclesAndReads(_ dataflow: String) throws {
    let model = LayerCostModel(try design(named: "systolic-32-\(dataflow)"))
    let layers = try layers()
    for row in try rows(dataflow) {
      let layer = try layer(row, layers)
      let cost = try #require(model.cost(of: layer).cost, "\(layer.name)")
      let expected = try row.whole("total_cycles") + 1
      #expect(cost.cycles[.compute].count == expected, "\(dataflow) \(layer.name)")
      #expect(cost.total.count == expected, "\(dataflow) \(layer.name)")
      let (inputs, weights) = (
        try row.whole("sram_ifmap_reads"), try row.whole("sram_filter_reads")
      )
      #expect(cost.work[.inputReads] == inputs, "\(dataflow) \(layer.name)")
      #expect(cost.work[.weightReads] == weights, "\(dataflow) \(layer.name)")
      // DEVIATIONS.md explains the words that the tool adds per output-stationary fold.
      let extra =
        dataflow == "os" ? quotient(layer.outputPixels, 32) * quotient(layer.kernels, 32) * 64 : 0
      let writes = try row.whole("sram_ofmap_writes") - extra
      #expect(cost.work[.outputWrites] == writes, "\(dataflow) \(layer.name)")
    }
  }

  /// `2R + C + T - 2` per fold: reduction on rows; pixels or kernels on columns, the other streams.
  @Test(arguments: [("systolic-32-is", 32, true), ("systolic-128-ws", 128, false)])
  func closedForm(_ name: String, _ side: Int, _ inputsStay: Bool) throws {
    let model = LayerCostModel(try design(named: name))
    let layers = try layers()
    for row in try rows("os") {
      let layer = try layer(row, layers)
      let cost = try #require(model.cost(of: layer).cost, "\(layer.name)")
      let (m, n, k) = (try row.whole("m"), try row.whole("n"), try row.whole("k"))
      let folds = quotient(k, side) * quotient(inputsStay ? m : n, side)
      let expected = folds * (3 * side + (inputsStay ? n : m) - 2)
      #expect(cost.cycles[.compute].count == expected, "\(name) \(layer.name)")
      #expect(cost.total.count == expected, "\(name) \(layer.name)")
    }
  }
}
