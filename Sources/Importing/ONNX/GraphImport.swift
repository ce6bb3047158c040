internal import Components
internal import Inputs
internal import Networks

/// Walks a model's graph once, in the order of the file, and collects its layers.
struct GraphImport {
  private let model: ONNXModel
  private let inputShapes: InputShapes
  private var values: [String: GraphValue] = [:]
  private var stated: [String: ONNXValue] = [:]
  private var symbols: [String: Int] = [:]
  private var network = ImportedNetwork()
  private var fused: [String: Int] = [:]

  /// Most dimensions accepted.
  private static let largestRank = 64

  /// Which node makes a value first; for messages about values that are not there yet.
  private let makers: [String: Int]

  /// The layers of a model.
  static func network(
    of model: ONNXModel, inputShapes: InputShapes
  ) throws(InputError) -> ImportedNetwork {
    var walk = GraphImport(model, inputShapes)
    try walk.start()
    for node in model.nodes { try walk.visit(node) }
    walk.network.origin = model.producer
    walk.network.notModelled = walk.fused.map { (operation: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.operation) < ($0.count, $1.operation) }
    return walk.network
  }

  private init(_ model: ONNXModel, _ inputShapes: InputShapes) {
    self.model = model
    self.inputShapes = inputShapes
    var makers: [String: Int] = [:]
    for node in model.nodes {
      for output in node.outputs where !output.isEmpty && makers[output] == nil {
        makers[output] = node.index
      }
    }
    self.makers = makers
  }

  private mutating func start() throws(InputError) {
    for tensor in model.initializers {
      guard values[tensor.name] == nil else {
        throw InputError("a second constant of this name", file: model.file, path: tensor.path)
      }
      do {
        values[tensor.name] = try ConstantRules.value(of: tensor)
      } catch {
        throw Self.located(error, model.file, tensor.path)
      }
    }
    let inputs = try inputShapes.resolve(
      model, constants: Set(model.initializers.map(\.name)))
    symbols = inputs.symbols
    for (name, shape) in inputs.values {
      guard values.updateValue(GraphValue(shape: shape), forKey: name) == nil else {
        throw InputError("a second input \(ONNXText.quoted(name))", file: model.file)
      }
      try check(shape, "graph.input \(ONNXText.quoted(name))")
    }
    // What a file says of shapes holds for the inputs it was made for.
    guard inputShapes.shapes.isEmpty else { return }
    for value in model.values where stated[value.name] == nil { stated[value.name] = value }
  }

  private mutating func visit(_ node: ONNXNode) throws(InputError) {
    let place = node.place
    guard !node.operatorName.isEmpty else {
      throw InputError("has no operator", file: model.file, path: place)
    }
    var inputs: [GraphValue?] = []
    for name in node.inputs { inputs.append(try value(name, of: node)) }
    let context = NodeContext(node: node, inputs: inputs, operatorSet: model.operatorSet)
    let isOwn = node.domain.isEmpty || node.domain == "com.microsoft"
    let rule = isOwn ? OperatorRules.byName[node.operatorName] : nil
    var result = NodeResult([])
    do throws(OperatorFault) {
      guard let rule else {
        throw OperatorFault.unknown("\(place) is not supported")
      }
      result = try rule.apply(context)
    } catch {
      switch error {
      case .wrong(let message):
        throw InputError(message, file: model.file, path: place)
      case .unknown(let cause):
        result.outputs = node.outputs.map { _ in GraphValue(unknown: cause) }
        result.refusal = "the shape of its operands is not known: \(cause)"
        if case .layer? = rule?.effect { try unknown(node, cause) }
      }
    }
    try count(node, rule, result, isConstant: Self.isConstant(inputs))
    try keep(result.outputs, of: node, isConstant: Self.isConstant(inputs))
  }

  /// A layer whose operands have no known shape ends the import, unless something unsupported that
  /// is reported anyway is the cause.
  private func unknown(_ node: ONNXNode, _ cause: String) throws(InputError) {
    guard network.unsupported.isEmpty else { return }
    throw InputError(
      "the shape of its operands is not known: \(cause)", file: model.file, path: node.place)
  }

  private func value(_ name: String, of node: ONNXNode) throws(InputError) -> GraphValue? {
    guard !name.isEmpty else { return nil }
    if let known = values[name] { return known }
    let shown = ONNXText.quoted(name)
    guard let maker = makers[name] else {
      throw InputError(
        "uses \(shown), which nothing makes", file: model.file, path: node.place)
    }
    throw InputError(
      maker == node.index
        ? "uses its own result \(shown)"
        : "uses \(shown), which \(model.nodes[maker].place) makes only later: the nodes are out of "
          + "order or form a circle",
      file: model.file, path: node.place)
  }

