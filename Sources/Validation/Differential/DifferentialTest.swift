internal import Architectures
internal import Components
internal import CostModel
public import Inputs
internal import Networks
internal import ReferenceModel
public import Studies
internal import Units
internal import WeightAnalysis

/// Puts the cost model beside the cycle-stepped machine.
public struct DifferentialTest: Sendable {
  /// What a comparison says.
  public enum Outcome: Sendable, Hashable {
    /// Everything agrees: cycles of the model and of its twin.
    case agrees(model: Int, twin: Int)
    /// Cycles are further apart than allowed where transfers share time.
    case outside(model: Int, twin: Int)
    /// The layer does not fit on the design.
    case infeasible
    /// They differ, or the machine could not carry the mapping out; what and by how much.
    case differs(String)
  }

  /// Relative difference of cycles that is allowed where transfers run beside their own tile.
  public static let tolerance = 0.01
  /// Cycles per tile allowed beside it: a transfer's last cycle may carry less than a full one.
  public static let cyclesPerTile = 2

  let energy: EnergyTable

  /// Reads the prices that a design needs; they do not enter the comparison.
  public init(folders: SpecFolders) throws(InputError) {
    energy = try EnergyTable(
      table: folders.file(at: folders.path(of: "horowitz-45nm", in: "arch/energy")),
      dram: folders.file(at: folders.path(of: "ddr4-18", in: "arch/energy/dram")))
  }

  /// Runs a case on both; throws what is wrong with its architecture file.
  public func compare(_ sample: DifferentialCase) throws -> Outcome {
    if let vector = sample.vector { return try compare(vector, code: sample.code) }
    if let maps = sample.maps { return try compare(maps) }
    let file = SpecFile(
      path: "case.yaml", node: try YAMLParser.parse(sample.architecture, file: "case.yaml"))
    let design = try Design(Architecture(file), energy: energy)
    guard var layer = sample.layer.layer,
      let machine = ReferenceMachine(design.architecture, datapath: design.datapath)
    else { return .infeasible }
    layer.zeros = sample.code?.shares ?? layer.zeros
    let operands = try sample.operands(of: layer)
    let moves = sample.moves?.moves
    // Moves are those of one layer only; shrinking may have made it another.
    if let moves,
      moves.taken != layer.channels * layer.inputRows * layer.inputColumns * sample.batch
    {
      return .infeasible
    }
    let placement = OperationPlacement(weights: Bytes(sample.residency), moves: moves)
    let cost =
      sample.levels.map { $0.rule == nil } ?? false
      ? try cost(sample, design, layer, operands.quantized)
      : LayerCostModel(design).cost(
        of: layer, weights: operands.quantized, placement: placement, batch: sample.batch
      ).cost
    guard let cost, let mapping = cost.mapping else { return .infeasible }
    do throws(ReferenceFailure) {
      let run = try machine.run(
        layer, operands, mapping: mapping, residency: Bytes(sample.residency),
        moves: moves, batch: sample.batch)
      return check(sample, layer, operands, cost, run)
    } catch {
      return .differs(error.description)
    }
  }

  private func check(
    _ sample: DifferentialCase, _ layer: Layer, _ operands: LayerOperands, _ cost: LayerCost,
    _ run: ReferenceRun
  ) -> Outcome {
    let sums =
      layer.kernelRole == .weight
      ? operands.convolution(layer, batch: sample.batch)
      : operands.product(layer, batch: sample.batch)
    if run.sums != sums {
      return .differs("the machine's sums are not the definition's")
    }
    for (name, model, twin) in counts(cost, run.traffic) where model != twin {
      return .differs("\(name): \(model), stepped \(twin)")
    }
    let (model, twin) = (cost.total.count, run.cycles)
    let slack =
      sample.sharesBandwidth
      ? Int(Double(twin) * Self.tolerance)
        + (Self.cyclesPerTile + sample.cyclesPerRows(layer)) * run.tiles : 0
    if abs(model - twin) > slack, sample.sharesBandwidth {
      return .outside(model: model, twin: twin)
    }
    guard abs(model - twin) <= slack else {
      return .differs("cycles: \(model), stepped \(twin), \(run.tiles) tiles")
    }
    return .agrees(model: model, twin: twin)
  }

  /// Bytes of maps on chip and what they fill, where there are any.
  private func maps(
    _ cost: LayerCost, _ traffic: ReferenceTraffic
  ) -> [(name: String, model: Int, twin: Int)] {
    guard cost.traffic.contains(where: { $0.level == .mapBuffer }) else { return [] }
    func bytes(_ bits: Int) -> Int { (bits + 7) / 8 }
    func level(_ component: ComponentID) -> (read: Int, write: Int) {
      cost.traffic.filter { $0.level == component }.reduce((0, 0)) {
        ($0.0 + $1.read.count, $0.1 + $1.write.count)
      }
    }
    let kept = level(.mapBuffer)
    let buffers = cost.traffic.filter { if case .buffer = $0.level { true } else { false } }
    let input = buffers.filter { $0.operand == .input }.reduce(0) { $0 + $1.write.count }
    let output = buffers.filter { $0.operand == .output }
    return [
      ("bytes read of maps on chip", kept.read, bytes(traffic.mapReadBits)),
      ("bytes of maps that stay", kept.write, bytes(traffic.mapWriteBits)),
      ("bytes that fill the input buffer", input, bytes(traffic.inputFillBits)),
      (
        "bytes written to the output buffer", output.reduce(0) { $0 + $1.write.count },
        bytes(32 * traffic.outputWrites + traffic.termBits)
      ),
      (
        "bytes read from the output buffer", output.reduce(0) { $0 + $1.read.count },
        bytes(
          32 * traffic.outputReads + traffic.termBits + traffic.outputBits + traffic.mapWriteBits)
      ),
    ]
  }

