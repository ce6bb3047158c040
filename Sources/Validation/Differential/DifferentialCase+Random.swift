internal import Units

extension DifferentialCase {
  /// The datapaths that cases are made for.
  public static let datapaths = [
    "dot-product-array", "systolic-array", "row-stationary-array", "sparse-gemm-array",
    "sparse-repetition-array",
  ]

  /// Operations beyond plain convolutions, each on any of the datapaths.
  public static let operations = [
    "uneven-convolution", "transposed-convolution", "matrix-product",
    "moved-maps", "memory-levels",
  ]

  /// Networks whose maps are kept on chip: the plan of the maps beside a memory with their bytes.
  public static let mapsKind = "maps-on-chip"

  /// Ways of a datapath to be used that have cases of their own.
  public static let bindings = ["row-binding"]

  /// All kinds of cases.
  public static let kinds = datapaths + operations + bindings + ["vector-work", mapsKind]

  /// A case of `kind` from `seed`.
  public init(_ kind: String, seed: UInt64) {
    var draw = Draw(seed: seed)
    self.init(kind, &draw)
    // The last draw of all, so that a seed means the same case with and without a code.
    if draw.whole(0...2) == 0, moves == nil, levels == nil { code = LinkCase(&draw) }
  }

  private init(_ kind: String, _ draw: inout Draw) {
    guard kind != "vector-work", kind != Self.mapsKind else {
      self.init(datapath: Self.datapaths[0], &draw)
      if kind == "vector-work" { vector = VectorCase(&draw) } else { maps = MapCase(&draw) }
      return
    }
    guard kind != "row-binding" else {
      self.init(datapath: "sparse-gemm-array", &draw)
      bindRows(&draw)
      return
    }
    guard Self.operations.contains(kind) else {
      self.init(datapath: kind, &draw)
      return
    }
    // Arrays that lay layers out themselves have no levels.
    let datapaths =
      kind == "memory-levels"
      ? Self.datapaths.filter { $0 != "row-stationary-array" } : Self.datapaths
    self.init(datapath: draw.one(of: datapaths), &draw)
    switch kind {
    case "uneven-convolution": layer.makeUneven(&draw)
    case "transposed-convolution": layer.makeTransposed(&draw)
    case "moved-maps":
      if let layer = layer.layer { moves = MovesCase(&draw, layer, batch: batch) }
    case "memory-levels": addLevels(&draw)
    default:
      layer.isProduct = true
      layer.isDepthwise = false
      scheme = nil
      residency = 0
    }
  }

  private init(datapath kind: String, _ draw: inout Draw) {
    let layer = DifferentialLayer(&draw)
    var overlaps = PerOperand(
      input: draw.one(of: ["none", "ping-pong", "ping-pong", "streaming"]),
      weight: draw.one(of: ["none", "ping-pong", "ping-pong"]),
      output: draw.one(of: ["none", "ping-pong", "ping-pong", "streaming"]))
    let unlimited = draw.whole(0...4) == 0
    func rate(_ draw: inout Draw) -> Int? { unlimited ? nil : draw.whole(3...80) * 5 }
    func size(_ draw: inout Draw) -> Int { 256 << draw.whole(0...9) }
    let datapath = Self.datapath(kind, &draw)
    // The machine loads stationary inputs row by row as a whole; they are not streamed.
    if datapath.contains(where: { $0.value == "input-stationary" }), overlaps.input == "streaming" {
      overlaps.input = "ping-pong"
    }
    self.init(
      datapath: datapath,
      rates: PerOperand(input: rate(&draw), weight: rate(&draw), output: rate(&draw)),
      overlaps: overlaps,
      pingPong: PerOperand(
        input: overlaps.input == "ping-pong", weight: overlaps.weight == "ping-pong",
        output: overlaps.output == "ping-pong"),
      sizes: PerOperand(input: size(&draw), weight: size(&draw), output: size(&draw)),
      alignment: PerOperand(
        input: draw.one(of: [1, 1, 4, 9]), weight: 1, output: draw.one(of: [1, 1, 4, 16])),
      sharesPort: draw.whole(0...2) == 0, packsWeights: false, layer: layer,
      batch: draw.one(of: [1, 1, 1, 2, 3]), residency: draw.one(of: [0, 0, 0, 37, 256, 4096]),
      scheme: nil, values: draw.next())
    if kind == "row-stationary-array" {
      banks = draw.one(of: [nil, 3, 5, 8, 16])
      followsChip = banks != nil && draw.whole(0...1) == 0
    }
    gather = draw.one(of: [nil, nil, "none", "pixels"])
    guard kind.hasPrefix("sparse") else { return }
    scheme = draw.one(of: [
      nil, "signed-binary", "signed-binary", "signed-binary-halves", "binary", "ternary", "ternary",
    ])
    packsWeights = draw.whole(0...1) == 0
  }

