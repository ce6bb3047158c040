internal import Components
internal import Documents
internal import Inputs
internal import Serving
internal import Units

extension GraphExperiment {
  /// Which models an ensemble has, under a bound of its latency.
  func ensemble(
    _ tune: TuneSpec, _ tried: TriedSettings, isCheck: Bool
  ) throws(InputError) -> [TuningDocument.Setting] {
    guard graph.edges.isEmpty else {
      throw file.error(
        SpecError("tune.kind", "expected a graph without edges, whose nodes all run at once"))
    }
    guard graph.nodes.count <= EnsembleComposer.mostModels else {
      throw file.error(
        SpecError(
          "tune.kind",
          "expected at most \(EnsembleComposer.mostModels) nodes, found \(graph.nodes.count)"))
    }
    guard let name = tune.scores else {
      throw file.error(
        SpecError("tune", "missing key `scores`, an HDF5 file with a dataset for each node"))
    }
    var tensors = GateTensors(folder: folder, file: file)
    let labels = try tensors.flags(
      tune.labels ?? "labels", in: name, file.has("tune.labels") ? "tune.labels" : "tune.scores",
      fileKey: "tune.scores")
    guard labels.contains(true), labels.contains(false) else {
      throw file.error(
        SpecError("tune.scores", "all labels are alike, expected at least one 0 and one 1"))
    }
    var scores: [[Double]] = []
    for (index, node) in graph.nodes.enumerated() {
      let own = try tensors.values(
        node.name, in: name, "graph.nodes[\(index)].name", fileKey: "tune.scores")
      guard own.count == labels.count else {
        throw file.error(
          SpecError(
            "graph.nodes[\(index)].name",
            "`\(node.name)` has \(own.count) samples, expected \(labels.count), as the labels"))
      }
      scores.append(own)
    }
    let services = try prices().map { SimulationTime(seconds: $0.seconds).count }
    let arrivals = try arrivalTimes()
    guard !isCheck else { return [] }
    let sharesDevice = tune.queues == .one
    let limit = tune.budget?.latency
    let longest = limit.map { Self.longestService(arrivals, within: $0) } ?? Int.max
    let composer = EnsembleComposer(scores: scores, labels: labels) { set in
      Self.service(set, services, sharesDevice) <= longest
    }
    func bound(_ set: Int) -> Double {
      Self.bound(arrivals, service: Self.service(set, services, sharesDevice))
    }
    func words(_ choice: EnsembleComposer.Choice) -> String {
      choice.models.map { graph.nodes[$0].name }.joined(separator: " + ")
    }
    var bounds: [Int: Double] = [:]
    func note(_ choice: EnsembleComposer.Choice) {
      let service = Self.service(choice.set, services, sharesDevice)
      let own = bounds[service] ?? bound(choice.set)
      if bounds.count < 1 << 16 { bounds[service] = own }
      tried.note(own, worst: nil, score: choice.score) { words(choice) }
    }
    let noting: (EnsembleComposer.Choice) -> Void =
      tried.isWriting ? note : { _ in tried.count += 1 }
    // The search compares sums of single precision; what is reported is exact.
    func document(_ choice: EnsembleComposer.Choice, _ role: String) -> TuningDocument.Setting {
      let sums = labels.indices.map { sample in
        choice.models.reduce(0.0) { $0 + scores[$1][sample] }
      }
      return TuningDocument.Setting(
        setting: words(choice), role: role, costS: bound(choice.set), worstS: nil,
        score: RankCurve.area(scores: sums, labels: labels))
    }
    let method = tune.method ?? .exhaustive
    let best =
      switch method {
      case .exhaustive: composer.exhaustive(tried: noting)
      case .greedy: composer.greedy(tried: noting)
      case .genetic: composer.genetic(seed: spec.allSeeds[0], tried: noting)
      }
    guard let best else {
      throw overBudget("latency", least: graph.nodes.indices.map { bound(1 << $0) }.min() ?? 0)
    }
    var found = [document(best, "best")]
    if method != .greedy, let own = composer.greedy() { found.append(document(own, "greedy")) }
    if method == .exhaustive, let own = composer.genetic(seed: spec.allSeeds[0]) {
      found.append(document(own, "genetic"))
    }
    if let all = composer.choice((1 << graph.nodes.count) - 1) {
      found.append(document(all, "all"))
    }
    return found
  }

  /// When queries of the first seed arrive.
  private func arrivalTimes() throws(InputError) -> [SimulationTime] {
    var arrivals = self.arrivals
    guard arrivals.population == nil else {
      throw file.error(
        SpecError(
          "arrivals.kind",
          "the bound of an ensemble's latency needs arrivals that do not wait for answers"))
    }
    arrivals.start(seed: UInt64(spec.allSeeds[0]), name: "arrivals")
    var found: [SimulationTime] = []
    var last = SimulationTime(0)
    while found.count < min(spec.options.queries, 1_000_000),
      let next = arrivals.next(after: last), next < .limit
    {
      found.append(next)
      last = next
    }
    return found
  }

  /// The service time of a set in the queue that decides: the slowest model's, or that of all together.
  static func service(_ set: Int, _ services: [Int], _ sharesDevice: Bool) -> Int {
    var own = 0
    for model in services.indices where set >> model & 1 == 1 {
      own = sharesDevice ? own + services[model] : max(own, services[model])
    }
    return own
  }

  /// No query waits and is served longer: the network calculus bound of first come, first served.
  private static func bound(_ arrivals: [SimulationTime], service: Int) -> Double {
    var bound = NetworkCalculusBound(serviceTime: SimulationTime(max(service, 1)))
    for time in arrivals { bound.record(arrival: time) }
    return bound.seconds
  }

  /// The longest service with which the bound keeps a limit, to the picosecond; the bound rises with it.
  private static func longestService(_ arrivals: [SimulationTime], within limit: SimulationTime)
    -> Int
  {
    var (low, high) = (0, limit.count)
    while low < high {
      let middle = low + (high - low + 1) / 2
      var bound = NetworkCalculusBound(serviceTime: SimulationTime(middle))
      for time in arrivals { bound.record(arrival: time) }
      if bound.picoseconds <= Int128(limit.count) { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
