internal import Components
internal import Documents
internal import Inputs
internal import Serving
internal import Units

/// The cut-offs of one gate: what can be chosen, and what each choice says of every sample.
private struct GateChoices {
  let node: Int
  let words: [String]
  let gates: [Gate]
}

extension GraphExperiment {
  /// Cut-offs of gates with tensors in a graph of any shape, every combination walked sample by sample.
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
    let count = choices.reduce(1.0) { $0 * Double($1.gates.count) }
    let work = count * Double(samples * graph.nodes.count)
    guard work <= 1e9 else {
      throw file.error(
        SpecError(
          file.has("tune.steps") ? "tune.steps" : "tune",
          "\(count.plain) settings of \(samples) samples and \(graph.nodes.count) nodes are too many, "
            + "expected a product of at most 1e9"))
    }
    guard !isCheck else { return [] }
    return try searched(choices, Int(count), tune, tried)
  }

  private func searched(
    _ choices: [GateChoices], _ count: Int, _ tune: TuneSpec, _ tried: TriedSettings
  ) throws(InputError) -> [TuningDocument.Setting] {
    let prices = try prices()
    let (time, bytes) = (
      tune.budget?.latency?.seconds ?? .infinity, tune.budget?.byteSeconds ?? .infinity
    )
    func words(_ picks: [Int]) -> String {
      zip(choices, picks).map { $0.words[$1] }.joined(separator: ", ")
    }
    var best: (picks: [Int], outlook: GraphOutlook)?
    var least = Double.infinity
    for number in 0..<count {
      var rest = number
      let picks = choices.map { choice in
        defer { rest /= choice.gates.count }
        return rest % choice.gates.count
      }
      guard let outlook = outlook(choices, picks, prices) else { continue }
      tried.note(outlook.workSeconds, worst: outlook.worstWorkSeconds, score: outlook.accuracy) {
        words(picks)
      }
      least = min(least, outlook.workSeconds)
      let isWithin = outlook.workSeconds <= time && outlook.byteSeconds ?? 0 <= bytes
      guard isWithin, let own = outlook.accuracy else { continue }
      let known = best?.outlook
      let (score, cost) = (known?.accuracy ?? -1, known?.workSeconds ?? .infinity)
      if own > score || own == score && outlook.workSeconds < cost { best = (picks, outlook) }
    }
    guard let best else {
      throw file.error(
        SpecError(
          file.has("tune.budget") ? "tune.budget" : "tune",
          "no setting keeps it and has an accuracy: the least work is \(SimulationTime(seconds: least))"
        ))
    }
    var found = [document(best.outlook, words(best.picks), "best")]
    if let given = GraphOutlook(graph, prices: prices) {
      found.append(document(given, "as the scenario says", "given"))
    }
    return found
  }

  /// The graph with a choice for each gate, walked.
  private func outlook(
    _ choices: [GateChoices], _ picks: [Int], _ prices: [NodePrice]
  ) -> GraphOutlook? {
    var nodes = graph.nodes
    for (choice, pick) in zip(choices, picks) {
      let old = nodes[choice.node]
      nodes[choice.node] = TaskGraph.Node(
        old.name, row: old.row, kind: old.kind, gate: choice.gates[pick], accuracy: old.accuracy,
        correct: old.correct)
    }
    return GraphOutlook(graph.replacing(nodes: nodes), prices: prices)
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
