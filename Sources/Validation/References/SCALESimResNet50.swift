internal import CostModel
internal import Networks
internal import Units

/// ResNet-50 on a 32 x 32 systolic array as SCALE-Sim counts it, operands always ready.
enum SCALESimResNet50: ValidationReference {
  static let name = "scalesim-resnet50"
  static let source = "SCALE-Sim 3.0.0, ResNet-50 on 32 x 32, output- and weight-stationary"

  /// Cycles are the tool's `total_cycles + 1`: it numbers them from zero.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let table = try SCALESimTable(files)
    var result: [Agreement] = []
    for dataflow in ["os", "ws"] {
      let model = LayerCostModel(try files.design("systolic-32-\(dataflow)"))
      var (cycles, inputs, weights) = ([Agreement.Pair](), [Agreement.Pair](), [Agreement.Pair]())
      for (layer, row) in try table.layers(dataflow) {
        guard let cost = model.cost(of: layer).cost else { continue }
        cycles.append(
          Agreement.Pair(Double(try row.whole("total_cycles") + 1), Double(cost.total.count)))
        inputs.append(
          Agreement.Pair(Double(try row.whole("sram_ifmap_reads")), Double(cost.work[.inputReads])))
        weights.append(
          Agreement.Pair(
            Double(try row.whole("sram_filter_reads")), Double(cost.work[.weightReads])))
      }
      result += [
        Agreement("cycles, \(dataflow)", .exact, cycles),
        Agreement("input reads, \(dataflow)", .exact, inputs),
        Agreement("weight reads, \(dataflow)", .exact, weights),
      ]
    }
    return result
  }
}

/// SCALE-Sim's closed form for arrays that its committed runs do not cover.
///
/// `2R + C + T - 2` cycles per fold: R rows, C columns, T values streamed. Source: Samajdar et al.,
/// "A Systematic Methodology for Characterizing Scalability of DNN Accelerators", ISPASS 2020.
enum SCALESimClosedForms: ValidationReference {
  static let name = "scalesim-closed-forms"
  static let source = "SCALE-Sim's closed form (ISPASS 2020), ResNet-50"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let table = try SCALESimTable(files)
    var result: [Agreement] = []
    for (name, side, inputsStay) in [("systolic-32-is", 32, true), ("systolic-128-ws", 128, false)]
    {
      let model = LayerCostModel(try files.design(name))
      var pairs: [Agreement.Pair] = []
      for (layer, row) in try table.layers("os") {
        guard let cost = model.cost(of: layer).cost else { continue }
        let (m, n, k) = (try row.whole("m"), try row.whole("n"), try row.whole("k"))
        let columns = inputsStay ? m : n
        let folds = ((k + side - 1) / side) * ((columns + side - 1) / side)
        pairs.append(
          Agreement.Pair(
            Double(folds * (3 * side + (inputsStay ? n : m) - 2)), Double(cost.total.count)))
      }
      result.append(Agreement("cycles, \(name)", .exact, pairs))
    }
    return result
  }
}

/// The rows of SCALE-Sim's table with the layers they are about.
private struct SCALESimTable {
  private let rows: [ReferenceRow]
  private let layers: [String: Layer]

  init(_ files: ReferenceFiles) throws {
    rows = try files.rows("ValidationTests/References/scalesim-resnet50/reference.csv")
    let network = try files.workload("resnet50").network(subnet: nil)
    layers = Dictionary(network.layers.map { ($0.name, $0) }) { first, _ in first }
  }

  func layers(_ dataflow: String) throws -> [(layer: Layer, row: ReferenceRow)] {
    var found: [(layer: Layer, row: ReferenceRow)] = []
    for row in rows where try row.text("dataflow") == dataflow {
      let name = try row.text("layer")
      if let layer = layers[name] ?? layers["\(name).0"] { found.append((layer, row)) }
    }
    return found
  }
}