  /// Adds a layer, or says what becomes of a node that is none.
  private mutating func count(
    _ node: ONNXNode, _ rule: OperatorRule?, _ result: NodeResult, isConstant: Bool
  ) throws(InputError) {
    guard let rule else {
      network.refuse(
        shown(node), "not an operator that the import knows", at: node.place, macs: nil)
      return
    }
    switch rule.effect {
    case .fused: fused[node.operatorName, default: 0] += 1
    case .inexpressible(let reason):
      network.refuse(shown(node), reason, at: node.place, macs: result.macs)
    case .layer where isConstant:
      fused["\(node.operatorName) of constants", default: 0] += 1
    case .layer:
      if let refusal = result.refusal {
        network.refuse(node.operatorName, refusal, at: node.place, macs: result.macs)
      } else if let layer = result.layer {
        try add(layer, result, node)
      }
    }
  }

  private mutating func add(
    _ layer: LayerSpec, _ result: NodeResult, _ node: ONNXNode
  ) throws(InputError) {
    let name = network.freeName(layerName(node, weights: result.weightInput))
    let spec = LayerSpec(
      name: name, operator: layer.operator, input: layer.input,
      outputChannels: layer.outputChannels, kernel: layer.kernel, stride: layer.stride,
      padding: layer.padding, groups: layer.groups)
    do {
      _ = try Workload.layer(spec, at: "layer")
    } catch {
      throw InputError("\(error.path): \(error.message)", file: model.file, path: node.place)
    }
    network.layers.append(ImportedNetwork.Layer(spec: spec, weights: result.weights))
  }

  /// The stem of the weights' name, `layer1.0.conv1` of `layer1.0.conv1.weight`; else the node's
  /// name, its slashes as dots; else operator and number.
  private func layerName(_ node: ONNXNode, weights index: Int) -> String {
    let operand = index < node.inputs.count ? node.inputs[index] : ""
    let ending = ".weight"
    if operand.hasSuffix(ending), operand != ending {
      return Self.dotted(String(operand.dropLast(ending.count)))
    }
    let dotted = Self.dotted(node.name)
    return dotted.isEmpty ? "\(node.operatorName.lowercased())_\(node.index)" : dotted
  }

  private static func dotted(_ name: String) -> String {
    name.split(separator: "/").joined(separator: ".")
  }

  private func shown(_ node: ONNXNode) -> String {
    let name = ONNXText.quoted(node.operatorName).dropFirst().dropLast()
    return node.domain.isEmpty
      ? String(name) : "\(ONNXText.quoted(node.domain).dropFirst().dropLast()).\(name)"
  }

  /// Keeps a node's results, checked against what the file says of them.
  private mutating func keep(
    _ outputs: [GraphValue], of node: ONNXNode, isConstant: Bool
  ) throws(InputError) {
    for (index, name) in node.outputs.enumerated() where !name.isEmpty {
      var value = index < outputs.count ? outputs[index] : GraphValue(shape: nil)
      if isConstant, value.constant == nil {
        value.constant = ImportedTensor(source: nil)
      }
      if let shape = value.shape { try check(shape, node.place) }
      // What a graph adds up to is bounded, however short its file is.
      if value.integers.map({ $0.count > ONNXTensor.mostIntegers }) == true { value.integers = nil }
      if let stated = stated[name] { value.shape = try agreed(value.shape, stated, node) }
      guard values.updateValue(value, forKey: name) == nil else {
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
    guard known.count == inferred.count, zip(known, inferred).allSatisfy({ $0 ?? $1 == $1 }) else {
      let text = known.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")
      throw InputError(
        "gives \(inferred), but \(stated.path) says [\(text)]", file: model.file, path: node.place)
    }
    return inferred
  }

  private func check(_ shape: [Int], _ place: String) throws(InputError) {
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
      throw Self.located(error, model.file, place)
    }
  }

  /// Whether a node's result does not depend on the model's inputs.
  private static func isConstant(_ inputs: [GraphValue?]) -> Bool {
    let given = inputs.compactMap { $0 }
    return !given.isEmpty && given.allSatisfy { $0.constant != nil }
  }

  private static func located(_ fault: OperatorFault, _ file: String, _ path: String) -> InputError
  {
    switch fault {
    case .wrong(let message), .unknown(let message): InputError(message, file: file, path: path)
    }
  }
}
