internal import Inputs
internal import Networks

/// What is known of a value of a model's graph.
struct GraphValue {
  /// The extents, nil where they are not known.
  var shape: [Int]?
  /// The elements of a short tensor, such as a shape.
  var numbers: Numbers?
  /// The constant that it is, nil for an activation.
  var constant: ImportedTensor?
  /// Why the extents are not known.
  var cause: String?
  /// Where it lies in the workload, nil where nothing there writes it.
  var place: GraphDraft.Place?
  /// The values that it is a sequence of, nil for a tensor.
  var items: [GraphValue]?

  init(shape: [Int]?, numbers: Numbers? = nil, constant: ImportedTensor? = nil) {
    self.shape = shape
    self.numbers = numbers
    self.constant = constant
  }

  init(shape: [Int]?, integers: [Int]?) {
    self.init(shape: shape, numbers: integers.map(Numbers.whole))
  }

  /// A value of unknown extents.
  init(unknown cause: String) {
    self.init(shape: nil)
    self.cause = cause
  }

  /// The elements where they are whole numbers.
  var integers: [Int]? {
    if case .whole(let values)? = numbers { values } else { nil }
  }
}

/// What is wrong with a node, or not known about it.
enum OperatorFault: Error {
  /// The model is wrong.
  case wrong(String)
  /// The result's shape cannot be known.
  case unknown(String)
  /// No layer can express it.
  case inexpressible(String)

  /// What is said.
  var message: String {
    switch self {
    case .wrong(let text), .unknown(let text), .inexpressible(let text): text
    }
  }
}

/// How the import treats the operators of one kind.
struct OperatorRule: Sendable {
  /// What an operator is to a workload.
  enum Effect: Sendable {
    /// No multiply-accumulates of its own: what the workload has no word for is assumed fused.
    case fused
    /// Layers.
    case layer
    /// Work that no layer can express.
    case inexpressible(String)
  }

  /// The operators.
  let names: [String]
  /// What they are to a workload.
  let effect: Effect
  /// The results, and the operations of the workload that make them.
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

  /// A rule for operators without multiply-accumulates whose result's extents depend on values.
  static func unknown(_ names: [String]) -> OperatorRule {
    OperatorRule(names) { context throws(OperatorFault) in
      throw .unknown("\(context.node.place): the extents of its result depend on values")
    }
  }
}

/// What a node gives.
struct NodeResult {
  /// Where a result lies in the workload.
  enum Source: Hashable {
    /// Nothing of the workload writes it.
    case nowhere
    /// It is an operand, or has as many elements and takes its place.
    case operand(Int)
    /// A step writes it.
    case step(Int)
  }

  /// The results, in the order of the node's outputs.
  var outputs: [GraphValue]
  /// Where each of them lies, further ones nowhere.
  ///
  /// By default the first takes the place of the first operand with as many elements.
  var sources: [Source]?
  /// The operations that it becomes, in order.
  var steps: [WorkStep] = []
  /// Why no layer can express it.
  var refusal: String?
  /// Multiply-accumulates of what no layer can express; nil where they are not known.
  var macs: Int?
  /// What a reader should know.
  var note: String?

  init(_ outputs: [GraphValue]) { self.outputs = outputs }

  /// Results of which the first is what the last of some steps writes.
  init(_ outputs: [GraphValue], steps: [WorkStep], macs: Int? = nil) {
    self.outputs = outputs
    self.steps = steps
    self.macs = macs
    if !steps.isEmpty { sources = [.step(steps.count - 1)] }
  }
}

/// The operators that are known, one list for all.
enum OperatorRules {
  static let all: [OperatorRule] =
    ConvolutionRules.all + ProductRules.all + QuantizedRules.all + AttentionRules.all
    + PackedAttentionRules.all + ExpertRules.all + TransformRules.all + RecurrenceRules.all
    + EinsumRules.all + InexpressibleRules.all + ElementwiseRules.all
    + NormalizationRules.all + PoolRules.all + ReductionRules.all + ShapeRules.all
    + SliceRules.all + SequenceRules.all + ConstantRules.all + DynamicRules.all

  /// The rule of every operator.
  static let byName: [String: OperatorRule] = Dictionary(
    all.flatMap { rule in rule.names.map { ($0, rule) } }, uniquingKeysWith: { first, _ in first })

  /// Whether a node of this operator may be work for the array.
  static func isProduct(_ name: String) -> Bool {
    switch byName[name]?.effect {
    case .layer?, .inexpressible?: true
    default: false
    }
  }
}
