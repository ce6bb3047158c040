internal import Components

/// Appends layers while keeping track of the feature map between them.
///
/// Sweeps ask for the layers of every point, so what lies between them, and who reads what, is only
/// recorded on demand.
public struct LayerBuilder {
  /// A feature map and where it stands in the graph.
  public struct Map: Sendable {
    let channels: Int
    let rows: Int
    let tensor: Tensor.ID
  }

  /// Channels of the current map.
  public internal(set) var channels: Int
  /// Rows (and columns) of the current map.
  public internal(set) var rows: Int
  /// The layers so far.
  private(set) var layers: [Layer] = []
  /// All operations so far; nothing where they are not recorded.
  private(set) var graph = NetworkGraph()
  private let recordsGraph: Bool
  private var current: Tensor.ID = 0
  private var last = "input"

  init(channels: Int, rows: Int, recordsGraph: Bool) {
    self.channels = channels
    self.rows = rows
    self.recordsGraph = recordsGraph
    if recordsGraph { current = graph.addInput("input", [channels, rows, rows]) }
  }

  /// The current map, to be read again later.
  public var map: Map { Map(channels: channels, rows: rows, tensor: current) }

  /// Goes back to a map.
  public mutating func read(_ map: Map) {
    (channels, rows, current) = (map.channels, map.rows, map.tensor)
  }

  /// A "same" convolution with batch normalisation (`normalised`) or a bias.
  public mutating func convolution(
    _ name: String, _ kernels: Int, kernel: Int, stride: Int = 1, otherParameters: Int? = nil
  ) {
    append(
      Layer(
        name: name, operation: .convolution, kernels: kernels, channels: channels,
        kernel: (kernel, kernel), input: (rows, rows), stride: stride, padding: kernel / 2,
        otherParameters: otherParameters ?? 2 * kernels))
    channels = kernels
    rows = SpaceRules.output(rows, stride: stride)
  }

  /// A "same" depthwise convolution with batch normalisation.
  public mutating func depthwise(_ name: String, kernel: Int, stride: Int) {
    append(
      Layer(
        name: name, operation: .depthwiseConvolution, kernels: channels, channels: channels,
        kernel: (kernel, kernel), input: (rows, rows), stride: stride, padding: kernel / 2,
        otherParameters: 2 * channels))
    rows = SpaceRules.output(rows, stride: stride)
  }

  /// Two 1 x 1 layers on the pooled vector, which scale the channels; both have a bias.
  public mutating func squeezeExcite(_ name: String) {
    let scaled = map
    let squeezed = SpaceRules.divisible(Double(channels / 4))
    apply(GlobalAveragePool.self, NoParameters(), as: "\(name).pool")
    for (part, kernels, inputs) in [("reduce", squeezed, channels), ("expand", channels, squeezed)]
    {
      append(
        Layer(
          name: "\(name).\(part)", operation: .convolution, kernels: kernels, channels: inputs,
          kernel: (1, 1), input: (1, 1), otherParameters: kernels))
      if part == "reduce" { activation(ReLU.self) }
    }
    activation(HardSigmoid.self)
    apply(
      Multiply.self, NoParameters(), reading: [scaled.tensor, current], as: "\(name).multiply")
  }

  /// A normalised 1 x 1 convolution beside the main path, with as many kernels as the current map.
  ///
  /// Where that has fewer rows, the branch is averaged first. Both are added.
  public mutating func branch(_ name: String, from input: Map, stride: Int) {
    let main = map
    let inputRows = (input.rows + stride - 1) / stride
    if recordsGraph {
      read(input)
      if stride > 1 { averagePool("\(name).pool", stride: stride) }
    }
    append(
      Layer(
        name: name, operation: .convolution, kernels: main.channels, channels: input.channels,
        kernel: (1, 1), input: (inputRows, inputRows), otherParameters: 2 * main.channels))
    let branch = current
    read(main)
    apply(Add.self, NoParameters(), reading: [main.tensor, branch], as: "\(name).add")
  }

  /// Adds a map of the same extents to the current one.
  public mutating func add(_ name: @autoclosure () -> String, _ input: Map) {
    guard recordsGraph else { return }
    apply(Add.self, NoParameters(), reading: [current, input.tensor], as: name())
  }

  /// A fully connected layer with a bias.
  public mutating func classifier(_ name: String, _ classes: Int) {
    append(
      Layer(
        name: name, operation: .fullyConnected, kernels: classes, channels: channels,
        kernel: (1, 1), input: (1, 1), otherParameters: classes))
  }

  /// The mean of every channel.
  public mutating func globalPool() {
    rows = 1
    let before = last
    apply(GlobalAveragePool.self, NoParameters(), as: "\(before).\(GlobalAveragePool.kind)")
  }

  /// The largest of 3 x 3 elements, every second of them.
  public mutating func maxPool() {
    rows = SpaceRules.output(rows, stride: 2)
    let before = last
    apply(
      MaxPool.self,
      PoolSpec(
        windows: WindowSpec(
          kernel: PerDirection(3), stride: PerDirection(2), padding: Padding(1))),
      as: "\(before).pool")
  }

  /// An element-wise function of the current map.
  public mutating func activation<Kind: Activation>(_ kind: Kind.Type) {
    guard recordsGraph else { return }
    let before = last
    apply(kind, NoParameters(), as: "\(before).\(Kind.kind)")
  }

  /// The mean of `stride x stride` elements, fewer at the end of an uneven map.
  private mutating func averagePool(_ name: String, stride: Int) {
    let more = (stride - rows % stride) % stride
    let ends = Padding.Ends(before: 0, after: more)
    apply(
      AveragePool.self,
      PoolSpec(
        windows: WindowSpec(
          kernel: PerDirection(stride), stride: PerDirection(stride),
          padding: Padding([ends, ends]))), as: name)
  }

  @inline(__always)
  private mutating func append(_ layer: Layer) {
    layers.append(layer)
    if recordsGraph { record(layer) }
  }

  private mutating func record(_ layer: Layer) {
    let extents = graph.tensors[current].extents
    precondition(
      layer.channels == extents[0]
        && extents.dropFirst() == [layer.inputRows, layer.inputColumns],
      "\(layer.name) reads \(extents)")
    last = layer.name
    current = graph.add(
      layer.operation.rawValue, OperationResult(unconnected: layer), reads: [current])
  }

  /// Records an operation without a layer.
  private mutating func apply<Kind: OperationKind>(
    _ type: Kind.Type, _ spec: @autoclosure () -> Kind.Spec, reading reads: [Tensor.ID]? = nil,
    as name: @autoclosure () -> String
  ) {
    guard recordsGraph else { return }
    let reads = reads ?? [current]
    do {
      let kind = try Kind(spec())
      let result = try kind.result(of: reads.map { graph.tensors[$0].extents }, name: name())
      current = graph.add(Kind.kind, result, reads: reads)
    } catch {
      preconditionFailure("\(name()): \(error)")
    }
  }

  /// Takes a whole network, made elsewhere, in the place of all that is there.
  mutating func adopt(_ other: NetworkGraph) {
    layers = other.layers
    guard recordsGraph, let result = other.outputs.last else { return }
    graph = other
    current = result
  }

  /// The graph, whose end is the current map.
  func finished() -> NetworkGraph {
    var result = graph
    result.setOutputs([current])
    return result
  }
}
