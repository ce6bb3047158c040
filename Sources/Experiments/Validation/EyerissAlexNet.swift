internal import CostModel
internal import Inputs
internal import Specs
internal import Units

/// The convolutions of AlexNet on the Eyeriss chip.
enum EyerissAlexNet: ValidationReference {
  static let name = "eyeriss-alexnet"
  static let source = "Chen et al., JSSC 52(1), 2017, Tables III and V: the chip, measured, batch 4"

  /// The layer whose published mapping disagrees with its published buffer traffic.
  private static let inconsistent = "conv3"

  /// Latency, elements, traffic and mapping of the five layers.
  ///
  /// Processing 4.3 %: the mean error of MAESTRO on the same five figures. Total 6 %: the chip
  /// compresses what crosses the link. Buffer 0.3 %: half of the last digit of the smallest figure.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let design = try files.design("eyeriss-v1")
    let model = LayerCostModel(design)
    let network = try files.workload("alexnet").network(subnet: nil)
    let word = Double(design.architecture.spec.precision.accumulator.count) / 8
    let milliseconds = 1e3 / Double(design.architecture.spec.frequency.count)
    var (processing, total, active) = ([Agreement.Pair](), [Agreement.Pair](), [Agreement.Pair]())
    var (buffer, dram) = ([Agreement.Pair](), [Agreement.Pair]())
    var (layouts, other) = ([Agreement.Pair](), [Agreement.Pair]())
    for row in try files.rows("ValidationTests/References/eyeriss-alexnet/reference.csv") {
      let name = try row.text("layer")
      guard let layer = network.layers.first(where: { $0.name == name }),
        let cost = model.cost(of: layer, batch: 4).cost, let layout = cost.mapping.rowStationary
      else { throw InputError("eyeriss-v1 does not run `\(name)` of alexnet", file: nil) }
      let work = cost.work
      processing.append(
        .init(
          try row.real("processing_ms"), Double(cost.cycles[.compute].count) * milliseconds))
      total.append(.init(try row.real("total_ms"), Double(cost.total.count) * milliseconds))
      active.append(.init(try row.real("active_elements"), Double(layout.activeElements)))
      let words = Double(work.inputReads + work.outputReads + work.outputWrites)
      buffer.append(.init(try row.real("buffer_mb"), words * word / 1e6))
      dram.append(
        .init(
          try row.real("dram_mb"), Double(cost.dramRead.count + cost.dramWrite.count) / 1e6))
      let pairs = try [
        ("n", layout.images), ("m", layout.kernels), ("e", layout.rows),
        ("p", layout.kernelsPerElement), ("q", layout.channelsPerElement),
        ("r", layout.channelSets), ("t", layout.kernelSets),
      ].map { Agreement.Pair(try row.real($0.0), Double($0.1)) }
      if name == inconsistent { other += pairs } else { layouts += pairs }
    }
    return [
      Agreement("processing latency", .mean(0.043), processing),
      Agreement("total latency", .mean(0.06), total),
      Agreement("active elements", .exact, active),
      Agreement("buffer traffic", .each(0.003), buffer),
      Agreement("DRAM traffic", .gap("the chip compresses activations"), dram),
      Agreement("mapping, four layers", .exact, layouts),
      Agreement(
        "mapping, conv3", .gap("its published buffer traffic is that of another mapping"), other),
    ]
  }
}
