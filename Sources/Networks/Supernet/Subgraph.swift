/// A part of a supernet's weights: the first kernels and channels of each layer.
public struct Subgraph: Hashable, Sendable {
  /// The slice of one layer.
  public struct Slice: Hashable, Sendable {
    /// Kernels held.
    public let kernels: Int
    /// Input channels held, per group.
    public let channels: Int
    /// Kernel rows.
    public let rows: Int
    /// Kernel columns.
    public let columns: Int

    /// Makes a slice.
    public init(kernels: Int, channels: Int, rows: Int, columns: Int) {
      self.kernels = kernels
      self.channels = channels
      self.rows = rows
      self.columns = columns
    }

    /// All weights of `layer`.
    public init(_ layer: Layer) {
      self.init(
        kernels: layer.kernels, channels: layer.channelsPerGroup, rows: layer.kernelRows,
        columns: layer.kernelColumns)
    }

    /// Number of weights.
    public var weights: Int { kernels * channels * rows * columns }
  }

  /// The slice of each layer that has one, by layer name.
  public let slices: [String: Slice]

  /// Makes a sub-graph from its slices.
  public init(slices: [String: Slice]) { self.slices = slices }

  /// All weights of `network` but those of layers that run elsewhere.
  public init(_ network: Network) {
    slices = Dictionary(
      network.ownLayers.filter { $0.kernelRole == .weight }.map { ($0.name, Slice($0)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// How depthwise kernels of different sizes relate.
  public enum KernelSharing: Sendable {
    /// A small kernel is stored inside the large one.
    case nested
    /// A small kernel is derived by a learned matrix, so different sizes share nothing.
    case bySize
  }

  /// Weights of `layer` that the sub-graph holds: `min(K) * min(C) * R * S`.
  ///
  /// Source: prefix slices of mit-han-lab/once-for-all, `dynamic_op.py`.
  public func sharedWeights(with layer: Layer, kernels sharing: KernelSharing = .bySize) -> Int {
    guard layer.kernelRole == .weight, let slice = slices[layer.name] else { return 0 }
    let sameSize = slice.rows == layer.kernelRows && slice.columns == layer.kernelColumns
    guard sameSize || sharing == .nested else { return 0 }
    return min(slice.kernels, layer.kernels) * min(slice.channels, layer.channelsPerGroup)
      * min(slice.rows, layer.kernelRows) * min(slice.columns, layer.kernelColumns)
  }

  /// Weights of `network` that the sub-graph holds.
  public func sharedWeights(with network: Network, kernels sharing: KernelSharing = .bySize) -> Int
  {
    network.layers.reduce(0) { $0 + sharedWeights(with: $1, kernels: sharing) }
  }
}