  /// One to three memories, of which nothing stays from one inference to the next.
  private mutating func addLevels(_ draw: inout Draw) {
    residency = 0
    if draw.whole(0...5) == 0 { layer.makeUneven(&draw) }
    if draw.whole(0...7) == 0 {
      (layer.isProduct, layer.isDepthwise, layer.uneven, scheme) = (true, false, nil, nil)
    }
    levels = LevelsCase(&draw)
    // A search tries many tiles of every memory.
    if levels?.rule == "search" {
      for path in [\DifferentialLayer.kernels, \.channels, \.outputRows, \.outputColumns] {
        layer[keyPath: path] = min(layer[keyPath: path], 5)
      }
      batch = 1
    }
  }

  /// Rows of few elements, so that gaps overrun their count, and zeros among the activations.
  private mutating func bindRows(_ draw: inout Draw) {
    datapath = [
      datapath[0], Parameter(key: "multipliers", value: "\(1 << draw.whole(1...4))", least: nil),
      Self.number("distribution_bandwidth", 1...2, &draw),
      Self.number("kernels_per_tile", 1...24, &draw),
      Parameter(key: "binding", value: "row", least: nil), Self.number("queue", 1...9, &draw),
      Self.number("index_bits", 1...4, &draw),
    ]
    layer.zeroPercent = draw.one(of: [0, 0, 25, 50, 65, 90, 100])
    if draw.whole(0...1) == 0 {
      // A product of a sparse matrix and a vector, or a few.
      (layer.kernelRows, layer.kernelColumns, layer.padding, layer.isDepthwise) = (1, 1, 0, false)
      (layer.kernels, layer.channels) = (draw.whole(1...60), draw.whole(1...40))
    }
  }

  private static func datapath(_ kind: String, _ draw: inout Draw) -> [Parameter] {
    let parameters =
      switch kind {
      case "dot-product-array": dotProduct(&draw)
      case "systolic-array": systolic(&draw)
      case "row-stationary-array": rowStationary(&draw)
      case "sparse-gemm-array": sparseGEMM(&draw)
      default: sparseRepetition(&draw)
      }
    return [Parameter(key: "kind", value: kind, least: nil)] + parameters
  }

  private static func dotProduct(_ draw: inout Draw) -> [Parameter] {
    let takesInput = draw.whole(0...1) == 0
    var parameters = [
      number("output_channels", 1...8, &draw), number("input_channels", 1...9, &draw),
      Parameter(key: "taps", value: "\(draw.one(of: [1, 4, 9, 9]))", least: 1),
      number("pixels", takesInput ? 1...1 : 1...4, &draw),
      Parameter(key: "sweep", value: takesInput ? "input-pixels" : "output-pixels", least: nil),
      word("pointwise", ["fold-input", "single-tap"], &draw),
      number("depthwise_channels", 1...6, &draw),
      Parameter(key: "pass_overhead", value: "\(draw.one(of: [0, 0, 1, 10])) cycles", least: nil),
    ]
    // Each channel of a depthwise layer takes an engine.
    let engines = ["output_channels", "input_channels"].reduce(1) {
      $0 * (value($1, parameters).flatMap { Int($0) } ?? 1)
    }
    if let place = parameters.firstIndex(where: { $0.key == "depthwise_channels" }),
      let count = Int(parameters[place].value)
    {
      parameters[place].value = "\(min(count, engines))"
    }
    // Half of the arrays that can fill empty slots do.
    if !takesInput, value("taps", parameters) == "1",
      ["1", "3", "5", "7"].contains(value("output_channels", parameters))
    {
      parameters.append(Parameter(key: "channel_augmentation", value: "true", least: nil))
    }
    return parameters
  }

  private static func systolic(_ draw: inout Draw) -> [Parameter] {
    let dataflow = draw.one(of: ["output-stationary", "weight-stationary", "input-stationary"])
    let loads = dataflow == "output-stationary" ? ["exposed"] : ["exposed", "hidden"]
    var parameters = [
      number("rows", 1...6, &draw), number("columns", 1...6, &draw),
      Parameter(key: "dataflow", value: dataflow, least: nil),
      word("folds", ["serial", "overlapped"], &draw), word("stationary_load", loads, &draw),
    ]
    // A third of the serial arrays that keep their outputs crop their folds.
    if dataflow == "output-stationary", value("folds", parameters) == "serial",
      ["3", "6"].contains(value("rows", parameters))
    {
      parameters.removeAll { $0.key == "folds" }
      parameters.append(Parameter(key: "folds", value: "cropped", least: nil))
    }
    return parameters
  }

