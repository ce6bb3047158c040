internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import ReferenceModel
internal import Studies
internal import Units
internal import WeightAnalysis

extension DifferentialTest {
  /// What a layer costs under tiles from the dice, cut around those that smaller buffers without levels
  /// would be given; nil where they do not fit.
  func cost(
    _ sample: DifferentialCase, _ design: Design, _ layer: Layer, _ weights: QuantizedTensor?
  ) throws -> LayerCost? {
    guard let levels = sample.levels else { return nil }
    var plain = sample
    plain.levels = nil
    plain.sizes.input = max(1, sample.sizes.input / levels.slack)
    plain.sizes.weight = max(1, sample.sizes.weight / levels.slack)
    plain.sizes.output = max(1, sample.sizes.output / levels.slack)
    let file = SpecFile(
      path: "case.yaml", node: try YAMLParser.parse(plain.architecture, file: "case.yaml"))
    let inner = LayerCostModel(try Design(Architecture(file), energy: energy)).cost(
      of: layer, weights: weights, batch: sample.batch
    ).cost?.mapping
    guard let inner else { return nil }
    // The images of a product follow one another.
    let lowered = layer.kernelRole == .weight ? layer : layer.unrolled(batch: sample.batch)
    let nest = design.datapath.nest(of: lowered, batch: inner.images).nest
    let mapping = levels.mapping(inner, of: nest)
    let model = LayerCostModel(design)
    guard
      model.refusal(of: mapping, layer: layer, weights: weights, batch: sample.batch) == nil
    else { return nil }
    return model.cost(of: layer, mapping: mapping, weights: weights, batch: sample.batch)
  }

  /// Bytes through the memories between DRAM and the buffers, and through the buffers beside them.
  func levels(
    _ cost: LayerCost, _ traffic: ReferenceTraffic
  ) -> [(name: String, model: Int, twin: Int)] {
    guard !traffic.levels.isEmpty else { return [] }
    func bytes(_ bits: Int) -> Int { (bits + 7) / 8 }
    func moved(_ operand: Operand, _ isLevel: (ComponentID) -> Bool) -> (read: Int, write: Int) {
      cost.traffic.filter { $0.operand == operand && isLevel($0.level) }.reduce((0, 0)) {
        ($0.0 + $1.read.count, $0.1 + $1.write.count)
      }
    }
    func buffer(_ operand: Operand) -> (read: Int, write: Int) {
      moved(operand) { if case .buffer = $0 { true } else { false } }
    }
    var counts = traffic.levels.enumerated().flatMap { place, level in
      Operand.allCases.flatMap { operand in
        let model = moved(operand) { $0 == .level(place) }
        let text = "of level \(["one", "two", "three", "four"][place]), \(operand.rawValue)"
        return [
          ("bytes read \(text)", model.read, bytes(level.read[operand] ?? 0)),
          ("bytes written \(text)", model.write, bytes(level.written[operand] ?? 0)),
        ]
      }
    }
    counts += [
      ("bytes that fill the input buffer", buffer(.input).write, bytes(traffic.inputFillBits)),
      ("bytes that fill the weight buffer", buffer(.weight).write, bytes(traffic.weightFillBits)),
      (
        "bytes read from the output buffer", buffer(.output).read,
        bytes(32 * traffic.outputReads + traffic.resultBits)
      ),
    ]
    return counts.map { (name: $0.0, model: $0.1, twin: $0.2) }
  }
}
