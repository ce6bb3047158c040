internal import Components
internal import Networks

/// One operation of a workload that a node becomes.
struct WorkStep {
  /// What it reads.
  enum Read {
    /// An operand of the node under these extents; as it lies where they are left out.
    case operand(Int, [Int])
    /// What an earlier step wrote, under these extents.
    case step(Int, [Int])
    /// A map that no operand is, such as the state of a recurrence.
    case state(String, [Int])
  }

  /// What is put behind the node's name where a node becomes several layers.
  var suffix = ""
  /// The operator with its parameters.
  let kind: any OperationKind
  /// What it reads.
  let reads: [Read]
  /// Where the values of its weights are.
  var weights: ImportedTensor?
  /// Which operand its weights are.
  var weightInput: Int?

  init(
    _ kind: any OperationKind, _ reads: [Read], suffix: String = "",
    weights: ImportedTensor? = nil, weightInput: Int? = nil
  ) {
    self.suffix = suffix
    self.kind = kind
    self.reads = reads
    self.weights = weights
    self.weightInput = weightInput
  }
}

/// Extents of values as a workload writes them.
enum MapExtents {
  /// A value of `[batch, channels, directions]`; images of a batch are planes that share the kernels.
  ///
  /// Nil where that makes more than three directions or there are none.
  static func map(_ shape: [Int]) -> [Int]? {
    guard shape.count >= 3 else { return nil }
    let directions = Array(shape[2...])
    let all = shape[0] == 1 ? directions : planes(shape[0], directions)
    return all.count <= 3 ? [shape[1]] + all : nil
  }

  /// The directions with images of a batch before them: rows for one direction, planes for two.
  private static func planes(_ batch: Int, _ directions: [Int]) -> [Int] { [batch] + directions }

  /// A value whose last extent are features: `[features, tokens]`, `[features]` for one token.
  static func tokens(_ shape: [Int]) throws(OperatorFault) -> [Int] {
    let count = try NodeContext.product(shape.dropLast())
    return tokens(shape.last ?? 1, count)
  }

  /// `[features, tokens]`, `[features]` for one token.
  static func tokens(_ features: Int, _ count: Int) -> [Int] {
    count == 1 ? [features] : [features, count]
  }
}

/// What is wrong with a specification, as a reason for which a layer cannot express a node.
enum SpecFault {
  /// Runs `body`; turns its error into one about the node.
  static func checked<T>(_ body: () throws(SpecError) -> T) throws(OperatorFault) -> T {
    do throws(SpecError) {
      return try body()
    } catch {
      throw .inexpressible(error.message)
    }
  }
}

extension WorkStep {
  /// Throws where a step cannot read what it should, before any of them is added.
  static func check(_ steps: [WorkStep]) throws(SpecError) {
    var written: [Int] = []
    for step in steps {
      var operands: [[Int]] = []
      for read in step.reads {
        let extents = read.extents
        for extent in extents where !(1...LayerLimits.extent).contains(extent) {
          throw SpecError("", "expected extents from 1 to \(LayerLimits.extent), found \(extents)")
        }
        let elements = extents.reduce(1.0) { $0 * Double($1) }
        guard elements <= Double(LayerLimits.elements) else {
          throw SpecError("", "expected at most 2^40 elements, found extents \(extents)")
        }
        if case .step(let index, _) = read, Double(written[index]) != elements {
          throw SpecError("", "a step reads \(extents), which has not \(written[index]) elements")
        }
        operands.append(extents)
      }
      let output = try step.kind.result(of: operands, name: "layer").output
      guard output.reduce(1.0, { $0 * Double($1) }) <= Double(LayerLimits.elements) else {
        throw SpecError("", "writes \(output), expected at most 2^40 elements")
      }
      written.append(output.reduce(1, *))
    }
  }

  /// The step carried out several times at once: further positions, heads or planes.
  func repeated(_ turns: Int) throws(SpecError) -> WorkStep {
    guard turns > 1 else { return self }
    func times(_ value: Int) throws(SpecError) -> Int {
      let product = value.multipliedReportingOverflow(by: turns)
      guard !product.overflow, product.partialValue <= LayerLimits.extent else {
        throw SpecError("", "\(value) times \(turns) turns are too many")
      }
      return product.partialValue
    }
    switch kind {
    case let kind as FullyConnected:
      let linear = try Linear(Linear.Spec(outputChannels: kind.spec.outputChannels))
      return with(linear, reads.map { $0.with([$0.extents.reduce(1, *), turns]) })
    case is Linear:
      let extents = reads[0].extents
      let positions = try times(extents.count > 1 ? extents[1] : 1)
      return with(kind, [reads[0].with([extents[0], positions])])
    case let kind as MatrixProduct:
      let wide = try MatrixProduct(
        MatrixProduct.Spec(heads: try times(kind.spec.heads), over: kind.spec.over))
      var wider: [Read] = []
      for read in reads {
        var extents = read.extents
        extents[0] = try times(extents[0])
        wider.append(read.with(extents))
      }
      return with(wide, wider)
    case let kind as Convolution where reads[0].extents.count <= 3:
      let extents = reads[0].extents
      let spec = kind.spec
      let windows = spec.windows.behindPlanes(directions: extents.count - 1)
      let more = try Convolution(
        Convolution.Spec(outputChannels: spec.outputChannels, windows: windows, groups: spec.groups)
      )
      return with(more, [reads[0].with([extents[0], turns] + extents[1...])])
    case let kind as DepthwiseConvolution where reads[0].extents.count <= 3:
      let extents = reads[0].extents
      let windows = kind.spec.windows.behindPlanes(directions: extents.count - 1)
      let more = try DepthwiseConvolution(DepthwiseConvolution.Spec(windows: windows))
      return with(more, [reads[0].with([extents[0], turns] + extents[1...])])
    default:
      throw SpecError("", "a body that is carried out \(turns) times is not counted for it")
    }
  }

  private func with(_ kind: any OperationKind, _ reads: [Read]) -> WorkStep {
    WorkStep(kind, reads, suffix: suffix, weights: weights, weightInput: weightInput)
  }
}

extension WorkStep.Read {
  /// The extents under which something is read.
  var extents: [Int] {
    switch self {
    case .operand(_, let extents), .step(_, let extents), .state(_, let extents): extents
    }
  }

  /// The same under other extents.
  func with(_ extents: [Int]) -> WorkStep.Read {
    switch self {
    case .operand(let index, _): .operand(index, extents)
    case .step(let index, _): .step(index, extents)
    case .state(let name, _): .state(name, extents)
    }
  }
}

extension WindowSpec {
  /// The same windows on each of several planes.
  fileprivate func behindPlanes(directions: Int) -> WindowSpec {
    func all(_ numbers: PerDirection) -> PerDirection {
      PerDirection(
        [1]
          + (numbers.isList
            ? numbers.values : Array(repeating: numbers.values[0], count: directions)))
    }
    let none = Padding.Ends(before: 0, after: 0)
    return WindowSpec(
      kernel: all(kernel), stride: all(stride), dilation: all(dilation),
      padding: Padding(
        [none]
          + (padding.isList
            ? padding.ends : Array(repeating: padding.ends[0], count: directions))))
  }
}
