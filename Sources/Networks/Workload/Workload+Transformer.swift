public import Components
internal import Inputs

extension Workload {
  /// The transformer of a file with what it does unless someone says otherwise; nil where something is
  /// wrong with it.
  static func transformer(_ spec: WorkloadSpec, _ reading: SpecReading) -> TransformerIteration? {
    guard let given = spec.transformer else { return nil }
    for (key, isThere) in [
      ("layers", spec.layers != nil), ("supernet", spec.supernet != nil),
      ("subnets", spec.subnets != nil), ("input", spec.input != nil),
      ("inputs", spec.inputs != nil),
      ("outputs", spec.outputs != nil), ("blocks", spec.blocks != nil),
      ("connected", spec.connected != nil), ("left_out", spec.leftOut != nil),
    ] {
      reading.expect(!isThere, key, "a workload with `transformer` has none, leave it out")
    }
    guard !reading.faults.isBroken("transformer") else { return nil }
    let faults = Transformer.faults(of: given)
    for fault in faults {
      reading.check([]) { () throws(SpecError) in throw below("transformer", fault) }
    }
    guard faults.isEmpty, !reading.faults.isBroken("iteration") else { return nil }
    let made = reading.check([]) { () throws(SpecError) in
      do throws(SpecError) {
        let model = Transformer(checked: given)
        return try TransformerIteration(
          model, try Iteration(spec.iteration ?? IterationSpec(), of: model))
      } catch {
        throw spec.iteration == nil ? SpecError("", error.message) : below("iteration", error)
      }
    }
    if let made {
      check(
        fullPrecision: spec.fullPrecision, against: made.graph.layers.map(\.name), "transformer",
        reading)
    }
    return made
  }

  private static func below(_ key: String, _ fault: SpecError) -> SpecError {
    SpecError(fault.path.isEmpty ? key : "\(key).\(fault.path)", fault.message)
  }

  /// What the transformer does as `spec` asks, and its network.
  ///
  /// - Throws: `SpecError` about a value of `spec`, by its key.
  public func iteration(
    _ spec: IterationSpec
  ) throws(SpecError) -> (iteration: TransformerIteration, network: Network)? {
    guard let model = transformer?.model else { return nil }
    let made = try TransformerIteration(model, try Iteration(spec, of: model))
    return (made, Network(made, named: self.spec.name))
  }
}

extension Network {
  /// The network of an iteration.
  package init(_ iteration: TransformerIteration, named name: String) {
    self.init(name: name, subnet: nil, graph: iteration.graph)
  }
}
