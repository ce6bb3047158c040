internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import ReferenceModel
internal import Units

/// A small operation on a small vector unit, for putting the cost model beside its stepped twin.
struct VectorCase: Sendable, Hashable {
  /// The operation as an entry of a workload's layers, the last one of them; the first one runs on the
  /// array, as in every network.
  var layers: [String]
  /// Extents of the network's input.
  var input: [Int]
  /// How a pooling's windows lie along rows and columns; empty for other operators.
  var windows: [WindowAxis] = []
  /// The `vector_unit` section.
  var lanes: Int
  var operationsPerCycle: Int
  var bufferBytes: Int
  var pingPong: Bool
  /// Bytes per cycle of the links in tenths, nil for unlimited.
  var rates: [Int?]
  var sharesPort: Bool
  var batch: Int
  /// Whether operands are on chip before, and results stay there.
  var holdsInput: Bool
  var keepsOutput: Bool
  var values: UInt64

  /// A case from a seed.
  init(_ draw: inout Draw) {
    let name = draw.one(of: VectorDefinitions.all.keys.sorted())
    input = [draw.whole(1...6), draw.whole(1...7), draw.whole(1...7)]
    var entry = "operator: \(name)"
    layers = []
    switch name {
    case "add":
      let operands = Array(repeating: "first", count: draw.whole(2...3))
      entry += ", from: [\(operands.joined(separator: ", "))]"
    case "multiply" where draw.whole(0...1) == 0:
      layers = ["name: factor, operator: global-average-pool"]
      entry += ", from: [first, factor]"
    case "multiply": entry += ", from: [first, first]"
    case "softmax", "rotary":
      let heads = draw.one(of: [1, 1, 2, 3])
      input = [heads * draw.whole(1...9), draw.whole(1...9)]
      entry += ", heads: \(heads)"
    case "layer-normalization", "rms-normalization":
      input = [draw.whole(1...20), draw.whole(1...9)]
      entry += ", name: case"
    case "batch-normalization": entry += ", name: case"
    case "max-pool", "average-pool":
      let axis = WindowAxis(
        extent: 1, kernel: draw.whole(1...3), stride: draw.whole(1...3),
        dilation: draw.one(of: [1, 1, 2]), before: draw.whole(0...1))
      entry +=
        ", kernel: \(axis.kernel), stride: \(axis.stride), dilation: \(axis.dilation), "
        + "padding: \(axis.before)"
      windows = input.dropFirst().map { extent in
        var window = axis
        (window.extent, window.after) = (extent, axis.before)
        return window
      }
    default: break
    }
    let first =
      input.count == 3
      ? "operator: convolution, output_channels: \(input[0])"
      : "operator: linear, output_channels: \(input[0])"
    layers.insert("name: first, \(first)", at: 0)
    layers.append(entry)
    lanes = draw.whole(1...9)
    operationsPerCycle = draw.one(of: [1, 1, 2, 3])
    bufferBytes = draw.one(of: [16, 64, 100, 256, 1024])
    pingPong = draw.whole(0...1) == 0
    let unlimited = draw.whole(0...4) == 0
    rates = (0..<2).map { _ in
      let rate = draw.whole(3...60) * 5
      return unlimited ? nil : rate
    }
    sharesPort = draw.whole(0...1) == 0
    batch = draw.one(of: [1, 1, 2, 3])
    holdsInput = draw.whole(0...5) == 0
    keepsOutput = draw.whole(0...5) == 0
    values = draw.next()
  }

  /// The operation, nil where its windows do not fit the map.
  var work: VectorWork? {
    let text = """
      name: case
      summary: a generated case
      source: generated
      input: \(input)
      layers:
      \(layers.map { "  - {\($0)}" }.joined(separator: "\n"))

      """
    guard let node = try? YAMLParser.parse(text, file: "case.yaml"),
      let workload = try? Workload(SpecFile(path: "case.yaml", node: node)),
      case .network(let network) = workload.content
    else { return nil }
    return network.operations.last?.vectorWork
  }

