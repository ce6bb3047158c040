internal import Architectures
package import Components
internal import CostModel
public import Inputs
internal import Networks
package import Serving
internal import Units

/// What iterations of a run cost.
package struct RunCosts: Sendable {
  let model: any IterationCosts
  /// Of the draft; nil where there is none.
  let draft: (any IterationCosts)?
  /// Counts what the model needs; nil where costs are of no design.
  let utilization: ModelUtilization?
}

/// Costs that several runs and seeds share.
struct KnownCosts {
  private var known: [(choice: Choice, costs: RunCosts)] = []

  mutating func costs(
    of index: Int, in experiment: TokenExperiment
  ) throws(InputError) -> RunCosts {
    let choice = experiment.spec.runs[index].costs ?? experiment.spec.costs
    if let entry = known.first(where: { $0.choice == choice }) { return entry.costs }
    let made = try experiment.costs(of: index)
    known.append((choice, made))
    return made
  }
}

/// Several policies that put iterations of a language model together, on the same requests.
public struct TokenExperiment: Sendable {
  package let spec: TokenScenarioSpec
  package let file: SpecFile
  let folders: SpecFolders
  let folder: String
  /// Every file that a result rests on.
  package let paths: [String]
  private let model: Transformer
  private let options: TokenServingOptions
  private let arrivals: any ArrivalProcess
  private let lengths: any RequestLengths

