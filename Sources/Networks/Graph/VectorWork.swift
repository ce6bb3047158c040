/// Work of an operation without weights, for a vector unit: independent pieces of one image that are
/// all alike.
///
/// An architecture without a vector unit does it while maps move, at no cost.
public struct VectorWork: Hashable, Sendable {
  /// The operation's name.
  public let name: String
  /// The operator's word.
  public let `operator`: String
  /// Independent pieces of one image: rows of a softmax, tokens of a layer normalization, channels of
  /// a pooling, elements of element-wise work.
  public let pieces: Int
  /// Elements that one piece reads of each activation operand.
  public let reads: [Int]
  /// Results of one piece.
  public let writes: Int
  /// Operations of a lane for one piece; each operator's file says which.
  public let operations: Int
  /// Zeros in its maps; nil where the workload states none.
  public var zeros: ZeroShares?

  /// Makes vector work; its counts are positive and were checked.
  public init(
    name: String, operator: String, pieces: Int, reads: [Int], writes: Int, operations: Int
  ) {
    self.name = name
    self.operator = `operator`
    self.pieces = pieces
    self.reads = reads
    self.writes = writes
    self.operations = operations
  }

  /// Operations of a lane for one image.
  public var allOperations: Int { pieces * operations }
}

/// What carries an operation out.
public enum OperationWork: Hashable, Sendable {
  /// The array.
  case array(Layer)
  /// A vector unit; fused and free where the architecture has none.
  case vector(VectorWork)
  /// Nothing: the operation only names elements anew.
  case none

  /// The layer that runs on the array, nil for other work.
  public var layer: Layer? {
    if case .array(let layer) = self { layer } else { nil }
  }

  /// The work of a vector unit, nil for other work.
  public var vectorWork: VectorWork? {
    if case .vector(let work) = self { work } else { nil }
  }

  /// Zeros in its maps; nil where nothing carries it out, or the workload states none.
  public var zeros: ZeroShares? { layer?.zeros ?? vectorWork?.zeros }

  /// The operation's name, empty where nothing carries it out.
  public var name: String { layer?.name ?? vectorWork?.name ?? "" }
}
