internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Serving
internal import Studies
internal import Units

/// What a full persistent buffer saves each of several networks.
struct SushiSavings {
  private let evaluator: Evaluator
  private let fill: SubgraphFill

  init(_ design: Design, fill: SubgraphFill) {
    evaluator = Evaluator(design)
    self.fill = fill
  }

  /// The share of `amount` that each network's own sub-graph saves it.
  func shares(of networks: [Network], _ amount: (NetworkCost) -> Double) throws -> [Double] {
    let capacity = evaluator.design.architecture.persistentBytes
    return try networks.map { network in
      let held = evaluator.subgraph(of: network, capacity: capacity, fill: fill)
      let plain = amount(try evaluator.evaluate(network))
      let with = amount(try evaluator.evaluate(network, placement: Placement(persistent: held)))
      return 1 - with / plain
    }
  }
}

extension NetworkCost {
  /// Energy of what crosses the pins, in picojoules.
  var offChipEnergy: Double {
    let names = [ComponentID.dramRead, .dramWrite].map(\.name)
    return energy.reduce(0) { names.contains($1.name) ? $0 + $1.amount.value : $0 }
  }
}

/// Sub-networks that SUSHI's figures are compared on.
enum SushiNetworks {
  /// The layers that the paper's sizes of sub-networks leave out, in either supernet.
  static let classifiers = ["fc", "classifier"]

  /// The released sub-networks of a supernet.
  static func released(_ workload: String, _ files: ReferenceFiles) throws -> [Network] {
    let workload = try files.workload(workload)
    guard case .supernet(_, let subnets) = workload.content else { return [] }
    return try subnets.compactMap(\.name).map { try workload.network(subnet: $0) }
  }

  /// Seven synthetic sub-networks of MobileNetV3 with 2.97 to 4.76 MiB of convolutions; not the paper's,
  /// whose configurations are not public.
  static func synthetic(_ files: ReferenceFiles) throws -> [Network] {
    let workload = try files.workload("ofa-mobilenetv3")
    return try files.rows("ValidationTests/References/sushi-headline/synthetic.csv").map { row in
      let depths = digits(try row.text("depths"))
      func blocks(_ text: String) -> [[Int]] {
        let all = digits(text)
        return depths.indices.map { Array(all[4 * $0..<4 * $0 + depths[$0]]) }
      }
      let spec = SubnetSpec(
        resolution: try row.whole("resolution"), depths: depths,
        kernels: blocks(try row.text("kernels")),
        expands: blocks(try row.text("expands")).map { $0.map(Double.init) })
      return try workload.network(subnet: spec.flowText)
    }
  }

  private static func digits(_ text: String) -> [Int] { text.compactMap(\.wholeNumberValue) }
}

/// A shipped stream of queries on a design, with SUSHI and without a cache.
struct SushiStream {
  private let experiment: ServingExperiment

  /// Reads `scenario`, of which only the two runs are kept.
  init(_ scenario: String, on design: String, _ folders: SpecFolders) throws {
    let path = try folders.path(of: scenario, in: "workloads/scenarios")
    let runs = ["no SUSHI", "SUSHI"]
    let file = try folders.file(at: path).keeping(entriesOf: "runs") { name, _ in
      runs.contains(name ?? "")
    }
    let changed = try file.locating { () throws(SpecError) in
      try file.replacing(
        "profile.architecture", with: YAMLNode(text: design, at: file.node.location))
    }
    var held = folders
    held.hold(changed)
    experiment = try ServingExperiment(path, folders: held)
  }

  /// How much more accurate the served sub-networks are than without a cache, mean over the seeds.
  func accuracyGained() throws -> Double {
    let arrivals = try experiment.loadedArrivals()
    let means = try experiment.spec.runs.indices.map { run in
      let served = try experiment.spec.allSeeds.compactMap { seed in
        let found = try experiment.run(run, arrivals: arrivals, seed: seed)
        return SeedFigures(
          seed: seed, found, energyUnit: experiment.table.energyUnit, curve: []
        ).servedAccuracy
      }
      return served.reduce(0, +) / Double(max(served.count, 1))
    }
    return (means.last ?? 0) - (means.first ?? 0)
  }
}
