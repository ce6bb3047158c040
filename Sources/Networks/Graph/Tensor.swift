/// One operand or result of a network's operations, as large as one inference needs it.
public struct Tensor: Hashable, Sendable {
  /// Where a tensor stands in `NetworkGraph.tensors`.
  public typealias ID = Int

  /// The name: that of the operation that writes it, `input` for the network's, the operation's name
  /// and `.weight` for weights.
  public let name: String
  /// What it is to the operations that read it.
  public let role: TensorRole
  /// Channels, then the extents of the map.
  ///
  /// `[channels, rows, columns]`, `[channels, columns]`, `[channels, planes, rows, columns]`,
  /// `[features, tokens]` or `[features]`. Weights have kernels, channels of a group and the kernel's
  /// extents.
  public let extents: [Int]
  /// The share of its elements that are zero, 0...1; nil where nobody said.
  public internal(set) var zeros: Double?
  /// Whether it never leaves the chip: what a tile makes for the operation that follows.
  public internal(set) var isLocal = false

  /// Makes a tensor; its extents are positive and were checked.
  public init(name: String, role: TensorRole, extents: [Int]) {
    self.name = name
    self.role = role
    self.extents = extents
  }

  /// Number of elements.
  public var elements: Int { extents.reduce(1, *) }
}
