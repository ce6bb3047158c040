internal import Inputs

/// Graphs within a graph: branches, bodies of loops, and functions.
extension GraphImport {
  /// Most functions and graphs within one another.
  private static let mostDepth = 32

  /// Walks nodes within the innermost scope, which is left behind.
  private mutating func walk(
    _ nodes: [ONNXNode], outputs: [String], at place: String
  ) throws(InputError) -> [GraphValue] {
    depth += 1
    guard depth <= Self.mostDepth else {
      throw InputError(
        "more than \(Self.mostDepth) functions and graphs within one another", file: model.file,
        path: place)
    }
    for node in nodes { try visit(node) }
    var results: [GraphValue] = []
    for name in outputs {
      guard let scope = scope(of: name), let value = scopes[scope].values[name] else {
        throw InputError(
          "its graph gives \(ONNXText.quoted(name)), which nothing makes", file: model.file,
          path: place)
      }
      results.append(value)
    }
    scopes.removeLast()
    depth -= 1
    return results
  }

  /// Walks a function's nodes in the place of a node that calls it.
  mutating func call(
    _ function: ONNXFunction, _ node: ONNXNode, _ inputs: [GraphValue?]
  ) throws(InputError) {
    var scope = Scope()
    scope.isFunction = true
    for (index, name) in function.inputs.enumerated() where index < inputs.count {
      if let value = inputs[index] { scope.values[name] = value }
    }
    for inner in function.nodes {
      for output in inner.outputs where scope.makers[output] == nil {
        scope.makers[output] = inner.place
      }
    }
    scopes.append(scope)
    // An operand that is left out is nothing within as well.
    let absent = Set(function.inputs.filter { scope.values[$0] == nil })
    let body = function.nodes.map {
      $0.resolved(node, defaults: function.defaults).leaving(out: absent)
    }
    let results = try walk(body, outputs: function.outputs, at: node.place)
    network.count(shown(node)) { $0.called += 1 }
    try keep(results, of: node, isConstant: false)
  }

  /// `If`, `Loop` and `Scan`.
  mutating func control(_ node: ONNXNode, _ inputs: [GraphValue?]) throws(InputError) {
    if node.operatorName == "If" { return try branch(node, inputs) }
    guard case .graph(let body)? = node.attribute("body") else {
      throw InputError("attribute `body`: expected a graph", file: model.file, path: node.place)
    }
    try loop(node, body, inputs)
  }

  private mutating func branch(
    _ node: ONNXNode, _ inputs: [GraphValue?]
  ) throws(InputError) {
    guard case .graph(let yes)? = node.attribute("then_branch"),
      case .graph(let no)? = node.attribute("else_branch")
    else {
      throw InputError(
        "attributes `then_branch` and `else_branch`: expected graphs", file: model.file,
        path: node.place)
    }
    if let condition = inputs.first??.integers?.first {
      let taken = condition != 0 ? "then_branch" : "else_branch"
      network.infer("\(node.place): its condition is known, `\(taken)` is taken")
      let results = try walk(condition != 0 ? yes : no, node)
      network.count(shown(node)) { $0.called += 1 }
      return try keep(results, of: node, isConstant: false)
    }
    // Nobody knows the condition: the branch with more work, the other one where that cannot be.
    let (first, second) = no.products > yes.products ? (no, yes) : (yes, no)
    let name = no.products > yes.products ? "else_branch" : "then_branch"
    let other = name == "then_branch" ? "else_branch" : "then_branch"
    let saved = self
    do throws(InputError) {
      let results = try walk(first, node)
      if first.products > 0 {
        network.infer(
          "\(node.place): its condition is computed while running; `\(name)` is taken, which has "
            + "\(counted(first.products)), `\(other)` has \(second.products)")
      }
      network.count(shown(node)) { $0.called += 1 }
      try keep(results, of: node, isConstant: false)
    } catch {
      self = saved
      guard first.products == 0 else { throw error }
      let cause = "\(node.place): its condition is computed while running"
      network.fuse("If")
      network.count(shown(node)) { $0.fused += 1 }
      try keep(node.outputs.map { _ in GraphValue(unknown: cause) }, of: node, isConstant: false)
    }
  }

  private func counted(_ products: Int) -> String {
    products == 1 ? "1 product" : "\(products) products"
  }

  private mutating func walk(
    _ graph: ONNXGraph, _ node: ONNXNode
  ) throws(InputError) -> [GraphValue] {
    try enter(graph)
    return try walk(graph.nodes, outputs: graph.outputs.map(\.name), at: node.place)
  }

  /// What a loop is to the walk.
  private struct Turns {
    /// How often its body is carried out, nil where that is not known.
    let count: Int?
    /// What its body reads, in the order of the body's inputs.
    let inputs: [GraphValue]
    /// The body's results that begin the list of the node's: those of the conditions are none.
    let skipped: Int
    /// How many of the results are handed on from turn to turn; the others are stacked.
    let carried: Int
    /// Which of the inputs each of those is.
    let first: Int
    /// Where each stacked result has the turns.
    let axes: [Int]
  }

