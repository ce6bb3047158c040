internal import Components
internal import Inputs
internal import Networks

/// Walks a model's graph once, in the order of the file, and collects what the workload is made of.
struct GraphImport {
  /// What names mean in a graph, and in the graphs within it.
  struct Scope {
    var values: [String: GraphValue] = [:]
    /// What the file says of shapes.
    var stated: [String: ONNXValue] = [:]
    /// Which node makes a value first; for messages about values that are not there yet.
    var makers: [String: String] = [:]
    /// Whether names of the graphs around it mean nothing here.
    var isFunction = false
  }

  let model: ONNXModel
  private let inputShapes: InputShapes
  var scopes: [Scope] = []
  private var symbols: [String: Int] = [:]
  var network = ImportedNetwork()
  var draft: GraphDraft
  /// How often the graph that is walked is carried out.
  var turns = 1
  /// Nodes that were visited, those of a body or a function each time.
  private var visits = 0
  /// Functions and graphs within one another.
  var depth = 0
  /// Constants that are weights of a layer already.
  var used: Set<String> = []

  /// Most dimensions accepted.
  private static let largestRank = 64
  /// Most nodes visited: functions that call functions are short files.
  private static let mostVisits = 100_000

  /// The layers of a model.
  static func network(
    of model: ONNXModel, inputShapes: InputShapes
  ) throws(InputError) -> ImportedNetwork {
    var walk = GraphImport(model, inputShapes)
    try walk.start()
    for node in model.graph.nodes { try walk.visit(node) }
    for output in model.graph.outputs {
      if let place = walk.scopes[0].values[output.name]?.place { walk.draft.want(place) }
    }
    walk.network.origin = model.producer
    walk.network.finish(walk.draft)
    return walk.network
  }

  private init(_ model: ONNXModel, _ inputShapes: InputShapes) {
    self.model = model
    self.inputShapes = inputShapes
    let ending = ".weight"
    draft = GraphDraft(
      reserved: Set(
        model.graph.initializers.filter { $0.name.hasSuffix(ending) }.map {
          Self.dotted(String($0.name.dropLast(ending.count)))
        }))
  }

  private mutating func start() throws(InputError) {
    // What a file says of shapes holds for the inputs it was made for.
    try enter(model.graph, isStated: inputShapes.shapes.isEmpty)
    let inputs = try inputShapes.resolve(
      model, constants: Set(model.graph.initializers.map(\.name)))
    symbols = inputs.symbols
    network.inferred = inputs.inferred
    for (name, shape) in inputs.values {
      guard scopes[0].values.updateValue(GraphValue(shape: shape), forKey: name) == nil else {
        throw InputError("a second input \(ONNXText.quoted(name))", file: model.file)
      }
      try check(shape, "graph.input \(ONNXText.quoted(name))")
    }
  }

  /// Makes the constants of a graph known, within those around it.
  mutating func enter(_ graph: ONNXGraph, isStated: Bool = true) throws(InputError) {
    var scope = Scope()
    for node in graph.nodes {
      for output in node.outputs where !output.isEmpty && scope.makers[output] == nil {
        scope.makers[output] = node.place
      }
    }
    if isStated {
      for value in graph.values + graph.outputs where scope.stated[value.name] == nil {
        scope.stated[value.name] = value
      }
    }
    for tensor in graph.initializers {
      guard scope.values[tensor.name] == nil else {
        throw InputError("a second constant of this name", file: model.file, path: tensor.path)
      }
      do {
        scope.values[tensor.name] = try ConstantRules.value(of: tensor)
      } catch {
        throw InputError(error.message, file: model.file, path: tensor.path)
      }
    }
    scopes.append(scope)
  }

  mutating func visit(_ node: ONNXNode) throws(InputError) {
    visits += 1
    guard visits <= Self.mostVisits else {
      throw InputError(
        "more than \(Self.mostVisits) nodes with those of functions and bodies each time",
        file: model.file, path: node.place)
    }
    guard draft.entries.count <= LayerLimits.layers else {
      throw InputError(
        "up to here the network has more than \(LayerLimits.layers) layers", file: model.file,
        path: node.place)
    }
    guard !node.operatorName.isEmpty else {
      throw InputError("has no operator", file: model.file, path: node.place)
    }
    var inputs: [GraphValue?] = []
    for name in node.inputs { inputs.append(try value(name, of: node)) }
    if let function = model.functions[[node.domain, node.operatorName]] {
      return try call(function, node, inputs)
    }
    if node.domain.isEmpty, ["If", "Loop", "Scan"].contains(node.operatorName) {
      return try control(node, inputs)
    }
    let context = NodeContext(node: node, inputs: inputs, operatorSet: model.operatorSet)
    let rule = Self.isOwn(node.domain) ? OperatorRules.byName[node.operatorName] : nil
    var result = NodeResult([])
    let isConstant = Self.isConstant(inputs)
    do throws(OperatorFault) {
      guard let rule else { throw OperatorFault.unknown("\(node.place) is not supported") }
      result = try rule.apply(context)
    } catch {
      switch error {
      case .wrong(let message):
        throw InputError(message, file: model.file, path: node.place)
      case .unknown(let cause):
        result.outputs = node.outputs.map { _ in GraphValue(unknown: cause) }
        result.refusal = "the shape of its operands is not known: \(cause)"
      case .inexpressible(let reason):
        result.outputs = node.outputs.map { _ in GraphValue(unknown: "\(node.place): \(reason)") }
        result.refusal = reason
      }
    }
    let places = try count(node, rule, result, inputs, isConstant: isConstant)
    place(&result, places, inputs, isConstant: isConstant)
    try keep(result.outputs, of: node, isConstant: isConstant)
  }