  private static func rowStationary(_ draw: inout Draw) -> [Parameter] {
    let words = draw.whole(1...24)
    return [
      number("rows", 1...8, &draw), number("columns", 1...8, &draw),
      Parameter(key: "input_scratchpad", value: "\(words)", least: 1),
      Parameter(key: "weight_scratchpad", value: "\(words + draw.whole(0...60))", least: 1),
      number("sum_scratchpad", 1...6, &draw), number("input_bus", 1...4, &draw),
      number("weight_bus", 1...4, &draw), number("sum_bus", 1...4, &draw),
    ]
  }

  private static func sparseGEMM(_ draw: inout Draw) -> [Parameter] {
    let multipliers = 1 << draw.whole(1...6)
    return [
      Parameter(key: "multipliers", value: "\(multipliers)", least: nil),
      number("distribution_bandwidth", 1...multipliers, &draw),
      number("kernels_per_tile", 1...12, &draw),
    ]
  }

  private static func sparseRepetition(_ draw: inout Draw) -> [Parameter] {
    [
      word("mode", ["dense", "sparse", "repetition", "sparse-repetition"], &draw),
      word("reuse", ["direct", "trie"], &draw), number("tile_width", 1...6, &draw),
      number("filter_block", 1...12, &draw), number("pixels", 1...8, &draw),
      number("pattern_adders", 1...4, &draw), number("merge_adders", 1...8, &draw),
      number("activation_loads", 1...4, &draw),
      number("weight_bits_per_cycle", 1...40, &draw), number("pattern_banks", 0...5, &draw),
      word("zero_tiles", ["skipped", "visited"], &draw),
      word("dead_columns", ["skipped", "loaded"], &draw),
      Parameter(key: "activation_width", value: "\(draw.one(of: [8, 8, 12])) bit", least: nil),
    ]
  }

  private static func number(
    _ key: String, _ range: ClosedRange<Int>, _ draw: inout Draw
  ) -> Parameter {
    Parameter(key: key, value: "\(draw.whole(range))", least: range.lowerBound)
  }

  private static func word(_ key: String, _ words: [String], _ draw: inout Draw) -> Parameter {
    Parameter(key: key, value: draw.one(of: words), least: nil)
  }

  private static func value(_ key: String, _ parameters: [Parameter]) -> String? {
    parameters.first { $0.key == key }?.value
  }
}

extension DifferentialLayer {
  init(_ draw: inout Draw) {
    let depthwise = draw.whole(0...4) == 0
    let side = draw.one(of: [1, 1, 2, 3, 3, 3, 5, 7])
    let isSquare = draw.whole(0...3) > 0
    self.init(
      isDepthwise: depthwise, kernels: depthwise ? 1 : draw.whole(1...20),
      channels: draw.whole(1...20), groups: depthwise ? 1 : draw.one(of: [1, 1, 1, 2, 3]),
      kernelRows: side, kernelColumns: isSquare ? side : draw.one(of: [1, 2, 3]),
      outputRows: draw.whole(1...9), outputColumns: draw.whole(1...9),
      stride: draw.one(of: [1, 1, 2, 3, 5]), padding: 0)
    padding = draw.whole(0...min(kernelRows, kernelColumns) / 2)
    // Now and then whole windows lie in the padding, and the map goes on behind the last one.
    if draw.whole(0...9) == 0 { padding = draw.whole(0...kernelRows + stride) }
    if draw.whole(0...2) == 0 { spare = draw.whole(0...stride - 1) }
  }

  /// Steps, gaps and padding that differ between the directions and the sides.
  mutating func makeUneven(_ draw: inout Draw) {
    uneven = Uneven(
      columnStride: draw.one(of: [1, 1, 2, 3, 4]), rowDilation: draw.one(of: [1, 2, 2, 3, 5]),
      columnDilation: draw.one(of: [1, 2, 2, 3, 4]), below: draw.whole(0...4),
      left: draw.whole(0...4), right: draw.whole(0...4))
    padding = draw.whole(0...5)
  }

  /// Zeros between the elements of the map; windows follow one another.
  mutating func makeTransposed(_ draw: inout Draw) {
    (stride, spare) = (1, 0)
    uneven = Uneven(
      rowDilation: draw.one(of: [1, 1, 2]), columnDilation: draw.one(of: [1, 1, 2]),
      below: draw.whole(0...4), left: draw.whole(0...4), right: draw.whole(0...4),
      spread: draw.one(of: [2, 2, 3, 4]))
    padding = draw.whole(0...4)
  }
}

/// Draws from a seed; our own, so that a seed means the same case with every standard library.
struct Draw {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  mutating func whole(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(random.next() % UInt64(range.count))
  }

  mutating func one<Value>(of values: [Value]) -> Value { values[whole(0...values.count - 1)] }
}
