/// One operation of a network: what it reads, what it writes and what that takes.
public struct Operation: Hashable, Sendable {
  /// The name, unique in the network.
  public let name: String
  /// The operator's word.
  public let kind: String
  /// What it reads beside its weights, in operand order.
  public let reads: [Tensor.ID]
  /// Its weights, nil where it has none.
  public let weight: Tensor.ID?
  /// What it writes.
  public let writes: Tensor.ID
  /// What carries it out.
  public let work: OperationWork
  /// Windows of a pooling along every direction of the map, nil for everything else.
  public let windows: [WindowAxis]?

  /// The number of the block of a workload file that it belongs to, nil for one that stands by itself.
  ///
  /// It says where a network is not cut and nothing else, so it does not tell operations apart.
  public let block: Int?

  /// Makes an operation whose tensors are in the same graph.
  public init(
    name: String, kind: String, reads: [Tensor.ID], weight: Tensor.ID?, writes: Tensor.ID,
    work: OperationWork, windows: [WindowAxis]? = nil, block: Int? = nil
  ) {
    self.name = name
    self.kind = kind
    self.reads = reads
    self.weight = weight
    self.writes = writes
    self.work = work
    self.windows = windows
    self.block = block
  }

  /// The layer that runs on the array, nil for other work.
  public var layer: Layer? { work.layer }

  /// The work of a vector unit, nil for other work.
  public var vectorWork: VectorWork? { work.vectorWork }

  /// Whether two operations are the same, whatever block they stand in.
  public static func == (left: Operation, right: Operation) -> Bool {
    left.name == right.name && left.kind == right.kind && left.reads == right.reads
      && left.weight == right.weight && left.writes == right.writes && left.work == right.work
      && left.windows == right.windows
  }

  /// Hashes what tells operations apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(reads)
    hasher.combine(writes)
    hasher.combine(work)
  }
}
