internal import Architectures
internal import Components
internal import CostModel
public import Inputs
internal import Networks
internal import Reports
internal import Serving
public import Studies

/// One specification file, decoded and resolved by what it contains.
public struct SpecCheck: Sendable {
  /// What the file turned out to be.
  public let kind: String
  /// The file with every default filled in, as YAML.
  public let resolved: String

  /// Decodes and resolves the file; throws the first thing that is wrong.
  public init(fileAt path: String, folders: SpecFolders) throws(InputError) {
    let file = try SpecFile(path: path)
    guard case .mapping(let entries) = file.node.content else {
      throw InputError("expected a mapping", at: file.node.location)
    }
    let keys = Set(entries.map(\.key))
    if !keys.isDisjoint(with: ["layers", "supernet", "subnets"]) {
      let workload = try folders.workload(file)
      kind = "workload"
      resolved = try Self.text(workload, folders.families.supernets)
    } else if !keys.isDisjoint(with: ["multiplier", "adder"]) {
      resolved = Self.yaml(try AreaTable(file).spec)
      kind = "area table"
    } else if !keys.isDisjoint(with: ["sram", "multiply", "band"]) {
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
      kind = "energy table"
      resolved = Self.yaml(spec)
    } else if !keys.isDisjoint(with: ["arrivals", "runs"]) {
      try Self.checkScenario(file)
      let experiment = try ServingExperiment(path, folders: folders)
      kind = "scenario"
      resolved = try experiment.resolved()
    } else if !keys.isDisjoint(with: ["axes", "objectives"]) {
      resolved = try Sweep(path, folders: folders).manifest.resolved
      kind = "sweep"
    } else if keys.isSuperset(of: ["read", "write"]) {
      let spec = try EnergyTable.preset(file)
      resolved = Self.yaml(spec)
      kind = "DRAM preset"
    } else {
      try Self.checkArchitecture(file, folders)
      var paths: [String] = []
      let design = try Resolver.design(path, folders: folders, paths: &paths)
      let spec = design.architecture.spec
      kind = "architecture"
      resolved =
        Self.yaml(Head(name: spec.name, summary: spec.summary, source: spec.source))
        + "frequency: \(spec.frequency)\nlayer_overhead: \(spec.layerOverhead)\n"
        + (spec.depthwiseOverhead.map { "depthwise_overhead: \($0)\n" } ?? "")
        + Self.nested("precision", Self.yaml(spec.precision))
        + Self.nested("datapath", design.datapathText)
        + Self.nested("memory", Self.yaml(spec.memory))
        + (spec.idlePower.map { "idle_power: \($0)\n" } ?? "")
        + Self.nested("energy", Self.yaml(spec.energy))
        + (spec.area.map { "area: \($0)\n" } ?? "")
        + (spec.mapping == nil ? "" : Self.nested("mapping", design.mapperText))
        + (spec.vectorUnit.map { Self.nested("vector_unit", Self.yaml($0)) } ?? "")
        + (spec.activations.map { Self.nested("activations", Self.yaml($0)) } ?? "")
        + (spec.assumed.map { Self.nested("assumed", Self.yaml($0)) } ?? "")
    }
  }

  /// Throws one error that says everything that is wrong with a scenario on its own.
  private static func checkScenario(_ file: SpecFile) throws(InputError) {
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
        reading.collect(["runs[\(index)].caching"]) { () throws(InputError) in
          _ = try CachingPolicies.registry.make(run.caching)
        }
      }
    }
    try reading.faults.finish()
  }

  /// Throws one error that says everything that is wrong with an architecture on its own.
  private static func checkArchitecture(
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

  /// What every file begins with.
  private struct Head: Encodable {
    let name: String
    let summary: String
    let source: String
  }

  private static func text(
    _ workload: Workload, _ supernets: Registry<Supernet>
  ) throws(InputError) -> String {
    let spec = workload.spec
    let head = yaml(Head(name: spec.name, summary: spec.summary, source: spec.source))
    let precision =
      spec.fullPrecision.map { names in
        let list = names.map { JSONValue.string($0).text }.joined(separator: ", ")
        return "full_precision: [\(list)]\n"
      } ?? ""
    switch workload.content {
    case .network:
      return head + (spec.leftOut.map { nested("left_out", yaml($0)) } ?? "") + precision
        + workload.listing { JSONValue.string($0).text }
    case .supernet(_, let subnets):
      guard let choice = spec.supernet else { return head }
      let space = try supernets.make(choice).text
      return head + precision + nested("supernet", space)
        + (subnets.isEmpty ? "" : nested("subnets", yaml(subnets)))
    }
  }

  private static func yaml<Value: Encodable>(_ value: Value) -> String {
    (try? YAMLEncoder().encode(value)) ?? ""
  }

  private static func nested(_ key: String, _ text: String) -> String {
    "\(key):\n"
      + text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.isEmpty ? "" : "  \($0)\n"
      }.joined()
  }
}
