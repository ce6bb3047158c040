internal import Components
internal import Documents
internal import Inputs
internal import Serving
internal import Units

/// The cut-offs of one gate: what can be chosen, and what each choice says of every sample.
struct GateChoices {
  let node: Int
  let words: [String]
  let gates: [Gate]
}

extension GraphExperiment {
  /// Cut-offs of gates with tensors in a graph of any shape, every combination walked sample by sample, or
  /// those of one stage after the other.
  ///
  /// Source of the setting: the hard gates of UnfoldML (NeurIPS 2022), whose cut-offs are a grid search under a
  /// budget of spatio-temporal cost.
  func cutoffs(
    _ tune: TuneSpec, _ tried: TriedSettings, isCheck: Bool
  ) throws(InputError) -> [TuningDocument.Setting] {
    let steps = tune.steps ?? 10
    let grid = (0...steps).map { Double($0) / Double(steps) }
    var tensors = GateTensors(folder: folder, file: file)
    var choices: [GateChoices] = []
    for (node, spec) in spec.graph.nodes.enumerated() {
      guard let tensor = spec.gate?.tensor else { continue }
      let key = "graph.nodes[\(node)].gate.tensor"
      if let name = tensor.confidence {
        let values = try shares(name, in: tensor.file, "\(key).confidence", key, &tensors)
        choices.append(
          GateChoices(
            node: node, words: grid.map { "\(spec.name) \($0)" },
            gates: grid.map { cut in .samples(values.map { $0 < cut ? .unknown : .answered }) }))
      } else if let name = tensor.risk {
        let values = try shares(name, in: tensor.file, "\(key).risk", key, &tensors)
        let pairs = grid.flatMap { low in grid.filter { $0 >= low }.map { (low, $0) } }
        choices.append(
          GateChoices(
            node: node, words: pairs.map { "\(spec.name) \($0.0) to \($0.1)" },
            gates: pairs.map { low, high in
              .samples(values.map { $0 < low ? .ick0 : $0 > high ? .ick1 : .idk })
            }))
      }
    }
    guard !choices.isEmpty, let samples = graph.samples else {
      throw file.error(
        SpecError("tune.kind", "expected gates with a `tensor` that has `confidence` or `risk`"))
    }
    let parts = tune.search == .stages ? stages(of: choices) : [Array(choices.indices)]
    let count = parts.reduce(0.0) { sum, part in
      sum + part.reduce(1.0) { $0 * Double(choices[$1].gates.count) }
    }
    let work = count * Double(samples * graph.nodes.count)
    guard work <= 1e9 else {
      throw file.error(
        SpecError(
          file.has("tune.steps") ? "tune.steps" : "tune",
          "\(count.plain) settings of \(samples) samples and \(graph.nodes.count) nodes are too many, "
            + "expected a product of at most 1e9"))
    }
    let prices = try prices()
    for (key, bytes) in [
      ("byte_seconds", tune.budget?.byteSeconds),
      ("stage_byte_seconds", tune.budget?.stageByteSeconds),
    ] where bytes != nil {
      if let node = prices.firstIndex(where: { $0.byteSeconds == nil }) {
        throw file.error(
          SpecError(
            "tune.budget.\(key)",
            "nobody says how many bytes `\(graph.nodes[node].name)` has resident, leave it out"))
      }
    }
    guard !isCheck else { return [] }
    var search = CutoffSearch(graph, prices, choices, tune.budget)
    var found: [TuningDocument.Setting] = []
    for (number, part) in parts.enumerated() {
      guard let outlook = search.search(part, tried) else {
        let names = part.map { graph.nodes[choices[$0].node].name }.joined(separator: ", ")
        let place = tune.search == .stages ? " of the stage of \(names)" : ""
        throw file.error(
          SpecError(
            file.has("tune.budget") ? "tune.budget" : "tune",
            "no setting\(place) keeps it and has an accuracy: the least work is "
              + "\(SimulationTime(seconds: search.least))"))
      }
      found.append(document(outlook, search.words(part), "stage \(number + 1)"))
    }
    guard let best = search.outlook else { return [] }
    found = (tune.search == .stages ? found : [])
    found.insert(document(best, search.words(Array(choices.indices)), "best"), at: 0)
    if let given = GraphOutlook(graph, prices: prices) {
      found.append(document(given, "as the scenario says", "given"))
    }
    return found
  }

  /// The gates of each stage, in the order of the graph: nodes that pass queries on to one another where they
  /// do not know are one stage.
  private func stages(of choices: [GateChoices]) -> [[Int]] {
    var stage = Array(graph.nodes.indices)
    for edge in graph.edges where edge.condition == .idk || edge.condition == .unknown {
      let (from, to) = (stage[edge.from], stage[edge.to])
      for node in stage.indices where stage[node] == to { stage[node] = from }
    }
    var found: [[Int]] = []
    var done: Set<Int> = []
    for node in graph.order where done.insert(stage[node]).inserted {
      let part = choices.indices.filter { stage[choices[$0].node] == stage[node] }
      if !part.isEmpty { found.append(part) }
    }
    return found
  }

  private func document(
    _ outlook: GraphOutlook, _ words: String, _ role: String
  ) -> TuningDocument.Setting {
    TuningDocument.Setting(
      setting: words, role: role, costS: outlook.workSeconds, worstS: outlook.worstWorkSeconds,
      score: outlook.accuracy)
  }

  /// Values of 0 to 1.
  private func shares(
    _ name: String, in source: String, _ place: String, _ key: String,
    _ tensors: inout GateTensors
  ) throws(InputError) -> [Double] {
    let values = try tensors.values(name, in: source, place, fileKey: "\(key).file")
    if let sample = values.firstIndex(where: { !(0...1).contains($0) }) {
      throw file.error(
        SpecError(
          place,
          "sample \(sample) is \(values[sample]), expected 0 to 1 where cut-offs are searched"))
    }
    return values
  }
}
