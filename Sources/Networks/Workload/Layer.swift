/// What a layer computes.
public enum Operator: String, Codable, CaseIterable, Sendable {
  /// Every output channel reads every input channel of its group.
  case convolution
  /// Every output channel reads one input channel.
  case depthwiseConvolution = "depthwise-convolution"
  /// A matrix-vector product, a 1 x 1 convolution on a 1 x 1 map.
  case fullyConnected = "fully-connected"
  /// A convolution over a map with zeros between its elements.
  case transposedConvolution = "transposed-convolution"
  /// Each of several vectors times one matrix of weights.
  case linear
  /// A product of two matrices that are made for one input.
  case matrixProduct = "matrix-product"
}

/// What a tensor is to the operation that reads it.
public enum TensorRole: String, Codable, CaseIterable, Sendable {
  /// Learned, the same for every input.
  case weight
  /// Made for one input.
  case activation
  /// Kept from one step of a query to the next, such as a cache of keys and values, or given beside the
  /// weights, such as the edges of a graph.
  case state
}

/// One operation that runs on the array, its shape fully known: a convolution or a matrix product.
///
/// A matrix product is a convolution of 1 x 1 kernels. What its kernels hold is weights, or for a
/// product of two activations the second one of them; such kernels differ from image to image.
public struct Layer: Hashable, Sendable {
  /// Name in reports and in weight files.
  public let name: String
  /// What it computes.
  public let operation: Operator
  /// Output channels, K.
  public let kernels: Int
  /// Input channels of the whole layer, C.
  public let channels: Int
  /// How the windows lie along the rows of a map.
  public let rows: WindowAxis
  /// How they lie along its columns.
  public let columns: WindowAxis
  /// Groups that K and C are divided into; C for a depthwise convolution.
  public let groups: Int
  /// What the kernels hold.
  public let kernelRole: TensorRole
  /// Maps of one inference that share the kernels: 1, or the output planes of a three-dimensional
  /// convolution.
  public let maps: Int
  /// Parameters beside the weights: biases and two normalisation scalars per channel.
  public let otherParameters: Int
  /// Zeros in its maps; nil where the workload states none.
  public var zeros: ZeroShares?
  /// How the kernels are stored in DRAM; nil where the design decides.
  public var storage: KernelStorage?
  /// Whether it is a part of the operation before it, started together with that.
  public var isContinuation = false
  /// What it is of attention that is computed tile by tile; nil for everything else.
  public var attention: AttentionWork?

  /// The sparse rows that the kernels are; nil for kernels of which every element is there.
  public var gathered: GatheredRows?

  /// Makes a layer; `groups` is taken from the operator for a depthwise convolution.
  public init(
    name: String, operation: Operator, kernels: Int, channels: Int, rows: WindowAxis,
    columns: WindowAxis, groups: Int = 1, kernelRole: TensorRole = .weight, maps: Int = 1,
    otherParameters: Int = 0
  ) {
    self.name = name
    self.operation = operation
    self.kernels = kernels
    self.channels = channels
    self.rows = rows
    self.columns = columns
    self.groups = operation == .depthwiseConvolution ? channels : groups
    self.kernelRole = kernelRole
    self.maps = maps
    self.otherParameters = otherParameters
  }

  /// Makes a layer with the same stride in both directions and the same padding on all sides.
  public init(
    name: String, operation: Operator, kernels: Int, channels: Int,
    kernel: (rows: Int, columns: Int), input: (rows: Int, columns: Int), stride: Int = 1,
    padding: Int = 0, groups: Int = 1, otherParameters: Int = 0
  ) {
    func axis(_ extent: Int, _ kernel: Int) -> WindowAxis {
      WindowAxis(extent: extent, kernel: kernel, stride: stride, before: padding, after: padding)
    }
    self.init(
      name: name, operation: operation, kernels: kernels, channels: channels,
      rows: axis(input.rows, kernel.rows), columns: axis(input.columns, kernel.columns),
      groups: groups, otherParameters: otherParameters)
  }

