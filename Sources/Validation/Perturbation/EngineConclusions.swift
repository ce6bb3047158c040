internal import CostModel
internal import Reports
internal import Studies
internal import Units

/// The engines of `results/plum` on its networks.
enum PLUMEngines {
  static let names = ["plum-dense", "plum-sparse", "plum-repetition", "plum-sr"]
  /// Those that are the fastest anywhere in the experiment.
  static let fastest = ["plum-sparse", "plum-sr"]

  /// Cycles of the quantized layers of `network`; the others cost the same for every scheme.
  static func cycles(
    _ engine: String, _ network: String, weights: String, _ folders: SpecFolders
  ) throws -> Int {
    var inference = Inference(architecture: engine, workload: network)
    inference.question.weights = weights
    let done = try inference.run(folders: folders)
    let layers = done.run.entries.filter { $0.layer != nil }
    return zip(layers, done.summaries).reduce(0) { sum, layer in
      ConclusionWeights.schemes.contains(layer.1?.scheme ?? "")
        ? sum + layer.0.cost.total.count : sum
    }
  }
}

/// Which engine is fastest on signed-binary weights.
struct FastestEngine: ExperimentConclusion {
  let network: String
  let weights: ConclusionWeights

  var conclusion: Conclusion {
    Conclusion(
      name: "plum, \(network), engines",
      figure: "cycles of the dense engine over those of the fastest",
      files: PLUMEngines.names.map { "arch/\($0)" })
  }

  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
    let weights = weights.path(of: network, ConclusionWeights.schemes[0])
    let cycles = try PLUMEngines.names.map {
      try PLUMEngines.cycles($0, network, weights: weights, folders)
    }
    let best = cycles.indices.min { cycles[$0] < cycles[$1] } ?? 0
    return Verdict(
      words: "\(PLUMEngines.names[best]) is fastest",
      figure: Double(cycles[0]) / Double(cycles[best]))
  }
}

/// Which scheme needs the fewest cycles, each on the engine that is best for it.
struct FastestScheme: ExperimentConclusion {
  let network: String
  let weights: ConclusionWeights

  var conclusion: Conclusion {
    Conclusion(
      name: "plum, \(network), schemes", figure: "cycles of binary over those of signed-binary",
      files: PLUMEngines.fastest.map { "arch/\($0)" })
  }

  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
    let cycles = try ConclusionWeights.schemes.map { scheme in
      try PLUMEngines.fastest.map {
        try PLUMEngines.cycles(
          $0, network, weights: weights.path(of: network, scheme), folders)
      }.min() ?? 0
    }
    let best = cycles.indices.min { cycles[$0] < cycles[$1] } ?? 0
    return Verdict(
      words: "\(ConclusionWeights.schemes[best]) needs fewest cycles",
      figure: Double(cycles[1]) / Double(cycles[0]))
  }
}

/// Whether a persistent buffer of packed signed-binary weights saves a larger share than one of
/// 8-bit weights, in latency, DRAM bytes and energy.
struct PackedSubgraphs: ExperimentConclusion {
  /// The ends of the experiment's list of sub-networks.
  private static let subnets = ["0.6B", "4.1B"]

  let files: [String]
  let weights: ConclusionWeights

  var conclusion: Conclusion {
    Conclusion(
      name: "plum on sushi",
      figure: "latency saved by packed weights, sub-network \(Self.subnets[0])", files: files)
  }

  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
    var figure = 0.0
    var lesser: [String] = []
    for subnet in Self.subnets {
      let plain = try saved("sushi-analytic", nil, subnet, folders)
      let packed = try saved("plum-sushi", ConclusionWeights.schemes[0], subnet, folders)
      if figure == 0 { figure = packed[0] }
      for (name, (plain, packed)) in zip(["latency", "DRAM bytes", "energy"], zip(plain, packed))
      where packed <= plain { lesser.append("\(name) of \(subnet)") }
    }
    return Verdict(
      words: lesser.isEmpty
        ? "packed weights save larger shares"
        : "packed weights save no larger share: \(lesser.joined(separator: ", "))",
      figure: figure)
  }

  /// Shares of latency, DRAM bytes and energy that a full buffer saves.
  private func saved(
    _ architecture: String, _ scheme: String?, _ subnet: String, _ folders: SpecFolders
  ) throws -> [Double] {
    var inference = Inference(architecture: architecture, workload: ConclusionWeights.supernet)
    inference.question.weights = weights.path(of: ConclusionWeights.supernet, scheme)
    inference.question.subnet = subnet
    let empty = try inference.run(folders: folders).run
    inference.question.cached = "self"
    let full = try inference.run(folders: folders).run
    func share(_ value: (NetworkCost) -> Double) -> Double { 1 - value(full) / value(empty) }
    return [
      share { Double($0.cycles.count) }, share { Double(($0.dramRead + $0.dramWrite).count) },
      share { $0.totalEnergy.value },
    ]
  }
}