  /// The sections of an architecture file that the case is about, with the code of its links.
  func architecture(_ code: LinkCase?) -> String {
    func rate(_ tenths: Int?) -> String { tenths.map { "\($0 * 10) MB/s" } ?? "unlimited" }
    let total = rates[0].flatMap { input in
      rates[1].map { sharesPort ? max(input, $0) : input + $0 }
    }
    return """
      name: case
      summary: a generated case
      source: generated
      frequency: 100 MHz
      layer_overhead: 0 cycles
      precision: {input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}
      datapath: {kind: systolic-array, rows: 1, columns: 1, dataflow: output-stationary, folds: serial, stationary_load: exposed}
      memory:
        dram: {bandwidth: \(rate(total)), ports: \(sharesPort ? "shared" : "separate")}
        transfers:
          input: {bandwidth: \(rate(rates[0])), overlap: none, channel_alignment: 1\(code?.input ?? "")}
          weight: {bandwidth: \(rate(rates[0])), overlap: none, channel_alignment: 1}
          output: {bandwidth: \(rate(rates[1])), overlap: none, channel_alignment: 1\(code?.output ?? "")}
        buffers:
          - {name: buffer, holds: [input, weight, output], size: 1 KiB, ping_pong: false}
      energy: {table: horowitz-45nm, dram: ddr4-18}
      vector_unit: {lanes: \(lanes), operations_per_cycle: \(operationsPerCycle), buffer: {size: \(bufferBytes) B, ping_pong: \(pingPong)}}

      """
  }

  /// Operands of every piece of all images.
  func pieces(of work: VectorWork) -> [[[Double]]] {
    var draw = Draw(seed: values)
    return (0..<work.pieces * batch).map { _ in
      work.reads.map { count in (0..<count).map { _ in Double(draw.whole(-64...64)) / 16 } }
    }
  }
}

extension VectorCase {
  /// The case as text: the architecture file and what runs on it.
  func text(_ code: LinkCase?) -> String {
    """
    \(architecture(code))# input \(input), layers \(layers), zeros \(code?.zeros.description ?? "unknown")
    # batch \(batch), input on chip \(holdsInput), output kept \(keepsOutput), values from seed \(values)
    """
  }
}

extension DifferentialTest {
  /// Runs a case on the cost model's vector unit and on its stepped twin; they agree to the cycle.
  func compare(_ sample: VectorCase, code: LinkCase?) throws -> Outcome {
    let text = sample.architecture(code)
    let file = SpecFile(path: "case.yaml", node: try YAMLParser.parse(text, file: "case.yaml"))
    let design = try Design(Architecture(file), energy: energy)
    guard var work = sample.work, let machine = VectorMachine(design.architecture),
      let definition = VectorDefinitions.all[work.operator]
    else { return .infeasible }
    // Every second operand is one of which nobody knows the zeros.
    work.zeros = code.map { code in
      ZeroShares(
        reads: work.reads.indices.map { $0.isMultiple(of: 2) ? code.shares.input : nil },
        written: code.shares.written, readsInput: code.isFirst, sizes: work.reads)
    }
    let placement = OperationPlacement(
      moves: MapMoves(
        .vector(work), holdsInput: sample.holdsInput, keepsOutput: sample.keepsOutput,
        images: sample.batch))
    guard
      case .feasible(let cost)? = LayerCostModel(design).cost(
        of: work, placement: placement, batch: sample.batch)
    else { return .infeasible }
    let run = machine.run(
      sample.pieces(of: work), holdsInput: sample.holdsInput, keepsOutput: sample.keepsOutput,
      zeros: work.zeros
    ) { definition($0, sample.windows, &$1) }
    let counts = [
      ("results", work.writes * work.pieces * sample.batch, run.results.count),
      ("operations", cost.work[.vectorOperations], run.operations),
      ("DRAM bytes of inputs", cost.dramRead.count, (run.inputBits + 7) / 8),
      ("DRAM bytes of outputs", cost.dramWrite.count, (run.outputBits + 7) / 8),
      ("cycles", cost.total.count, run.cycles),
    ]
    for (name, model, twin) in counts where model != twin {
      return .differs("\(name): \(model), stepped \(twin), \(run.tiles) tiles")
    }
    return .agrees(model: cost.total.count, twin: run.cycles)
  }
}
