internal import Components
internal import Documents
internal import Inputs
internal import Serving
internal import Units

extension GraphExperiment {
  /// The thresholds of a chain, every combination judged over the samples.
  func thresholds(
    _ tune: TuneSpec, _ tried: TriedSettings, isCheck: Bool
  ) throws(InputError) -> [TuningDocument.Setting] {
    let chain = try chain()
    let prices = try prices()
    var tensors = GateTensors(folder: folder, file: file)
    var stages: [ThresholdSweep.Stage] = []
    for (place, node) in chain.enumerated() {
      let key = "graph.nodes[\(node)].gate"
      let isLast = place == chain.count - 1
      guard let tensor = spec.graph.nodes[node].gate?.tensor, let correct = tensor.correct,
        isLast || tensor.confidence != nil
      else {
        throw file.error(
          SpecError(
            file.has(key) ? key : "graph.nodes[\(node)]",
            "thresholds are searched over samples: expected `tensor` with `correct`"
              + (isLast ? "" : ", `confidence` and `threshold`")))
      }
      var confidence: [Double] = []
      if !isLast, let name = tensor.confidence {
        confidence = try tensors.values(
          name, in: tensor.file, "\(key).tensor.confidence", fileKey: "\(key).tensor.file")
        if let sample = confidence.firstIndex(where: { !(0...1).contains($0) }) {
          throw file.error(
            SpecError(
              "\(key).tensor.confidence",
              "sample \(sample) is \(confidence[sample]), expected 0 to 1 where thresholds are searched"
            ))
        }
      }
      stages.append(
        ThresholdSweep.Stage(
          cost: prices[node].seconds, confidence: confidence,
          correct: try tensors.flags(
            correct, in: tensor.file, "\(key).tensor.correct", fileKey: "\(key).tensor.file")))
    }
    let steps = tune.steps ?? 100
    let grid = (0...steps).map { Double($0) / Double(steps) }
    var cells = 1.0
    for _ in chain.dropLast() { cells *= Double(steps + 3) }
    guard cells <= Double(ThresholdSweep.mostCells) else {
      throw file.error(
        SpecError(
          file.has("tune.steps") ? "tune.steps" : "tune",
          "\(steps) steps of \(chain.count - 1) gates are too many settings, expected (steps + 3)^gates "
            + "up to \(ThresholdSweep.mostCells)"))
    }
    guard !isCheck else { return [] }
    let sweep = ThresholdSweep(stages, grids: chain.dropLast().map { _ in grid })
    func words(_ number: Int) -> String {
      zip(chain, sweep.setting(number).thresholds).map {
        "\(spec.graph.nodes[$0].name) \(grid[$1])"
      }.joined(separator: ", ")
    }
    sweep.forEach { number, cost, accuracy in
      tried.note(cost, worst: nil, score: accuracy) { words(number) }
    }
    func document(_ setting: ThresholdSweep.Setting, _ role: String) -> TuningDocument.Setting {
      TuningDocument.Setting(
        setting: zip(chain, setting.thresholds).map {
          "\(spec.graph.nodes[$0].name) \(grid[$1])"
        }.joined(separator: ", "), role: role, costS: setting.cost, worstS: nil,
        score: setting.accuracy)
    }
    let limit = tune.budget?.latency?.seconds ?? .infinity
    let front = sweep.front()
    guard let best = sweep.best(within: limit) else {
      throw overBudget("latency", least: front.first?.cost ?? 0)
    }
    // A picture of the front for people: as many of its settings as a table shows well.
    let stride = max(1, front.count / 20)
    let shown = front.enumerated().filter {
      $0.offset % stride == 0 || $0.offset == front.count - 1
    }
    return [document(best, "best")] + shown.map { document($0.element, "front") }
  }

  /// The order of the models of a chain in front of its last one.
  func order(
    _ tune: TuneSpec, _ tried: TriedSettings, isCheck: Bool
  ) throws(InputError) -> [TuningDocument.Setting] {
    let chain = try chain()
    let models = Array(chain.dropLast())
    guard models.count <= CascadeOrder.mostModels else {
      throw file.error(
        SpecError(
          "tune.kind",
          "expected at most \(CascadeOrder.mostModels) models before the last, found \(models.count)"
        ))
    }
    let costs = try prices().map(\.seconds)
    let nodes = graph.nodes
    let limit = tune.budget?.worst?.seconds ?? .infinity
    let cost: @Sendable (Int, Int?) -> Double = { model, _ in costs[chain[model]] }
    let isUnknown = models.compactMap { node -> [Bool]? in
      guard case .samples(let all) = nodes[node].gate else { return nil }
      return all.map { $0 == .unknown }
    }
    let rates = models.compactMap { node -> Double? in
      guard case .rate(let rate) = nodes[node].gate else { return nil }
      return rate
    }
    let orders: CascadeOrder
    if isUnknown.count == models.count {
      orders = CascadeOrder(isUnknown: isUnknown, deadline: limit, cost: cost)
    } else if rates.count == models.count {
      orders = CascadeOrder(rates: rates, deadline: limit, cost: cost)
    } else {
      throw file.error(
        SpecError("tune.kind", "expected gates that all have a `rate`, or all a `tensor`"))
    }
    guard !isCheck else { return [] }
    func document(_ choice: CascadeOrder.Choice, _ role: String) -> TuningDocument.Setting {
      TuningDocument.Setting(
        setting: words(choice, chain), role: role, costS: choice.expectedCost,
        worstS: choice.worstCost, score: accuracy(of: choice.models.map { chain[$0] }, chain))
    }
    guard let best = orders.shortestPath() else {
      throw overBudget("worst", least: costs[chain[models.count]])
    }
    var found = [document(best, "best")]
    if let own = orders.greedy() {
      tried.note(own.expectedCost, worst: own.worstCost, score: nil) { words(own, chain) }
      found.append(document(own, "greedy"))
    }
    if let given = orders.choice(Array(models.indices)) { found.append(document(given, "given")) }
    // All orders of few models, each tried; of more the shortest path alone.
    if models.count <= 7 {
      func extend(_ order: [Int]) {
        if let own = orders.choice(order) {
          tried.note(own.expectedCost, worst: own.worstCost, score: nil) { words(own, chain) }
        }
        for model in models.indices where !order.contains(model) { extend(order + [model]) }
      }
      extend([])
    } else {
      tried.note(best.expectedCost, worst: best.worstCost, score: nil) { words(best, chain) }
    }
    return found
  }

  private func words(_ choice: CascadeOrder.Choice, _ chain: [Int]) -> String {
    (choice.models.map { chain[$0] } + chain.suffix(1)).map { graph.nodes[$0].name }
      .joined(separator: " > ")
  }

  /// The share of right answers of an order over the samples; nil where nobody says.
  private func accuracy(of order: [Int], _ chain: [Int]) -> Double? {
    guard let samples = graph.samples, let last = chain.last else { return nil }
    let walked = order + [last]
    guard walked.allSatisfy({ graph.nodes[$0].correct.count == samples }) else { return nil }
    var right = 0
    for sample in 0..<samples {
      let answering = order.first { node in
        guard case .samples(let all) = graph.nodes[node].gate else { return true }
        return all[sample] == .answered
      }
      if graph.nodes[answering ?? last].correct[sample] { right += 1 }
    }
    return Double(right) / Double(samples)
  }
}