  /// Reads the scenario and its files.
  ///
  /// - Throws: `InputError` with the place of what is wrong.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    try self.init(folders.file(at: ScenarioKind.path(of: name, folders)), folders: folders)
  }

  package init(_ file: SpecFile, folders: SpecFolders) throws(InputError) {
    let spec = try file.decode(TokenScenarioSpec.self)
    self.spec = spec
    self.file = file
    self.folders = folders
    folder = try ServingExperiment.folder(of: file.path, named: spec.folder, file)
    guard !spec.runs.isEmpty else {
      throw file.error(SpecError("runs", "expected at least one run"))
    }
    try file.locating { () throws(SpecError) in try ServingSpec.check(seeds: spec.seeds) }
    model = try Self.model(spec.model, at: "model", file, folders)
    let base = model
    options = try file.locating { () throws(SpecError) in try Self.options(spec, base) }
    arrivals = try Self.arrivals(spec.requests.arrivals, folder)
    var lengths = try LengthDistributions.registry.make(spec.requests.lengths).member
    let here = folder
    try lengths.load { name throws(InputError) in
      try ServingExperiment.text(ServingExperiment.path(name, in: here))
    }
    self.lengths = lengths
    paths = try Self.paths(spec, file, folders, here)
  }

  /// The transformer that a key names.
  private static func model(
    _ name: String, at key: String, _ file: SpecFile, _ folders: SpecFolders
  ) throws(InputError) -> Transformer {
    let workload: Workload
    do throws(InputError) {
      workload = try folders.workload(folders.file(at: folders.path(of: name, in: "workloads")))
    } catch {
      guard error.file == nil, error.location == nil else { throw error }
      throw file.error(SpecError(key, error.message))
    }
    guard let model = workload.transformer?.model, model.isDecoder else {
      throw file.error(
        SpecError(key, "\(name) makes no tokens, expected a transformer that is no encoder"))
    }
    return model
  }

  /// Arrivals with their files read.
  func arrivals(_ choice: Choice) throws(InputError) -> any ArrivalProcess {
    try Self.arrivals(choice, folder)
  }

  private static func arrivals(
    _ choice: Choice, _ folder: String
  ) throws(InputError) -> any ArrivalProcess {
    var arrivals = try ArrivalProcesses.registry.make(choice).member
    try arrivals.load { name throws(InputError) in
      try ServingExperiment.text(ServingExperiment.path(name, in: folder))
    }
    return arrivals
  }

  /// Files of the result: the scenario, workloads, architectures, traces and tables.
  private static func paths(
    _ spec: TokenScenarioSpec, _ file: SpecFile, _ folders: SpecFolders, _ folder: String
  ) throws(InputError) -> [String] {
    var found = [file.path, try folders.path(of: spec.model, in: "workloads")]
    func add(_ path: String) { if !found.contains(path) { found.append(path) } }
    if let draft = spec.draft { add(try folders.path(of: draft.model, in: "workloads")) }
    let choices =
      [spec.costs] + spec.runs.compactMap(\.costs) + (spec.draft.map { [$0.costs] } ?? [])
    for choice in choices {
      for name in try IterationCostings.registry.make(choice).member.files {
        add(ServingExperiment.path(name, in: folder))
      }
      guard choice.kind == DesignCosts.kind, let name = choice.text(of: "architecture") else {
        continue
      }
      var own: [String] = []
      _ = try Resolver.design(name, folders: folders, paths: &own)
      own.forEach(add)
    }
    for choice in [spec.requests.arrivals, spec.requests.lengths] {
      if let name = choice.text(of: "file") { add(ServingExperiment.path(name, in: folder)) }
    }
    return found
  }

  // MARK: Runs

  /// What a run's iterations are priced in; nil where costs have no energy.
  func energyUnit(of run: Int) throws(InputError) -> EnergyUnit? {
    let choice = spec.runs[run].costs ?? spec.costs
    guard choice.kind == DesignCosts.kind, let name = choice.text(of: "architecture") else {
      return nil
    }
    return try TokenSource.resolved(name, folders).energy.table.spec.unit
  }

  /// The simulation of one run with one seed, at another rate where that is given.
  package func simulation(
    _ index: Int, seed: Int, arrivals other: (any ArrivalProcess)? = nil,
    costs known: RunCosts? = nil
  ) throws(InputError) -> TokenSimulation {
    let run = spec.runs[index]
    var options = options
    options.seed = seed
    let policy = try IterationPolicies.registry.make(run.policy).member
    let promptPolicy = try run.promptPolicy.map { choice throws(InputError) in
      try IterationPolicies.registry.make(choice).member
    }
    if promptPolicy != nil, options.prompts == nil {
      throw file.error(
        SpecError(
          "runs[\(index)].prompt_policy",
          "there are no devices for prompts, expected `devices.prompts`"
        ))
    }
    let costs =
      if let known { known } else { try self.costs(of: index) }
    do throws(SpecError) {
      return try TokenSimulation(
        options: options, policy: policy, promptPolicy: promptPolicy, costs: costs.model,
        draft: costs.draft,
        arrivals: other ?? arrivals, lengths: lengths, shared: spec.requests.beginnings,
        utilization: costs.utilization)
    } catch {
      throw file.error(error)
    }
  }

  /// What iterations of a run cost.
  package func costs(of index: Int) throws(InputError) -> RunCosts {
    let choice = spec.runs[index].costs ?? spec.costs
    let key = spec.runs[index].costs == nil ? "costs" : "runs[\(index)].costs"
    return RunCosts(
      model: try costs(
        choice, key, model, spec.model, decodeTokens: (spec.draft?.tokens ?? 0) + 1),
      draft: try draft(), utilization: try utilization(choice))
  }

  /// Counts what the model needs of a design.
  private func utilization(_ choice: Choice) throws(InputError) -> ModelUtilization? {
    guard choice.kind == DesignCosts.kind, let name = choice.text(of: "architecture") else {
      return nil
    }
    let design = try TokenSource.resolved(name, folders)
    let architecture = design.architecture.spec
    // Devices that a layer is cut over work at once; stages take turns at the time of an iteration.
    let devices = Double(spec.devices?.tensor ?? 1)
    return ModelUtilization(
      ServedWork(
        model, weightBits: architecture.precision.weight.count,
        cacheBits: architecture.precision.input.count),
      macsPerSecond: Double(design.lanes) * Double(architecture.frequency.count) * devices,
      bytesPerSecond: architecture.memory.dram.bandwidth.bytesPerSecond.map {
        Double($0) * devices
      })
  }

  private func draft() throws(InputError) -> (any IterationCosts)? {
    guard let draft = spec.draft else { return nil }
    let model = try Self.model(draft.model, at: "draft.model", file, folders)
    return try costs(draft.costs, "draft.costs", model, draft.model, decodeTokens: 1)
  }

  private func costs(
    _ choice: Choice, _ key: String, _ model: Transformer, _ name: String, decodeTokens: Int
  ) throws(InputError) -> any IterationCosts {
    let source = TokenSource(
      model: model, name: name, folders: folders, folder: folder,
      tensor: spec.devices?.tensor ?? 1, link: Self.link(spec))
    do throws(InputError) {
      return try IterationCostings.registry.make(choice).member.costs(
        from: source, decodeTokens: decodeTokens)
    } catch {
      guard error.file == nil, error.location == nil, !error.path.isEmpty else { throw error }
      // Keys of the choice are known by their own names.
      let place = error.path.hasPrefix("costs.") ? key + error.path.dropFirst(5) : error.path
      throw file.error(SpecError(place, error.message))
    }
  }

  /// The metrics of one run with one seed.
  package func metrics(_ index: Int, seed: Int) throws(InputError) -> TokenMetrics {
    let simulation = try simulation(index, seed: seed)
    do throws(ServingError) {
      return try simulation.run()
    } catch {
      throw failure(error, in: index)
    }
  }

  func failure(_ error: ServingError, in run: Int) -> InputError {
    file.error(SpecError("runs[\(run)]", error.description))
  }

  /// Blocks of a device's cache.
  package var blocks: CacheBlocks { options.blocks }
  /// When requests come, with files read.
  package var loadedArrivals: any ArrivalProcess { arrivals }

  // MARK: Options

  static func link(_ spec: TokenScenarioSpec) -> TokenLink {
    TokenLink(
      latency: spec.devices?.link?.latency ?? SimulationTime(0),
      bytesPerSecond: spec.devices?.link?.bandwidth.bytesPerSecond.map(Double.init))
  }
}
