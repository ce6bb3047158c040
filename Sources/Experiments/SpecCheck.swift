internal import CostModel
public import Inputs
internal import Reports
internal import Specs

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
      let workload = try Workload(file)
      kind = "workload"
      resolved = try Self.text(workload)
    } else if !keys.isDisjoint(with: ["multiplier", "adder"]) {
      resolved = Self.yaml(try AreaTable(file).spec)
      kind = "area table"
    } else if !keys.isDisjoint(with: ["sram", "multiply", "band"]) {
      let spec = try file.decode(EnergyTableSpec.self)
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
      let experiment = try ServingExperiment(path, folders: folders)
      kind = "scenario"
      resolved = try experiment.resolved()
    } else if !keys.isDisjoint(with: ["axes", "objectives"]) {
      resolved = try Sweep(path, folders: folders).manifest.resolved
      kind = "sweep"
    } else if keys.isSuperset(of: ["read", "write"]) {
      let spec = try file.decode(DRAMEnergySpec.self)
      try file.locating { () throws(SpecError) in try EnergyTable.check(spec) }
      resolved = Self.yaml(spec)
      kind = "DRAM preset"
    } else {
      var paths: [String] = []
      let design = try Inference.design(path, folders: folders, paths: &paths)
      let spec = design.architecture.spec
      kind = "architecture"
      resolved =
        Self.yaml(Head(name: spec.name, summary: spec.summary, source: spec.source))
        + "frequency: \(spec.frequency)\nlayer_overhead: \(spec.layerOverhead)\n"
        + (spec.depthwiseOverhead.map { "depthwise_overhead: \($0)\n" } ?? "")
        + Self.nested("precision", Self.yaml(spec.precision))
        + Self.nested("datapath", design.datapathText)
        + Self.nested("memory", Self.yaml(spec.memory))
        + Self.nested("energy", Self.yaml(spec.energy))
        + (spec.area.map { "area: \($0)\n" } ?? "")
        + (spec.mapping.map { Self.nested("mapping", Self.yaml($0)) } ?? "")
    }
  }

  /// What every file begins with.
  private struct Head: Encodable {
    let name: String
    let summary: String
    let source: String
  }

  private static func text(_ workload: Workload) throws(InputError) -> String {
    let spec = workload.spec
    let head = yaml(Head(name: spec.name, summary: spec.summary, source: spec.source))
    switch workload.content {
    case .network(let network):
      return head + (spec.leftOut.map { nested("left_out", yaml($0)) } ?? "") + "layers:\n"
        + network.layers.map(line).joined()
    case .supernet(_, let subnets):
      guard let choice = spec.supernet else { return head }
      let space = try Supernets.registry.make(choice).text
      return head + nested("supernet", space)
        + (subnets.isEmpty ? "" : nested("subnets", yaml(subnets)))
    }
  }

  private static func line(_ layer: Layer) -> String {
    "  - {name: \(JSONValue.string(layer.name).text), operator: \(layer.operation.rawValue), input: [\(layer.channels), "
      + "\(layer.inputRows), \(layer.inputColumns)], output_channels: \(layer.kernels), kernel: "
      + "[\(layer.kernelRows), \(layer.kernelColumns)], stride: \(layer.stride), padding: "
      + "\(layer.padding), groups: \(layer.operation == .depthwiseConvolution ? 1 : layer.groups)}\n"
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
