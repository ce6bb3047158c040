internal import Components
internal import Inputs
internal import Networks

/// What becomes of the nodes of a graph.
extension GraphImport {
  /// Adds what a node becomes, or says what becomes of one that is nothing; gives what its steps write.
  mutating func count(
    _ node: ONNXNode, _ rule: OperatorRule?, _ result: NodeResult, _ inputs: [GraphValue?],
    isConstant: Bool
  ) throws(InputError) -> [GraphDraft.Place?] {
    let weights = inputs.dropFirst().compactMap { $0?.constant?.source?.count }.max() ?? 0
    let name = shown(node)
    guard let rule else {
      let reason = "not an operator that the import knows"
      network.refuse(name, reason, at: node.place, macs: nil)
      network.count(name) { $0.leaveOut(macs: nil, weights: weights) }
      return []
    }
    func refuse(_ reason: String) {
      let macs = result.macs.flatMap { NodeContext.count([$0, turns]) }
      network.refuse(name, reason, at: node.place, macs: macs)
      network.count(name) { $0.leaveOut(macs: macs, weights: weights) }
    }
    let isNothing = result.steps.isEmpty || isConstant
    switch rule.effect {
    case .fused where isNothing:
      network.fuse(node.operatorName)
      network.count(name) { $0.fused += 1 }
    case .inexpressible(let reason): refuse(reason)
    case .layer where isConstant, .layer where result.macs == 0:
      let what = isConstant ? "of constants" : "of no elements"
      network.fuse("\(node.operatorName) \(what)")
      network.count(name) { $0.fused += 1 }
    case .layer where result.refusal != nil: refuse(result.refusal ?? "")
    case .layer where isNothing:
      network.fuse(node.operatorName)
      network.count(name) { $0.fused += 1 }
    case .fused, .layer:
      let isLayer = if case .layer = rule.effect { true } else { false }
      do throws(SpecError) {
        return try emit(result, node, name)
      } catch {
        guard isLayer else {
          network.fuse(node.operatorName)
          network.count(name) { $0.fused += 1 }
          return []
        }
        refuse(error.message)
      }
    }
    return []
  }

  /// Adds the steps of a node to the workload, unless one of them cannot read what it should.
  private mutating func emit(
    _ result: NodeResult, _ node: ONNXNode, _ operation: String
  ) throws(SpecError) -> [GraphDraft.Place?] {
    var steps: [WorkStep] = []
    for step in result.steps { steps.append(try step.repeated(turns)) }
    try WorkStep.check(steps)
    let before = draft.entries.count
    var places: [GraphDraft.Place?] = []
    for step in steps {
      var reads: [GraphDraft.Place] = []
      let isFree = step.kind is FullyConnected
      for read in step.reads {
        reads.append(try place(read, places, node, underAnyExtents: isFree))
      }
      places.append(
        try draft.add(
          step.kind, named: stepName(step, node), reads: reads, weights: step.weights))
      if let source = step.weights?.source, let layer = draft.entries.last?.layer,
        !used.insert("\(source.path) \(step.suffix)").inserted
      {
        network.shareWeights(layer.storedWeights)
      }
    }
    let made = draft.entries[before...].filter { $0.kind != Reshape.kind }
    network.count(operation) { count in
      count.kept += 1
      for entry in made { count.add(entry) }
    }
    if turns > 1 { network.note("\(node.place): counted for \(turns) turns of its loop") }
    if let note = result.note { network.note("\(node.place): \(note)") }
    return places
  }

  /// What a step reads: an operand where it lies, under other extents where it has as many elements,
  /// else a map that is there from the beginning.
  private mutating func place(
    _ read: WorkStep.Read, _ steps: [GraphDraft.Place?], _ node: ONNXNode,
    underAnyExtents isFree: Bool
  ) throws(SpecError) -> GraphDraft.Place {
    switch read {
    case .state(let name, let extents):
      return draft.addInput("\(Self.dotted(nodeName(node))).\(name)", extents)
    case .step(let index, let extents):
      guard let place = steps[index] else { throw SpecError("from", "reads nothing") }
      return place.extents == extents ? place : try draft.reshape(place, to: extents)
    case .operand(let index, let extents):
      let name = node.inputs[index]
      let scope = scope(of: name)
      if let place = scope.flatMap({ scopes[$0].values[name]?.place }),
        place.elements == extents.reduce(1, *)
      {
        return isFree || place.extents == extents
          ? place : try draft.reshape(place, to: extents)
      }
      let place = draft.addInput(Self.dotted(name), extents)
      if let scope { scopes[scope].values[name]?.place = place }
      return place
    }
  }

  /// Says where a node's results lie.
  func place(
    _ result: inout NodeResult, _ steps: [GraphDraft.Place?], _ inputs: [GraphValue?],
    isConstant: Bool
  ) {
    for index in result.outputs.indices { result.outputs[index].place = nil }
    guard !isConstant else { return }
    if steps.isEmpty, result.sources == nil || !result.steps.isEmpty {
      // The first operand with as many elements stands for a result that nothing is done for.
      guard result.refusal == nil, let shape = result.outputs.first?.shape else { return }
      let elements = shape.reduce(1.0) { $0 * Double($1) } * Double(turns)
      result.outputs[0].place =
        inputs.lazy.compactMap { $0?.constant == nil ? $0?.place : nil }
        .first { Double($0.elements) == elements }
      return
    }
    for (index, source) in (result.sources ?? []).enumerated() where index < result.outputs.count {
      switch source {
      case .nowhere: break
      case .operand(let operand): result.outputs[index].place = inputs[operand]?.place
      case .step(let step): result.outputs[index].place = step < steps.count ? steps[step] : nil
      }
    }
  }

  /// The stem of the weights' name, `layer1.0.conv1` of `layer1.0.conv1.weight`; else the node's
  /// name, its slashes as dots; else operator and number.
  private func stepName(_ step: WorkStep, _ node: ONNXNode) -> String {
    let ending = ".weight"
    let operand = step.weightInput.map { $0 < node.inputs.count ? node.inputs[$0] : "" } ?? ""
    let behind = step.suffix.isEmpty ? "" : ".\(step.suffix)"
    if operand.hasSuffix(ending), operand != ending {
      return Self.dotted(String(operand.dropLast(ending.count))) + behind
    }
    return Self.dotted(nodeName(node)) + behind
  }

  private func nodeName(_ node: ONNXNode) -> String {
    let dotted = Self.dotted(node.name)
    return dotted.isEmpty ? "\(node.operatorName.lowercased())_\(node.index)" : dotted
  }

  static func dotted(_ name: String) -> String {
    name.split(separator: "/").joined(separator: ".")
  }

  func shown(_ node: ONNXNode) -> String {
    let name = ONNXText.quoted(node.operatorName).dropFirst().dropLast()
    return Self.isOwn(node.domain)
      ? String(name) : "\(ONNXText.quoted(node.domain).dropFirst().dropLast()).\(name)"
  }
}
