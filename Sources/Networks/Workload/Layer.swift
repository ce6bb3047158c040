public import Units

/// What a layer computes.
public enum Operator: String, Codable, CaseIterable, Sendable {
  /// Every output channel reads every input channel of its group.
  case convolution
  /// Every output channel reads one input channel.
  case depthwiseConvolution = "depthwise-convolution"
  /// A matrix-vector product, a 1 x 1 convolution on a 1 x 1 map.
  case fullyConnected = "fully-connected"
}

/// One layer with weights, its shape fully known.
public struct Layer: Hashable, Sendable {
  /// Name in reports and in weight files.
  public let name: String
  /// What it computes.
  public let operation: Operator
  /// Output channels, K.
  public let kernels: Int
  /// Input channels of the whole layer, C.
  public let channels: Int
  /// Kernel rows, R.
  public let kernelRows: Int
  /// Kernel columns, S.
  public let kernelColumns: Int
  /// Input rows, H.
  public let inputRows: Int
  /// Input columns, W.
  public let inputColumns: Int
  /// Step of the window.
  public let stride: Int
  /// Zero rows and columns on each side.
  public let padding: Int
  /// Groups that K and C are divided into; C for a depthwise convolution.
  public let groups: Int
  /// Parameters beside the weights: biases and two normalisation scalars per channel.
  public let otherParameters: Int

  /// Makes a layer; `groups` is taken from the operator for a depthwise convolution.
  public init(
    name: String, operation: Operator, kernels: Int, channels: Int,
    kernel: (rows: Int, columns: Int), input: (rows: Int, columns: Int), stride: Int = 1,
    padding: Int = 0, groups: Int = 1,
    otherParameters: Int = 0
  ) {
    self.name = name
    self.operation = operation
    self.kernels = kernels
    self.channels = channels
    (kernelRows, kernelColumns) = kernel
    (inputRows, inputColumns) = input
    self.stride = stride
    self.padding = padding
    self.groups = operation == .depthwiseConvolution ? channels : groups
    self.otherParameters = otherParameters
  }

  /// The layer without its name: equal for layers that cost the same.
  public var shape: Layer {
    Layer(
      name: "", operation: operation, kernels: kernels, channels: channels,
      kernel: (kernelRows, kernelColumns), input: (inputRows, inputColumns), stride: stride,
      padding: padding, groups: groups)
  }

  /// Output rows: `(H + 2 padding - R) / stride + 1`.
  public var outputRows: Int { (inputRows + 2 * padding - kernelRows) / stride + 1 }
  /// Output columns.
  public var outputColumns: Int { (inputColumns + 2 * padding - kernelColumns) / stride + 1 }
  /// Output pixels of one channel.
  public var outputPixels: Int { outputRows * outputColumns }
  /// Input channels that one output channel reads.
  public var channelsPerGroup: Int { channels / groups }
  /// Number of weights.
  public var weights: Int { kernels * channelsPerGroup * kernelRows * kernelColumns }
  /// Multiply-accumulates of one inference, padding included.
  public var macs: Int { weights * outputPixels }
}

/// A list of layers in order of execution.
public struct Network: Hashable, Sendable {
  /// The workload's name.
  public let name: String
  /// The sub-network's name, nil for a network that has none.
  public let subnet: String?
  /// The layers in order of execution.
  public let layers: [Layer]
  /// For each layer the index of the first one of the same shape.
  public let shapes: [Int]
  /// Published top-1 accuracy, where there is one.
  public let top1: Percentage?
  /// What an import could not express; nil for a network that is whole.
  public let leftOut: LeftOutSpec?

  /// Makes a network.
  public init(
    name: String, subnet: String?, layers: [Layer], top1: Percentage? = nil,
    leftOut: LeftOutSpec? = nil
  ) {
    self.name = name
    self.subnet = subnet
    self.layers = layers
    self.top1 = top1
    self.leftOut = leftOut
    var first: [Layer: Int] = [:]
    shapes = layers.enumerated().map { index, layer in
      let known = first[layer.shape] ?? index
      first[layer.shape] = known
      return known
    }
  }

  /// Multiply-accumulates of one inference.
  public var macs: Int { layers.reduce(0) { $0 + $1.macs } }
  /// Number of weights.
  public var weights: Int { layers.reduce(0) { $0 + $1.weights } }
  /// Weights, biases and normalisation scalars.
  public var parameters: Int { layers.reduce(weights) { $0 + $1.otherParameters } }
}
