internal import Architectures
internal import CostModel
internal import Inputs
internal import Networks
internal import Studies
internal import Units
internal import WeightAnalysis

/// Time that sparse layers lose in EIE because some processing elements have more non-zeros.
enum EIEImbalance: ValidationReference {
  static let name = "eie-imbalance"
  static let source =
    "EIE (ISCA 2016), nine sparse layers on 64 elements, the authors' simulation; here synthetic "
    + "weights, independent zeros at the published densities"

  /// A layer with its synthetic weights, and what is published of it.
  private struct Sample {
    let layer: Layer
    let weights: QuantizedTensor
    let theoretical: Double
    let actual: Double
  }

  /// The quotients of nine layers, their times, and what queues are worth.
  ///
  /// Mean 5 %, each 12 %: trained weights are less evenly spread than independent ones, so that nearly
  /// all errors are to one side. Queues 2 %: the reference has two digits, half of the last one is 1 %
  /// of the smallest, and another draw of weights and activations moves a quotient by as much.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let samples = try samples(files)
    let design = try files.design("eie")
    let costs = try samples.map { try cost($0, design) }
    let quotients = zip(samples, costs).map {
      Agreement.Pair($0.actual / $0.theoretical, overEven($1))
    }
    let even = zip(samples, costs).map { sample, cost in
      let cycles = Double(cost.work[.laneOperations]) / Double(cost.lanes)
      return Agreement.Pair(
        sample.theoretical,
        design.architecture.spec.frequency.seconds(Cycles(Int(cycles.rounded()))) * 1e6)
    }
    return [
      Agreement("time over that of evenly spread entries, nine layers", .mean(0.05), quotients),
      Agreement(
        "the same, layer by layer; vgg16-fc6 is doubtful, its published even time is alexnet-fc6's",
        .each(0.12), quotients),
      Agreement(
        "time of evenly spread entries, fillers included",
        .gap(
          "densities are published in whole percent; vgg16-fc6's printed time is that of "
            + "alexnet-fc6, its density gives 23 us"), even),
      try queues(samples, files),
    ]
  }

  /// Mean share of busy cycles by the depth of the queues.
  private static func queues(_ samples: [Sample], _ files: ReferenceFiles) throws -> Agreement {
    let pairs = try files.rows("ValidationTests/References/eie-imbalance/queues.csv").map { row in
      let design = try files.design("eie", with: [("datapath.queue", row.text("queue"))])
      let sum = try samples.reduce(0) { $0 + 1 / overEven(try cost($1, design)) }
      return Agreement.Pair(try row.real("efficiency"), sum / Double(samples.count))
    }
    return Agreement(
      "busy cycles by depth of the queues, 1 to 16, mean of nine layers", .each(0.02), pairs)
  }

  /// Cycles over those in which every element is busy.
  private static func overEven(_ cost: LayerCost) -> Double {
    Double(cost.arrayCycles.count) * Double(cost.lanes) / Double(cost.work[.laneOperations])
  }

  private static func cost(_ sample: Sample, _ design: Design) throws -> LayerCost {
    guard
      let cost = LayerCostModel(design).cost(of: sample.layer, weights: sample.weights).cost
    else { throw InputError("eie does not run `\(sample.layer.name)` of eie-layers", file: nil) }
    return cost
  }

  private static func samples(_ files: ReferenceFiles) throws -> [Sample] {
    let network = try files.workload("eie-layers").network(subnet: nil)
    let synthetic = SyntheticWeights(.ternary, seed: 1)
    return try files.rows("ValidationTests/References/eie-imbalance/reference.csv").map { row in
      let name = try row.text("layer")
      guard let index = network.layers.firstIndex(where: { $0.name == name }) else {
        throw InputError("eie-layers has no layer `\(name)`", file: nil)
      }
      let layer = network.layers[index]
      return Sample(
        layer: layer, weights: try synthetic.ternary(of: layer, index: index),
        theoretical: try row.real("theoretical_us"), actual: try row.real("actual_us"))
    }
  }
}
