package import Components
public import Inputs
package import Serving
internal import Units

/// Queries that are graphs of networks, under several policies.
public struct GraphExperiment: Sendable {
  package let spec: GraphScenarioSpec
  package let file: SpecFile
  let folder: String
  /// What a query is.
  package let graph: TaskGraph
  /// The devices, with shared and with separate weights; the second where a run asks for it.
  private let fleets: (shared: DeviceFleet, separate: DeviceFleet?)
  /// Every file that a result rests on.
  package let paths: [String]
  /// What a reader should know of energies.
  let tableWarnings: [String]
  /// When queries arrive, with files read.
  let arrivals: any ArrivalProcess

  /// Reads the scenario and its files.
  ///
  /// - Throws: `InputError` with the place of what is wrong.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    try self.init(folders.file(at: ScenarioKind.path(of: name, folders)), folders: folders)
  }

  package init(_ file: SpecFile, folders: SpecFolders) throws(InputError) {
    let spec = try file.decode(GraphScenarioSpec.self)
    self.spec = spec
    self.file = file
    folder = try ServingExperiment.folder(of: file.path, named: spec.folder, file)
    guard !spec.runs.isEmpty else {
      throw file.error(SpecError("runs", "expected at least one run"))
    }
    try file.locating { () throws(SpecError) in
      try ServingSpec.check(seeds: spec.seeds)
      try Self.check(spec)
    }
    var tensors = GateTensors(folder: folder, file: file)
    let tables = try GraphTables(spec, folders, file, folder)
    graph = try Self.graph(spec, tables, &tensors, file)
    tableWarnings = tables.warnings
    let wantsSeparate = spec.runs.contains { $0.weights == .separate }
    fleets = try file.locating { () throws(SpecError) in
      try (
        tables.fleet(separate: false), wantsSeparate ? tables.fleet(separate: true) : nil
      )
    }
    var arrivals = try ArrivalProcesses.registry.make(spec.arrivals).member
    let here = folder
    var read: [String] = []
    try arrivals.load { name throws(InputError) in
      read.append(ServingExperiment.path(name, in: here))
      return try ServingExperiment.text(ServingExperiment.path(name, in: here))
    }
    self.arrivals = arrivals
    paths = [file.path] + tables.paths + tensors.paths + read
    try checkDeadline()
  }

  private static func check(_ spec: GraphScenarioSpec) throws(SpecError) {
    guard !spec.devices.isEmpty else {
      throw SpecError("devices", "expected at least one kind of device")
    }
    var names: Set<String> = []
    for (index, run) in spec.runs.enumerated() where !names.insert(run.name).inserted {
      throw SpecError("runs[\(index)].name", "`\(run.name)` is there twice")
    }
    if let deadline = spec.deadline, deadline.count <= 0 {
      throw SpecError("deadline", "expected more than 0 s, found \(deadline)")
    }
    for (index, link) in (spec.links ?? []).enumerated() {
      for (key, name) in [("from", link.from), ("to", link.to)]
      where !spec.devices.contains(where: { $0.name == name }) {
        throw SpecError(
          "links[\(index)].\(key)",
          "no device `\(name)`, expected one of "
            + spec.devices.map(\.name).joined(separator: ", "))
      }
      if (spec.links ?? [])[..<index].contains(where: { $0.from == link.from && $0.to == link.to })
      {
        throw SpecError("links[\(index)]", "a second link from `\(link.from)` to `\(link.to)`")
      }
      if let latency = link.latency, !(0..<1 << 56).contains(latency.count) {
        throw SpecError("links[\(index)].latency", "expected 0 s to 20 hours, found \(latency)")
      }
    }
  }

  /// The graph with its gates.
  private static func graph(
    _ spec: GraphScenarioSpec, _ tables: GraphTables, _ tensors: inout GateTensors,
    _ file: SpecFile
  ) throws(InputError) -> TaskGraph {
    var nodes: [TaskGraph.Node] = []
    for (index, node) in spec.graph.nodes.enumerated() {
      let gate = try node.gate.map { gate throws(InputError) in
        try tensors.gate(gate, "graph.nodes[\(index)].gate")
      }
      nodes.append(
        TaskGraph.Node(
          node.name, row: index, kind: tables.kindOfNode[index], gate: gate?.gate ?? .open,
          accuracy: tables.accuracy(of: index), correct: gate?.correct ?? []))
    }
    return try file.locating { () throws(SpecError) in
      let edges = try Self.edges(spec, tables.kindOfNode)
      do throws(SpecError) {
        return try TaskGraph(nodes: nodes, edges: edges)
      } catch {
        throw SpecError("graph.\(error.path)", error.message)
      }
    }
  }

  private static func edges(
    _ spec: GraphScenarioSpec, _ kinds: [Int]
  ) throws(SpecError) -> [TaskGraph.Edge] {
    var found: [TaskGraph.Edge] = []
    for (index, edge) in (spec.graph.edges ?? []).enumerated() {
      var ends: [Int] = []
      for (key, name) in [("from", edge.from), ("to", edge.to)] {
        guard let node = spec.graph.nodes.firstIndex(where: { $0.name == name }) else {
          throw SpecError(
            "graph.edges[\(index)].\(key)",
            "no node `\(name)`, expected one of "
              + spec.graph.nodes.map(\.name).joined(separator: ", "))
        }
        ends.append(node)
      }
      let condition = edge.when ?? .always
      guard let bytes = edge.bytes else {
        found.append(TaskGraph.Edge(from: ends[0], to: ends[1], when: condition))
        continue
      }
      let (from, to) = (spec.devices[kinds[ends[0]]].name, spec.devices[kinds[ends[1]]].name)
      guard let link = (spec.links ?? []).firstIndex(where: { $0.from == from && $0.to == to }),
        let way = spec.links?[link]
      else {
        throw SpecError(
          "graph.edges[\(index)].bytes",
          "there is no link from `\(from)` to `\(to)`, expected one in `links`")
      }
      let time = Actuation.time(bytes, way.bandwidth)
      guard bytes >= .zero, time.count < 1 << 60 else {
        throw SpecError(
          "graph.edges[\(index)].bytes", "expected 0 B or more, moved in at most 1e6 s")
      }
      found.append(
        TaskGraph.Edge(
          from: ends[0], to: ends[1], when: condition, delay: time,
          latency: way.latency ?? SimulationTime(0), link: link))
    }
    return found
  }

  // MARK: Runs

  /// The devices of a run.
  package func fleet(of run: Int) -> DeviceFleet {
    spec.runs[run].weights == .separate ? fleets.separate ?? fleets.shared : fleets.shared
  }

  /// What a run's gates and buffers come to in expectation; nil where outcomes are too many.
  package func outlook(of run: Int) throws(InputError) -> GraphOutlook? {
    let fleet = fleet(of: run)
    return GraphOutlook(graph, prices: try prices(of: run, fleet))
  }

  /// What each node costs alone with what devices hold at first.
  package func prices(of run: Int, _ fleet: DeviceFleet) throws(InputError) -> [NodePrice] {
    graph.prices(
      in: fleet.table,
      holding: try simulation(run, seed: spec.allSeeds[0]).firstColumns)
  }

  /// The simulation of one run with one seed.
  package func simulation(
    _ index: Int, seed: Int
  ) throws(InputError) -> ServingSimulation {
    let run = spec.runs[index]
    var options = spec.options
    options.seed = seed
    var policy = try SchedulerPolicies.registry.make(run.policy).member
    var caching = try CachingPolicies.registry.make(
      run.caching ?? Choice(kind: NoCaching.kind)
    ).member
    try policy.load(folder: folder) { path throws(InputError) in
      try ServingExperiment.text(path)
    }
    try caching.load(folder: folder) { path throws(InputError) in
      try ServingExperiment.text(path)
    }
    let fleet = fleet(of: index)
    guard !file.has("options.devices") || spec.options.devices == fleet.count else {
      throw file.error(
        SpecError(
          "options.devices",
          "expected \(fleet.count), as many as `devices` lists, or nothing, found "
            + "\(spec.options.devices)"))
    }
    do throws(SpecError) {
      return try ServingSimulation(
        fleet: fleet, arrivals: arrivals,
        demands: DemandMix(latency: spec.deadline ?? .limit), policy: policy, caching: caching,
        options: options, graph: graph)
    } catch {
      throw file.error(place(error, in: index))
    }
  }

  /// The same error at the key of the scenario that it is about.
  private func place(_ error: SpecError, in run: Int) -> SpecError {
    if error.path.hasPrefix("policy.") || error.path.hasPrefix("caching.") {
      return SpecError("runs[\(run)].\(error.path)", error.message)
    }
    for part in ["", "runs[\(run)].caching.", "runs[\(run)].policy.", "options."]
    where !error.path.isEmpty && file.has(part + error.path) {
      return SpecError(part + error.path, error.message)
    }
    return SpecError("runs[\(run)]", error.path.isEmpty ? error.message : error.description)
  }

  func failure(_ error: ServingError, in run: Int) -> InputError {
    let path =
      switch error {
      case .arrivalBeyondClock: file.has("arrivals.rate") ? "arrivals.rate" : "arrivals"
      case .nothingMeasured, .nothingServed: "options.warm_up"
      case .stalled, .invalidDecision, .policyFailed: "runs[\(run)].policy"
      case .invalidSubgraph, .cachingFailed: "runs[\(run)].caching"
      default: "runs[\(run)]"
      }
    return file.error(SpecError(path, error.description))
  }

  /// Refuses a deadline that no query can keep.
  private func checkDeadline() throws(InputError) {
    guard let deadline = spec.deadline else { return }
    for run in spec.runs.indices {
      guard let outlook = try outlook(of: run), outlook.shortestSeconds > deadline.seconds else {
        continue
      }
      throw file.error(
        SpecError(
          "deadline",
          "no query can keep it: on idle devices the shortest way through the graph takes "
            + "\(SimulationTime(seconds: outlook.shortestSeconds)), found \(deadline)"))
    }
  }
}
