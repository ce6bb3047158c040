internal import Architectures
internal import Components
internal import CostModel
public import Inputs
internal import Networks
internal import Reports
internal import Serving
public import Studies
internal import WeightAnalysis

/// What a user can choose from.
public struct Catalogue: Sendable {
  /// The kinds that can be listed.
  public static let kinds = [
    "architectures", "workloads", "operators", "supernets", "subnets", "datapaths", "quantizers",
    "policies", "caching-policies", "iteration-policies", "iteration-costs", "request-lengths",
    "arrivals",
    "scenarios", "energy-tables", "dram-presets",
    "area-tables", "sweeps", "searches", "metrics", "formats",
  ]

  private let folders: SpecFolders

  /// Lists the files of `folders`.
  public init(folders: SpecFolders) { self.folders = folders }

  /// Names with a sentence each.
  public func entries(
    of kind: String, workload: String?
  ) throws(InputError) -> [(name: String, summary: String)] {
    switch kind {
    case "architectures": return try files("arch")
    case "workloads": return try files("workloads")
    case "energy-tables": return try files("arch/energy")
    case "dram-presets": return try files("arch/energy/dram")
    case "operators":
      return folders.families.operations.entries.map { ($0.kind, $0.summary) }
    case "supernets": return folders.families.supernets.entries.map { ($0.kind, $0.summary) }
    case "datapaths": return folders.families.datapaths.entries.map { ($0.kind, $0.summary) }
    case "scenarios":
      return try files("workloads/scenarios") + files("workloads/graphs")
        + files("workloads/tokens") + files("workloads/sharing") + files("workloads/devices")
    case "iteration-policies":
      return IterationPolicies.registry.entries.map { ($0.kind, $0.summary) }
    case "iteration-costs": return IterationCostings.registry.entries.map { ($0.kind, $0.summary) }
    case "request-lengths":
      return LengthDistributions.registry.entries.map { ($0.kind, $0.summary) }
    case "policies": return SchedulerPolicies.registry.entries.map { ($0.kind, $0.summary) }
    case "caching-policies": return CachingPolicies.registry.entries.map { ($0.kind, $0.summary) }
    case "arrivals": return ArrivalProcesses.registry.entries.map { ($0.kind, $0.summary) }
    case "area-tables": return try files("arch/area")
    case "sweeps": return try files("workloads/sweeps")
    case "searches": return SearchMethods.registry.entries.map { ($0.kind, $0.summary) }
    case "metrics": return Self.metrics
    case "quantizers":
      return folders.families.quantizers.entries.map { ($0.kind, $0.summary) }
        + [(CodebookCodec.name, CodebookCodec.summary)]
    case "formats": return ReportFormats.summaries
    default: return try subnets(workload ?? "")
    }
  }

  /// The figures of sweeps, each once, with the sweeps that have it where not all have.
  private static var metrics: [(name: String, summary: String)] {
    let inference = InferenceFigures.measures(.picojoule).map(\.metric)
    let serving = ServingFigures.measures(.picojoule).map(\.metric)
    let words = Set(inference.map(\.word)).intersection(serving.map(\.word))
    return inference.map {
      ($0.word, words.contains($0.word) ? $0.summary : "inference: \($0.summary)")
    }
      + serving.filter { !words.contains($0.word) }.map { ($0.word, "serving: \($0.summary)") }
  }

  /// Every file of a folder with its `summary`, which all kinds of file have.
  private func files(
    _ folder: String
  ) throws(InputError) -> [(name: String, summary: String)] {
    try folders.check(folder)
    var result: [(name: String, summary: String)] = []
    for name in folders.names(in: folder) {
      let file = try SpecFile(path: folders.path(of: name, in: folder))
      guard case .mapping(let entries) = file.node.content,
        let entry = entries.first(where: { $0.key == "summary" }),
        case .scalar(let scalar) = entry.value.content
      else { throw InputError("missing key `summary`", at: file.node.location) }
      result.append((name, scalar.text))
    }
    return result
  }

  private func subnets(_ name: String) throws(InputError) -> [(name: String, summary: String)] {
    let workload = try folders.workload(
      SpecFile(path: folders.path(of: name, in: "workloads")))
    guard case .supernet(let supernet, let named) = workload.content else {
      throw InputError("\(name) is not a supernet", file: nil)
    }
    let specs = named + (supernet.all(resolution: 224) ?? [])
    var result: [(name: String, summary: String)] = [
      ("space", "\(supernet.size) sub-networks per resolution")
    ]
    for spec in specs {
      guard let layers = try? supernet.layers(of: spec) else { continue }
      let network = Network(name: name, subnet: spec.name, layers: layers)
      let accuracy = spec.top1.map { ", top-1 \($0)" } ?? ""
      result.append(
        (
          spec.name ?? "",
          "\(spec.resolution) px, \(layers.count) layers, "
            + "\(NumberText.quantity(Double(network.macs), unit: "MAC")), "
            + "\(NumberText.quantity(Double(network.parameters), unit: "parameters"))\(accuracy)"
        ))
    }
    return result
  }
}
