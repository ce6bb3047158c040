internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Serving
internal import Studies

/// A kind of specification file: how it is told from the others and what it comes to.
struct SpecKind: Sendable {
  /// What the kind is called.
  let name: String
  /// Whether a file, with these keys, is one.
  let isOne: @Sendable (SpecFile, Set<String>) -> Bool
  /// Checks a file of the kind and gives one that means the same, with every default filled in.
  let resolved: @Sendable (SpecFile, SpecFolders) throws(InputError) -> String

  /// The kinds; a file that is none of them is taken for an architecture.
  static let all = [
    mapping, workload, areaTable, energyTable, graphScenario, sharedArray, virtualDevice,
    tokenScenario, scenario, sweep, subgraph, subnet, dramPreset, architecture,
  ]

  /// A kind of which every file has one of `marks`.
  private init(
    _ name: String, marks: Set<String>,
    _ resolved: @escaping @Sendable (SpecFile, SpecFolders) throws(InputError) -> String
  ) {
    self.init(name: name, isOne: { !$1.isDisjoint(with: marks) }, resolved: resolved)
  }

  private init(
    name: String, isOne: @escaping @Sendable (SpecFile, Set<String>) -> Bool,
    resolved: @escaping @Sendable (SpecFile, SpecFolders) throws(InputError) -> String
  ) {
    self.name = name
    self.isOne = isOne
    self.resolved = resolved
  }

  /// Layers as `run --mapping-out` writes them, which have an order and no operator.
  private static let mapping = SpecKind(
    name: "mapping",
    isOne: { file, _ in
      guard let layers = file.entry("layers"), case .sequence(let items) = layers.content else {
        return false
      }
      return items.contains { item in
        guard case .mapping(let entries) = item.content else { return false }
        return entries.contains { $0.key == "order" || $0.key == "keeps" }
      }
    },
    resolved: { (file, _) throws(InputError) in try yaml(MappingFile(file)) })

  private static let workload = SpecKind(
    "workload", marks: ["layers", "supernet", "subnets", "transformer", "graph_network"]
  ) {
    (file, folders) throws(InputError) in
    try WorkloadText(folders.workload(file), folders.families.supernets).text
  }

  private static let areaTable = SpecKind("area table", marks: ["multiplier", "adder"]) {
    (file, _) throws(InputError) in try yaml(AreaTable(file).spec)
  }

  private static let energyTable = SpecKind("energy table", marks: ["sram", "multiply", "band"]) {
    (file, folders) throws(InputError) in
    let spec = try EnergyTable.spec(file)
    // A table is checked together with a preset of its own unit.
    let preset =
      switch spec.unit {
      case .picojoule: "ddr4-18"
      case .mac: "eyeriss-relative"
      case .unstated: "stonne-none"
      }
    let dram = try SpecFile(path: folders.path(of: preset, in: "arch/energy/dram"))
    _ = try EnergyTable(table: file, dram: dram)
    return try yaml(spec)
  }

  private static let scenario = SpecKind("scenario", marks: ["arrivals", "runs"]) {
    (file, folders) throws(InputError) in
    try checkScenario(file)
    return try yaml(ServingExperiment(file.path, folders: folders).resolved())
  }

  private static let graphScenario = SpecKind("scenario of graphs", marks: ["graph"]) {
    (file, folders) throws(InputError) in
    try checkGraphScenario(file)
    return try yaml(GraphExperiment(file.path, folders: folders).resolved())
  }

  private static let tokenScenario = SpecKind(
    "scenario of a language model", marks: ["requests", "costs"]
  ) { (file, folders) throws(InputError) in
    try checkTokenScenario(file)
    return try yaml(TokenExperiment(file, folders: folders).resolved())
  }

  private static let sharedArray = SpecKind("scenario of a shared array", marks: ["tenants"]) {
    (file, folders) throws(InputError) in
    try yaml(SharedArrayExperiment(file, folders: folders).resolved())
  }

  private static let virtualDevice = SpecKind(
    "scenario of a virtual device", marks: ["clients"]
  ) { (file, _) throws(InputError) in try yaml(VirtualDeviceExperiment(file).spec) }

  private static let sweep = SpecKind("sweep", marks: ["axes", "objectives"]) {
    (file, folders) throws(InputError) in
    let sweep = try Sweep(file.path, folders: folders)
    let (count, isPlan) = (sweep.manifest.points, sweep.manifest.isGenerational)
    return try "# \(count) points\(isPlan ? " at most" : "")\n" + yaml(sweep.resolved())
  }

  private static let subgraph = SpecKind("sub-graph", marks: ["slices"]) {
    (file, _) throws(InputError) in try yaml(file.decode(SubgraphSpec.self))
  }

  private static let subnet = SpecKind("sub-network", marks: ["depths", "resolution"]) {
    (file, _) throws(InputError) in try yaml(file.decode(SubnetSpec.self))
  }

  private static let dramPreset = SpecKind(
    name: "DRAM preset", isOne: { $1.isSuperset(of: ["read", "write"]) },
    resolved: { (file, _) throws(InputError) in try yaml(EnergyTable.preset(file)) })

