extension NetworkGraph {
  /// The tensor with the elements of `tensor` in their order: where an operation only names elements
  /// anew, what it reads.
  func elements(of tensor: Tensor.ID, writers: [Tensor.ID: Int]) -> Tensor.ID {
    var found = tensor
    while let writer = writers[found], case .none = operations[writer].work,
      let read = operations[writer].reads.first, operations[writer].reads.count == 1,
      tensors[read].elements == tensors[found].elements
    { found = read }
    return found
  }

  /// The operation that writes each tensor.
  var writers: [Tensor.ID: Int] {
    Dictionary(
      operations.enumerated().map { ($1.writes, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The operations that read each tensor.
  var readers: [Tensor.ID: [Int]] {
    var found: [Tensor.ID: [Int]] = [:]
    for (index, operation) in operations.enumerated() {
      for tensor in Set(operation.reads) { found[tensor, default: []].append(index) }
    }
    return found
  }

  /// The functions of single elements that follow an operation, each the only reader of what comes
  /// before it.
  func functions(after operation: Int, readers: [Tensor.ID: [Int]]) -> [Int] {
    var found: [Int] = []
    var tensor = operations[operation].writes
    while !outputs.contains(tensor), let next = readers[tensor], next.count == 1 {
      let operation = operations[next[0]]
      guard operation.reads.count == 1, operation.isFunctionOfElements(in: self) else { break }
      found.append(next[0])
      tensor = operation.writes
    }
    return found
  }
}

extension Operation {
  /// Whether each element that it writes comes of the one in its place, or is that one.
  fileprivate func isFunctionOfElements(in graph: NetworkGraph) -> Bool {
    guard graph.tensors[reads[0]].elements == graph.tensors[writes].elements else { return false }
    switch work {
    case .array: return false
    case .vector(let work): return work.reads == [1] && work.writes == 1
    case .none: return true
    }
  }
}

/// Which share of each map is zero, as a workload states it: one map, one share, whoever says it.
struct ZeroStatements {
  /// A share and who stated it.
  private struct Statement {
    let share: Double
    let name: String
  }

  private let graph: NetworkGraph
  private let writers: [Tensor.ID: Int]
  private let readers: [Tensor.ID: [Int]]
  private var known: [Tensor.ID: Statement] = [:]
  private var weights: [Int: Double] = [:]

  init(_ graph: NetworkGraph) {
    self.graph = graph
    writers = graph.writers
    readers = graph.readers
  }

  /// States the share of what `operation` reads as its operand number `operand`; gives what is wrong.
  mutating func read(_ share: Double, _ operand: Int, of operation: Int) -> String? {
    state(share, of: graph.operations[operation].reads[operand], by: operation)
  }

  /// States the share of what `operation` hands on, with the functions behind it applied; gives what
  /// is wrong.
  mutating func write(_ share: Double, of operation: Int) -> String? {
    let last = graph.functions(after: operation, readers: readers).last ?? operation
    return state(share, of: graph.operations[last].writes, by: operation)
  }

  /// States the share of the weights of `operation`.
  mutating func weights(_ share: Double, of operation: Int) { weights[operation] = share }

  private mutating func state(_ share: Double, of tensor: Tensor.ID, by operation: Int) -> String? {
    let map = graph.elements(of: tensor, writers: writers)
    let name = graph.operations[operation].name
    guard let other = known[map] else {
      known[map] = Statement(share: share, name: name)
      return nil
    }
    guard other.share != share else { return nil }
    return "\(share), but `\(other.name)` says \(other.share) of the same map"
  }

  /// The graph with the shares in its operations.
  func stated() -> NetworkGraph {
    func share(_ tensor: Tensor.ID) -> Double? {
      known[graph.elements(of: tensor, writers: writers)]?.share
    }
    var result = graph
    for tensor in graph.tensors.indices { result.tensors[tensor].zeros = share(tensor) }
    result.operations = graph.operations.enumerated().map { index, operation in
      let last = graph.functions(after: index, readers: readers).last ?? index
      return operation.stating(
        ZeroShares(
          reads: operation.reads.map(share), written: share(graph.operations[last].writes),
          readsInput: operation.reads.first.map {
            graph.inputs.contains(graph.elements(of: $0, writers: writers))
          } ?? false, sizes: operation.work.vectorWork?.reads,
          weight: weights[index]))
    }
    return result
  }
}

extension Operation {
  /// The operation with shares of zeros in its work.
  fileprivate func stating(_ shares: ZeroShares) -> Operation {
    Operation(
      name: name, kind: kind, reads: reads, weight: weight, writes: writes,
      work: work.stating(shares), windows: windows, block: block)
  }
}

extension OperationWork {
  /// The work with shares of zeros.
  func stating(_ shares: ZeroShares) -> OperationWork {
    switch self {
    case .array(var layer):
      layer.zeros = shares
      return .array(layer)
    case .vector(var vector):
      vector.zeros = shares
      return .vector(vector)
    case .none: return .none
    }
  }
}
