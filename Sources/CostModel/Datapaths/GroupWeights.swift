public import WeightAnalysis

/// The quantized weights of one group of a layer.
public struct GroupWeights: Sendable {
  /// The weights of the whole layer.
  public let tensor: QuantizedTensor
  /// The group's filters in it.
  public let filters: Range<Int>

  /// The weights of group `group` of `groups` that are like `nest`; nil where the tensor is not that of
  /// such a layer.
  public init?(_ tensor: QuantizedTensor, of nest: LoopNest, group: Int, groups: Int) {
    guard tensor.shape.kernels == groups * nest.kernels,
      tensor.shape.filterSize == nest.channels * nest.taps
    else { return nil }
    self.tensor = tensor
    filters = group * nest.kernels..<(group + 1) * nest.kernels
  }

  /// Whether the group is the whole layer.
  public var isWhole: Bool { filters.count == tensor.shape.kernels }
}