  /// Makes a matrix product: `kernels` numbers from `channels` numbers for each of `positions`.
  ///
  /// Positions, such as tokens, have no neighbours, so they are laid out as a map whose rows are as
  /// long as the largest divisor of their number up to 64.
  public init(
    name: String, product operation: Operator, kernels: Int, channels: Int, positions: Int,
    groups: Int = 1, kernelRole: TensorRole = .weight, otherParameters: Int = 0
  ) {
    let width = (1...min(64, max(positions, 1))).last { positions.isMultiple(of: $0) } ?? 1
    self.init(
      name: name, operation: operation, kernels: kernels, channels: channels,
      rows: WindowAxis(extent: positions / width), columns: WindowAxis(extent: width),
      groups: groups, kernelRole: kernelRole, otherParameters: otherParameters)
  }

  /// The layer without its name: equal for layers that cost the same.
  public var shape: Layer {
    var shape = Layer(
      name: "", operation: operation, kernels: kernels, channels: channels, rows: rows,
      columns: columns, groups: groups, kernelRole: kernelRole, maps: maps)
    shape.zeros = zeros
    shape.storage = storage
    shape.isContinuation = isContinuation
    shape.attention = attention
    shape.gathered = gathered
    return shape
  }

  /// Kernel rows, R.
  public var kernelRows: Int { rows.kernel }
  /// Kernel columns, S.
  public var kernelColumns: Int { columns.kernel }
  /// Input rows, H.
  public var inputRows: Int { rows.extent }
  /// Input columns, W.
  public var inputColumns: Int { columns.extent }
  /// Output rows of one map.
  public var outputRows: Int { rows.outputs }
  /// Output columns.
  public var outputColumns: Int { columns.outputs }
  /// Output pixels of one channel of one map.
  public var outputPixels: Int { outputRows * outputColumns }
  /// Input channels that one output channel reads.
  public var channelsPerGroup: Int { channels / groups }
  /// Elements of the kernels.
  public var weights: Int { kernels * channelsPerGroup * kernelRows * kernelColumns }
  /// Elements of the kernels that are weights: none for a product of two activations.
  public var storedWeights: Int { kernelRole == .weight ? weights : 0 }
  /// Multiply-accumulates of one inference, padding included; of sparse rows those of their entries.
  public var macs: Int {
    (gathered?.adjacency.entries ?? weights) * outputPixels * maps * (gathered == nil ? 1 : groups)
  }

  /// The layer that does the work of `batch` images as one, where every image has kernels of its own.
  public func unrolled(batch: Int) -> Layer {
    var layer = Layer(
      name: name, operation: operation, kernels: kernels * batch, channels: channels * batch,
      rows: rows, columns: columns, groups: groups * batch, kernelRole: kernelRole, maps: maps)
    layer.zeros = zeros
    layer.storage = storage
    layer.isContinuation = isContinuation
    layer.attention = attention
    layer.gathered = gathered
    return layer
  }
}

/// How kernels are stored in DRAM, where a workload and not the design decides.
public struct KernelStorage: Hashable, Sendable {
  /// Bits of an element.
  public let bits: Int
  /// Bits of scales and zero points beside the elements of each kernel.
  public let bitsPerKernel: Int
  /// Bits of how many elements, where a codec stores them, and not an element at a time; nil for others.
  public let coded: Coded?

  /// What a codec makes of a tensor.
  public struct Coded: Hashable, Sendable {
    /// All its bits.
    public let bits: Int
    /// Its elements, at least one.
    public let elements: Int

    /// Makes a pair.
    public init(bits: Int, elements: Int) {
      self.bits = bits
      self.elements = elements
    }
  }

  /// Makes a storage.
  public init(bits: Int, bitsPerKernel: Int = 0) {
    self.bits = bits
    self.bitsPerKernel = bitsPerKernel
    coded = nil
  }

  /// Makes the storage of a coded tensor.
  public init(_ coded: Coded) {
    bits = 0
    bitsPerKernel = 0
    self.coded = coded
  }

  /// Bits of an element on average, what stands beside kernels left out.
  public var bitsPerElement: Double {
    coded.map { Double($0.bits) / Double($0.elements) } ?? Double(bits)
  }
}