  static let architecture = SpecKind(name: "architecture", isOne: { _, _ in true }) {
    (file, folders) throws(InputError) in
    try checkArchitecture(file, folders)
    var paths: [String] = []
    let design = try Resolver.design(file.path, folders: folders, paths: &paths)
    let spec = design.architecture.spec
    var mapping: Choice?
    if let rule = spec.mapping { mapping = try folders.families.mappers.resolved(rule.choice) }
    return try yaml(
      spec.replacing(
        datapath: folders.families.datapaths.resolved(spec.datapath), mapping: mapping))
  }

  /// The text of a specification.
  static func yaml<Value: Encodable>(_ value: Value) throws(InputError) -> String {
    do {
      return try YAMLEncoder().encode(value)
    } catch {
      throw InputError("cannot be written as YAML: \(error)", file: nil)
    }
  }
}

extension SpecKind {
  /// Throws one error that says everything that is wrong with a scenario on its own.
  static func checkScenario(_ file: SpecFile) throws(InputError) {
    let reading = SpecReading(file)
    if let spec = reading.decode(ServingSpec.self) {
      reading.expect(!spec.runs.isEmpty, "runs", "expected at least one run")
      reading.expect(
        spec.seeds?.isEmpty != true, "seeds",
        "expected at least one seed, or leave the key out")
      reading.collect(["arrivals"]) { () throws(InputError) in
        _ = try ArrivalProcesses.registry.make(spec.arrivals)
      }
      for (index, run) in spec.runs.enumerated() {
        reading.collect(["runs[\(index)].policy"]) { () throws(InputError) in
          _ = try SchedulerPolicies.registry.make(run.policy)
        }
        reading.collect(["runs[\(index)].caching", "runs[\(index)].tune"]) {
          () throws(InputError) in
          _ = try CachingPolicies.registry.make(run.cachingChoice)
        }
      }
    }
    try reading.faults.finish()
  }

  /// Throws one error that says everything that is wrong with a scenario of graphs on its own.
  static func checkGraphScenario(_ file: SpecFile) throws(InputError) {
    let reading = SpecReading(file)
    if let spec = reading.decode(GraphScenarioSpec.self) {
      reading.expect(!spec.runs.isEmpty, "runs", "expected at least one run")
      reading.collect(["arrivals"]) { () throws(InputError) in
        _ = try ArrivalProcesses.registry.make(spec.arrivals)
      }
      for (index, run) in spec.runs.enumerated() {
        reading.collect(["runs[\(index)].policy"]) { () throws(InputError) in
          _ = try SchedulerPolicies.registry.make(run.policy)
        }
        guard let caching = run.caching else { continue }
        reading.collect(["runs[\(index)].caching"]) { () throws(InputError) in
          _ = try CachingPolicies.registry.make(caching)
        }
      }
    }
    try reading.faults.finish()
  }

  /// Throws one error that says everything that is wrong with a scenario of a language model on its own.
  static func checkTokenScenario(_ file: SpecFile) throws(InputError) {
    let reading = SpecReading(file)
    if let spec = reading.decode(TokenScenarioSpec.self) {
      reading.expect(!spec.runs.isEmpty, "runs", "expected at least one run")
      reading.collect(["costs"]) { () throws(InputError) in
        _ = try IterationCostings.registry.make(spec.costs)
      }
      reading.collect(["requests.arrivals"]) { () throws(InputError) in
        _ = try ArrivalProcesses.registry.make(spec.requests.arrivals)
      }
      reading.collect(["requests.lengths"]) { () throws(InputError) in
        _ = try LengthDistributions.registry.make(spec.requests.lengths)
      }
      for (index, run) in spec.runs.enumerated() {
        reading.collect(["runs[\(index)].policy"]) { () throws(InputError) in
          _ = try IterationPolicies.registry.make(run.policy)
        }
      }
    }
    try reading.faults.finish()
  }

  /// Throws one error that says everything that is wrong with an architecture on its own.
  static func checkArchitecture(
    _ file: SpecFile, _ folders: SpecFolders
  ) throws(InputError) {
    let reading = SpecReading(file)
    if let spec = Architecture.read(reading) {
      let datapath = reading.collect(["datapath"]) { () throws(InputError) in
        try folders.families.datapaths.make(spec.datapath).member
      }
      if let datapath {
        reading.collect(["mapping", "memory.buffers"]) { () throws(InputError) in
          _ = try LayerMappers.make(spec, for: datapath, among: folders.families.mappers)
        }
      } else if let mapping = spec.mapping {
        reading.collect(["mapping"]) { () throws(InputError) in
          _ = try LayerMappers.make(mapping, among: folders.families.mappers)
        }
      }
      for (key, name, folder) in [
        ("energy.table", spec.energy.table, "arch/energy"),
        ("energy.dram", spec.energy.dram, "arch/energy/dram"),
        ("area", spec.area ?? "", "arch/area"),
      ] where !name.isEmpty {
        reading.check([key]) { () throws(SpecError) in
          do throws(InputError) {
            _ = try folders.path(of: name, in: folder)
          } catch {
            throw SpecError(key, error.message)
          }
        }
      }
    }
    try reading.faults.finish()
  }
}
