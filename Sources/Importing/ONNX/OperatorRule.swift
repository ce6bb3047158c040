internal import Inputs
internal import Networks

/// What is known of a value of a model's graph.
struct GraphValue {
  /// The extents, nil where they are not known.
  var shape: [Int]?
  /// The elements of a short list of whole numbers, such as a shape.
  var integers: [Int]?
  /// The constant that it is, nil for an activation.
  var constant: ImportedTensor?
  /// Why the extents are not known.
  var cause: String?

  init(shape: [Int]?, integers: [Int]? = nil, constant: ImportedTensor? = nil) {
    self.shape = shape
    self.integers = integers
    self.constant = constant
  }

  /// A value of unknown extents.
  init(unknown cause: String) {
    self.init(shape: nil)
    self.cause = cause
  }
}

/// What is wrong with a node, or not known about it.
enum OperatorFault: Error {
  /// The model is wrong.
  case wrong(String)
  /// The result's shape cannot be known.
  case unknown(String)
}

/// How the import treats the operators of one kind.
struct OperatorRule: Sendable {
  /// What an operator is to a workload.
  enum Effect: Sendable {
    /// No multiply-accumulates of its own: the model assumes it fused.
    case fused
    /// A layer.
    case layer
    /// Work that no layer can express.
    case inexpressible(String)
  }

  /// The operators.
  let names: [String]
  /// What they are to a workload.
  let effect: Effect
  /// The results, and the layer for those that are one.
  let apply: @Sendable (NodeContext) throws(OperatorFault) -> NodeResult

  init(
    _ names: [String], _ effect: Effect = .fused,
    apply: @escaping @Sendable (NodeContext) throws(OperatorFault) -> NodeResult
  ) {
    self.names = names
    self.effect = effect
    self.apply = apply
  }

  /// A rule for operators with one result.
  static func shape(
    _ names: [String], _ apply: @escaping @Sendable (NodeContext) throws(OperatorFault) -> [Int]
  ) -> OperatorRule {
    OperatorRule(names) { context throws(OperatorFault) in
      NodeResult([GraphValue(shape: try apply(context))])
    }
  }
}

/// What a node gives.
struct NodeResult {
  /// The results, in the order of the node's outputs.
  var outputs: [GraphValue]
  /// The layer that it is; its name is left to the caller.
  var layer: LayerSpec?
  /// The layer's weights, as kernels, channels, rows, columns.
  var weights: ImportedTensor?
  /// Which operand the weights are.
  var weightInput = 1
  /// Why a layer cannot express it.
  var refusal: String?
  /// Multiply-accumulates of what a layer cannot express; nil where they are not known.
  var macs: Int?

  init(_ outputs: [GraphValue]) { self.outputs = outputs }
}

/// The operators that are known, one list for all.
enum OperatorRules {
  static let all: [OperatorRule] =
    ConvolutionRules.all + ProductRules.all + InexpressibleRules.all + ElementwiseRules.all
    + PoolRules.all + ReductionRules.all + ShapeRules.all + SliceRules.all + ConstantRules.all

  /// The rule of every operator.
  static let byName: [String: OperatorRule] = Dictionary(
    all.flatMap { rule in rule.names.map { ($0, rule) } }, uniquingKeysWith: { first, _ in first })
}
