package import Components
internal import Foundation
public import Inputs
public import Reports
public import Serving
internal import Units

/// Several policies on the same arrivals.
public struct ServingExperiment: Sendable {
  package let spec: ServingSpec
  package let file: SpecFile
  /// The devices and their tables.
  package let fleet: DeviceFleet
  /// What shares their memories.
  let models: [ServedModel]
  package let paths: [String]
  /// What filled the table of each kind of device; nil where it was imported.
  let builders: [ProfileBuilder?]
  package let folders: SpecFolders
  let folder: String
  /// Files that the arrivals are read from.
  let arrivalFiles: [String]
  /// The arrivals of the scenario with their files read; nil where that failed, which is told when they are asked
  /// for.
  private let arrivals: (any ArrivalProcess)?

  /// Reads the scenario and makes, or reads, its profile table.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    let path = try folders.path(of: name, in: "workloads/scenarios")
    let file = try folders.file(at: path)
    let spec = try file.decode(ServingSpec.self)
    self.folders = folders
    folder = try Self.folder(of: path, named: spec.folder, file)
    guard !spec.runs.isEmpty else {
      throw file.error(SpecError("runs", "expected at least one run"))
    }
    try file.locating { () throws(SpecError) in
      try ServingSpec.check(seeds: spec.seeds)
      try spec.noise?.check()
    }
    (arrivalFiles, arrivals) = Self.readArrivals(spec, in: folder)
    let devices = try Self.devices(spec, folders, file, folder)
    fleet = devices.fleet
    builders = devices.builders
    models = try Self.models(spec, fleet.table, file)
    paths = [path] + devices.paths + arrivalFiles + Self.policyFiles(spec, in: folder)
    self.spec = spec
    self.file = file
  }

  /// The columns of all kinds of devices.
  package var table: ProfileTable { fleet.table }

  /// What filled the table; nil when it was imported, or when devices have several.
  package var builder: ProfileBuilder? {
    guard let first = builders.first, builders.allSatisfy({ $0?.paths == first?.paths }) else {
      return nil
    }
    return first
  }

  /// What fills a table; an error about a key of `profile` is placed under `prefix`.
  static func builder(
    _ profile: ProfileBuilder.Spec, _ folders: SpecFolders, _ file: SpecFile, _ folder: String,
    prefix: String
  ) throws(InputError) -> ProfileBuilder {
    var profile = profile
    profile.weights = profile.weights.map { Self.weights($0, in: folder) }
    do {
      return try ProfileBuilder(profile, folders: folders, form: .keys(prefix: prefix))
    } catch {
      guard error.file == nil, error.path.hasPrefix(prefix) else { throw error }
      throw file.error(SpecError(error.path, error.message))
    }
  }

  /// The weight file that a scenario names: beside the scenario, else, like the architecture and the
  /// workload, from the working directory.
  private static func weights(_ name: String, in folder: String) -> String {
    let beside = path(name, in: folder)
    return FileManager.default.fileExists(atPath: beside) ? beside : name
  }

  /// A stored table: HDF5 where the file starts as one or its name says so, else CSV.
  static func table(_ path: String) throws(InputError) -> ProfileTable {
    if path.hasSuffix(".h5") || path.hasSuffix(".hdf5") { return try ProfileTable(hdf5: path) }
    if try ArrayFile.isHDF5(path) { return try ProfileTable(hdf5: path) }
    return try ProfileTable(parsingCSV: text(path), file: path)
  }

  /// A path that a scenario names, relative to the scenario's own folder.
  static func path(_ name: String, in folder: String) -> String {
    PathText.path(name, in: folder)
  }

  /// The same error at the key of the scenario that it is about.
  private func place(_ error: SpecError, in run: Int) -> SpecError {
    let parts = [
      "runs[\(run)]", "runs[\(run)].caching", "runs[\(run)].policy", "demands", "options",
    ]
    // Of all runs.
    if error.path == "demands" || error.path.hasPrefix("devices[") || error.path.hasPrefix("models")
    {
      return error
    }
    for part in parts where !error.path.isEmpty && file.has("\(part).\(error.path)") {
      return SpecError("\(part).\(error.path)", error.message)
    }
    return SpecError(
      "runs[\(run)]", error.path.isEmpty ? error.message : error.description)
  }

  static func text(_ path: String) throws(InputError) -> String {
    guard let data = FileManager.default.contents(ofInputAt: path) else {
      throw InputError("no such file, or it cannot be read", file: path, kind: .unreadable)
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw InputError("not UTF-8 text", file: path)
    }
    return text
  }

  /// Finds whatever is wrong with any run before the first query is served.
  package func check() throws(InputError) {
    try checkTuning()
    let arrivals = try loadedArrivals()
    for index in spec.runs.indices {
      _ = try simulation(index, arrivals: arrivals, seed: spec.allSeeds[0], plans: false)
    }
  }

  /// Files that the arrivals are read from, and the arrivals unless something is wrong with these.
  private static func readArrivals(
    _ spec: ServingSpec, in folder: String
  ) -> (files: [String], arrivals: (any ArrivalProcess)?) {
    var files: [String] = []
    var arrivals = try? ArrivalProcesses.registry.make(spec.arrivals).member
    do {
      try arrivals?.load { name throws(InputError) in
        files.append(Self.path(name, in: folder))
        return try Self.text(Self.path(name, in: folder))
      }
    } catch {
      arrivals = nil
    }
    return (files, arrivals)
  }

  /// Files that policies name, each once: tables, scripts of processes.
  static func policyFiles(_ spec: ServingSpec, in folder: String) -> [String] {
    var found: [String] = []
    for run in spec.runs {
      let policy = try? SchedulerPolicies.registry.make(run.policy).member
      let caching = try? CachingPolicies.registry.make(run.cachingChoice).member
      let files = (policy?.files(in: folder) ?? []) + (caching?.files(in: folder) ?? [])
      for file in files where !found.contains(file) { found.append(file) }
    }
    return found
  }

  /// The policies of a run with their files read.
  private func policies(
    of run: ServingSpec.Run, window: Int?
  ) throws(InputError) -> (policy: any SchedulerPolicy, caching: any CachingPolicy) {
    var policy = try SchedulerPolicies.registry.make(run.policy).member
    var caching = try CachingPolicies.registry.make(run.caching(window: window)).member
    try policy.load(folder: folder) { path throws(InputError) in try Self.text(path) }
    try caching.load(folder: folder) { path throws(InputError) in try Self.text(path) }
    return (policy, caching)
  }

  /// The arrival process with its files read.
  package func loadedArrivals(_ choice: Choice? = nil) throws(InputError) -> any ArrivalProcess {
    let known = choice == nil ? arrivals : nil
    var arrivals: any ArrivalProcess
    if let known {
      arrivals = known
    } else {
      arrivals = try ArrivalProcesses.registry.make(choice ?? spec.arrivals).member
    }
    do {
      if known == nil {
        try arrivals.load { name throws(InputError) in
          try Self.text(Self.path(name, in: folder))
        }
      }
      // Whether the sub-networks that a trace names are there.
      _ = try arrivals.demands?.rows(of: table)
    } catch {
      var error = error
      // The process knows its file by the name in the scenario.
      if let name = error.file, error.kind == .malformed {
        error.file = Self.path(name, in: folder)
        error.location?.file = Self.path(name, in: folder)
      }
      throw error
    }
    return arrivals
  }

  /// The simulation of one run with one seed; a window that is tuned is found first, unless nothing is
  /// planned.
  package func simulation(
    _ index: Int, arrivals: any ArrivalProcess, seed: Int, plans: Bool = true
  ) throws(InputError) -> ServingSimulation {
    let window =
      plans
      ? try tunedWindow(index, arrivals: arrivals, seed: seed)?.window
      : spec.runs[index].tune?.windows.first
    return try simulation(
      index, arrivals: arrivals, options: options(of: seed), window: window, plans: plans)
  }

  private func options(of seed: Int) -> ServingOptions {
    var options = spec.options
    options.seed = seed
    return options
  }

  /// The simulation of one run with these options and, where it is tuned, this window.
  func simulation(
    _ index: Int, arrivals: any ArrivalProcess, options: ServingOptions, window: Int?, plans: Bool
  ) throws(InputError) -> ServingSimulation {
    let (policy, caching) = try policies(of: spec.runs[index], window: window)
    do {
      return try ServingSimulation(
        fleet: fleet, models: models, arrivals: arrivals, demands: spec.demands, policy: policy,
        caching: caching, options: options, plans: plans, noise: spec.noise)
    } catch {
      throw file.error(place(error, in: index))
    }
  }

  /// The simulation of one run with other queries than the scenario's.
  func simulation(
    _ index: Int, arrivals: any ArrivalProcess, options: ServingOptions, demands: DemandMix,
    noise: DemandNoise?
  ) throws(InputError) -> ServingSimulation {
    let run = spec.runs[index]
    let (policy, caching) = try policies(of: run, window: run.tune?.windows.first)
    do {
      return try ServingSimulation(
        fleet: fleet, models: models, arrivals: arrivals, demands: demands, policy: policy,
        caching: caching, options: options, noise: noise)
    } catch {
      throw file.error(place(error, in: index))
    }
  }

  /// Serves one run with one seed; what stops it is placed at the key that it is about.
  package func run(
    _ index: Int, arrivals: any ArrivalProcess, seed: Int
  ) throws(InputError) -> ServingRun {
    try run(
      try simulation(index, arrivals: arrivals, seed: seed), index, seed: seed, recording: nil)
  }

  /// An error of a simulation at the key that it is about.
  package func located(_ error: ServingError, in run: Int) -> InputError {
    let path =
      switch error {
      case .arrivalBeyondClock: file.has("arrivals.rate") ? "arrivals.rate" : "arrivals"
      case .serviceBeyondClock, .invalidCost, .costUnknown, .hostFull: "runs[\(run)]"
      case .nothingMeasured, .nothingServed: "options.warm_up"
      case .stalled, .invalidDecision, .policyFailed: "runs[\(run)].policy"
      case .noRoom: "models"
      case .noDevice, .onlyFailures: "options.failures"
      case .invalidSubgraph, .cachingFailed: "runs[\(run)].caching"
      }
    return file.error(SpecError(path, error.description))
  }

  /// Runs every combination with every seed.
  ///
  /// - Parameters:
  ///   - command: What was typed.
  ///   - queries: A file that is to hold what became of every query, CSV or by its ending HDF5.
  ///   - bounds: Whether what no policy can exceed is worked out, too.
  ///   - thinking: Takes the name of a run and what its processes took to decide with all seeds.
  /// - Returns: The report, in which nothing depends on a real clock.
  /// - Throws: `InputError` where the parts do not fit together, or a run cannot go on.
  public func report(
    command: String, queries: String? = nil, bounds: Bool = false,
    thinking: (String, ThinkingTime) -> Void = { _, _ in }
  ) throws -> Report {
    let arrivals = try loadedArrivals()
    try check()
    let oracle = bounds ? try self.oracle(arrivals) : nil
    let classes = spec.demands.classNames(with: arrivals.demands)
    let records = try queries.map { try recordFile($0, classes: classes) }
    var outcomes: [ServingOutcome] = []
    for (index, run) in spec.runs.enumerated() {
      let policy = try SchedulerPolicies.registry.make(run.policy)
      let caching = try CachingPolicies.registry.make(run.cachingChoice)
      var outcome = ServingOutcome(
        name: run.name, policy: run.policy.kind,
        policyOptions: ServingOutcome.options(policy.specification), caching: run.caching.kind,
        cachingOptions: ServingOutcome.options(caching.specification, tuned: run.tunedOptions),
        energyUnit: table.energyUnit, kinds: fleet.kinds.map(\.name))
      var total: ThinkingTime?
      for seed in spec.allSeeds {
        let tuned = try tunedWindow(index, arrivals: arrivals, seed: seed)
        if let tuned { outcome.tuned.append(tuned) }
        let simulation = try simulation(
          index, arrivals: arrivals, options: options(of: seed), window: tuned?.window, plans: true)
        let run = try self.run(simulation, index, seed: seed, recording: records)
        outcome.add(run, seed: seed)
        if let time = run.thinking { total = total?.adding(time) ?? time }
      }
      if let total { thinking(run.name, total) }
      outcomes.append(outcome)
    }
    try records?.finish()
    return ServingReport(
      spec: spec, table: table, paths: paths, outcomes: outcomes,
      variation: variation(of: arrivals), arrivalsAsk: arrivals.demands != nil,
      classes: classes.count,
      rate: arrivals.meanRate,
      tableWarnings: tableWarnings, fleet: fleet, models: models, builder: builder,
      command: command,
      oracle: oracle
    ).report
  }

  /// What a reader should know of the energies of all tables, each sentence once.
  private var tableWarnings: [String] {
    builders.flatMap { $0?.warnings ?? [] }.reduce(into: []) { found, warning in
      if !found.contains(warning) { found.append(warning) }
    }
  }
}