  /// The domains whose operators are known: ONNX's own and those of onnxruntime.
  static func isOwn(_ domain: String) -> Bool {
    ["", "com.microsoft", "com.ms.internal.nhwc", "com.microsoft.nchwc"].contains(domain)
  }

  /// The scope that has a value.
  func scope(of name: String) -> Int? {
    for index in scopes.indices.reversed() {
      if scopes[index].values[name] != nil { return index }
      if scopes[index].isFunction { return nil }
    }
    return nil
  }

  private func value(_ name: String, of node: ONNXNode) throws(InputError) -> GraphValue? {
    guard !name.isEmpty else { return nil }
    if let index = scope(of: name) { return scopes[index].values[name] }
    let shown = ONNXText.quoted(name)
    guard let maker = scopes.reversed().lazy.compactMap({ $0.makers[name] }).first else {
      throw InputError(
        "uses \(shown), which nothing makes", file: model.file, path: node.place)
    }
    throw InputError(
      maker == node.place
        ? "uses its own result \(shown)"
        : "uses \(shown), which \(maker) makes only later: the nodes are out of order or form a "
          + "circle", file: model.file, path: node.place)
  }

  /// Keeps a node's results, checked against what the file says of them.
  mutating func keep(
    _ outputs: [GraphValue], of node: ONNXNode, isConstant: Bool
  ) throws(InputError) {
    let last = scopes.count - 1
    for (index, name) in node.outputs.enumerated() where !name.isEmpty {
      var value = index < outputs.count ? outputs[index] : GraphValue(shape: nil)
      if isConstant, value.constant == nil {
        value.constant = ImportedTensor(source: nil)
      }
      if let shape = value.shape { try check(shape, node.place) }
      // What a graph adds up to is bounded, however short its file is.
      if let numbers = value.numbers,
        numbers.count > ONNXTensor.mostIntegers || numbers.count != value.shape?.reduce(1, *)
      {
        value.numbers = nil
      }
      if let stated = scopes[last].stated[name] {
        value.shape = try agreed(value.shape, stated, node)
      }
      guard scopes[last].values.updateValue(value, forKey: name) == nil else {
        throw InputError(
          "makes \(ONNXText.quoted(name)), which is already there", file: model.file,
          path: node.place)
      }
    }
  }

  /// The inferred shape, or the stated one where nothing could be inferred.
  private func agreed(
    _ inferred: [Int]?, _ stated: ONNXValue, _ node: ONNXNode
  ) throws(InputError) -> [Int]? {
    guard let dimensions = stated.dimensions else { return inferred }
    let known = dimensions.map { dimension -> Int? in
      switch dimension {
      case .fixed(let size): size
      case .symbol(let symbol): symbols[symbol]
      }
    }
    guard let inferred else {
      let complete = known.compactMap { $0 }
      guard complete.count == known.count else { return nil }
      try check(complete, stated.path)
      return complete
    }
    // A name may stand for one size in the inputs and for another in what a node makes.
    let fixed = dimensions.map { dimension -> Int? in
      if case .fixed(let size) = dimension { size } else { nil }
    }
    guard fixed.count == inferred.count, zip(fixed, inferred).allSatisfy({ $0 ?? $1 == $1 }) else {
      let text = known.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")
      throw InputError(
        "gives \(inferred), but \(stated.path) says [\(text)]", file: model.file, path: node.place)
    }
    return inferred
  }

  func check(_ shape: [Int], _ place: String) throws(InputError) {
    guard shape.count <= Self.largestRank else {
      throw InputError(
        "a shape of \(shape.count) dimensions, expected at most \(Self.largestRank)",
        file: model.file, path: place)
    }
    for extent in shape where !(0...ONNXTensor.largestExtent).contains(extent) {
      throw InputError(
        "a shape of \(shape), expected extents from 0 to \(ONNXTensor.largestExtent)",
        file: model.file, path: place)
    }
    do {
      _ = try NodeContext.product(shape)
    } catch {
      throw InputError(error.message, file: model.file, path: place)
    }
  }

  /// Whether a node's result does not depend on the model's inputs.
  private static func isConstant(_ inputs: [GraphValue?]) -> Bool {
    let given = inputs.compactMap { $0 }
    return !given.isEmpty && given.allSatisfy { $0.constant != nil }
  }
}