  private mutating func loop(
    _ node: ONNXNode, _ body: ONNXGraph, _ inputs: [GraphValue?]
  ) throws(InputError) {
    let turns = try node.operatorName == "Loop" ? plain(body, inputs) : scan(node, body, inputs)
    let products = body.products
    let reason = "how often it turns is not known"
    guard let count = turns.count, count > 0 || products == 0 else {
      if products > 0, turns.count == nil {
        network.refuse(shown(node), reason, at: node.place, macs: nil)
        network.count(shown(node)) { $0.leaveOut(macs: nil, weights: 0) }
      } else {
        network.fuse(node.operatorName)
        network.count(shown(node)) { $0.fused += 1 }
      }
      let cause = "\(node.place): \(reason)"
      return try keep(
        node.outputs.map { _ in GraphValue(unknown: cause) }, of: node, isConstant: false)
    }
    let all = self.turns.multipliedReportingOverflow(by: max(count, 1))
    guard !all.overflow, all.partialValue <= NodeContext.largest else {
      throw InputError("\(count) turns are too many", file: model.file, path: node.place)
    }
    let before = self.turns
    self.turns = all.partialValue
    try enter(body)
    for (input, value) in zip(body.inputs, turns.inputs) {
      scopes[scopes.count - 1].values[input.name] = value
    }
    let results = try walk(body.nodes, outputs: body.outputs.map(\.name), at: node.place)
    self.turns = before
    network.count(shown(node)) { $0.called += 1 }
    if products == 0 { network.fuse(node.operatorName) }
    var outputs: [GraphValue] = []
    for (index, result) in results.dropFirst(turns.skipped).enumerated() {
      var value = GraphValue(shape: result.shape)
      value.cause = result.cause
      if index < turns.carried {
        let place = turns.first + index
        let given = place < turns.inputs.count ? turns.inputs[place].shape : nil
        if given != result.shape {
          value = GraphValue(
            unknown: "\(node.place): its values change their size from turn to turn")
          if products > 0, count > 1, given != nil {
            throw InputError(
              "its values change their size from turn to turn, export it unrolled",
              file: model.file, path: node.place)
          }
        }
      } else if let shape = result.shape {
        let listed = index - turns.carried
        let axis = listed < turns.axes.count ? turns.axes[listed] : 0
        let place = min(max(axis < 0 ? axis + shape.count + 1 : axis, 0), shape.count)
        value.shape = Array(shape[..<place]) + [count] + Array(shape[place...])
      }
      outputs.append(value)
    }
    try keep(outputs, of: node, isConstant: false)
  }

  /// `Loop`: a number of turns and a condition, then what is handed from turn to turn.
  private func plain(_ body: ONNXGraph, _ inputs: [GraphValue?]) -> Turns {
    let trips = inputs.first.flatMap { $0 }?.integers?.first
    let isEndless = trips.map { $0 > NodeContext.largest } ?? true
    let isNever = (inputs.count > 1 ? inputs[1] : nil)?.integers?.first == 0
    let carried = max(0, body.inputs.count - 2)
    let given = inputs.dropFirst(2).prefix(carried).map { value -> GraphValue in
      var value = value ?? GraphValue(shape: nil)
      // The next turn has others.
      value.numbers = nil
      value.constant = nil
      value.place = nil
      return value
    }
    return Turns(
      count: isNever ? 0 : isEndless ? nil : max(0, trips ?? 0),
      inputs: [GraphValue(shape: []), GraphValue(shape: [])] + given, skipped: 1,
      carried: carried, first: 2, axes: [])
  }

  /// `Scan`: states, and values that are taken apart along an axis, one turn each.
  private func scan(
    _ node: ONNXNode, _ body: ONNXGraph, _ inputs: [GraphValue?]
  ) throws(InputError) -> Turns {
    guard case .integer(let scanned)? = node.attribute("num_scan_inputs"),
      scanned >= 1, scanned <= inputs.count
    else {
      throw InputError(
        "attribute `num_scan_inputs`: expected 1 to \(inputs.count)", file: model.file,
        path: node.place)
    }
    func axes(_ name: String) -> [Int] {
      if case .integers(let values)? = node.attribute(name) { values } else { [] }
    }
    let along = axes("scan_input_axes")
    let states = inputs.count - scanned
    var count: Int?
    var given: [GraphValue] = []
    for (index, value) in inputs.enumerated() {
      var own = value ?? GraphValue(shape: nil)
      own.numbers = nil
      own.constant = nil
      own.place = nil
      if index >= states, var shape = own.shape {
        let listed = index - states < along.count ? along[index - states] : 0
        let axis = listed < 0 ? listed + shape.count : listed
        guard shape.indices.contains(axis) else {
          throw InputError(
            "attribute `scan_input_axes`: \(listed) of a value of rank \(shape.count)",
            file: model.file, path: node.place)
        }
        count = shape.remove(at: axis)
        own.shape = shape
      }
      given.append(own)
    }
    return Turns(
      count: count, inputs: given, skipped: 0, carried: states, first: 0,
      axes: axes("scan_output_axes"))
  }
}