  private func counts(
    _ cost: LayerCost, _ traffic: ReferenceTraffic
  ) -> [(name: String, model: Int, twin: Int)] {
    func bytes(_ bits: Int) -> Int { (bits + 7) / 8 }
    let dram = cost.traffic.filter { $0.level == .dram }
    func moved(_ operand: Operand) -> Int {
      dram.filter { $0.operand == operand }.reduce(0) { $0 + $1.read.count + $1.write.count }
    }
    let ports = [
      ("DRAM bytes of inputs", moved(.input), bytes(traffic.inputBits)),
      ("DRAM bytes of weights", moved(.weight), bytes(traffic.weightBits)),
      ("DRAM bytes of outputs", moved(.output), bytes(traffic.outputBits)),
      ("bytes from the persistent buffer", cost.cachedWeights.count, bytes(traffic.persistentBits)),
      ("input reads", cost.work[.inputReads], traffic.inputReads),
      ("weight reads", cost.work[.weightReads], traffic.weightReads),
      ("output reads", cost.work[.outputReads], traffic.outputReads),
      ("output writes", cost.work[.outputWrites], traffic.outputWrites),
    ]
    let memories = ports + maps(cost, traffic) + levels(cost, traffic)
    guard let work = traffic.work else { return memories }
    return memories + [
      ("lane operations", cost.work[.laneOperations], work.laneOperations),
      ("multiplications", cost.work[.multiplications], work.multiplications),
      ("additions", cost.work[.additions], work.additions),
      ("narrow additions", cost.work[.narrowAdditions], work.narrowAdditions),
      ("register accesses", cost.work[.registerAccesses], work.registerAccesses),
      ("local reads", cost.work[.localReads], work.localReads),
      ("local writes", cost.work[.localWrites], work.localWrites),
    ]
  }
}

extension DifferentialCase {
  /// Cycles in which a few rows of the map stream in or a row of results streams out.
  ///
  /// The cost model knows to a window's height and a step when an input is needed, and to a row when results are
  /// finished. None where nothing streams.
  func cyclesPerRows(_ layer: Layer) -> Int {
    func cycles(_ pixels: Int, _ channels: Int, _ alignment: Int, _ rate: Int) -> Int {
      pixels * ((channels + alignment - 1) / alignment) * alignment * 10 / rate
    }
    var sum = 0
    if overlaps.input == "streaming", let rate = rates.input {
      let pixels = (layer.rows.span + layer.rows.stride) * layer.inputColumns
      sum += cycles(pixels, layer.channels, alignment.input, rate)
    }
    if overlaps.output == "streaming", let rate = rates.output {
      sum += cycles(layer.outputColumns, layer.kernels, alignment.output, rate)
    }
    return sum
  }

  /// The numbers of the case.
  func operands(of layer: Layer) throws -> LayerOperands {
    var draw = Draw(seed: values)
    func numbers(_ count: Int) -> [Int8] {
      (0..<count).map { _ in Int8(truncatingIfNeeded: draw.whole(-128...127)) }
    }
    var input = numbers(batch * layer.channels * layer.inputRows * layer.inputColumns)
    if bindsRows {
      // Zeros where the layer says so, and nowhere else.
      let map = layer.inputRows * layer.inputColumns
      for place in input.indices {
        let channel = place / map % layer.channels % layer.channelsPerGroup
        let isZero = isZero(channel, of: layer.channelsPerGroup)
        input[place] = isZero ? 0 : input[place] == 0 ? 1 : input[place]
      }
    }
    guard let scheme else {
      return LayerOperands(
        input: input,
        weights: numbers(layer.weights * (layer.kernelRole == .weight ? 1 : batch)))
    }
    let shape = try FilterShape(
      kernels: layer.kernels, channels: layer.channelsPerGroup, rows: layer.kernelRows,
      columns: layer.kernelColumns)
    let weights = numbers(layer.weights).map { Float($0) / 128 }
    // Above 0.5 most weights are zero.
    let threshold = draw.one(of: [0.05, 0.5, 0.9] as [Float])
    let tensor: QuantizedTensor =
      switch scheme {
      case "signed-binary":
        try SignedBinary(thresholdRatio: threshold).quantize(weights, shape: shape)
      case "signed-binary-halves":
        try SignedBinary(
          thresholdRatio: threshold, region: layer.channelsPerGroup > 1 ? .intraFilter : .perFilter
        ).quantize(weights, shape: shape)
      case "binary": try BinaryQuantizer().quantize(weights, shape: shape)
      default: try TernaryQuantizer(ratio: 2 * threshold).quantize(weights, shape: shape)
      }
    return LayerOperands(input: input, quantized: tensor)
  }
}
