internal import Architectures
internal import Components
public import CostModel
public import Inputs
package import Networks
public import Reports
internal import Units
package import WeightAnalysis

/// One inference as the command line asks for it.
public struct Inference: Sendable {
  /// Architecture, a name or a path.
  public var architecture: String
  /// Workload, a name or a path.
  public var workload: String
  /// Sub-network of a supernet, by name or as an inline configuration.
  public var subnet: String?
  /// Weight file.
  public var weights: String?
  /// Layout of tensors whose file does not say.
  public var layout: WeightLayout?
  /// What the persistent buffer holds: `none`, `self`, a sub-network or a file.
  public var cached = "none"
  /// Images per inference.
  public var batch = 1
  /// Energy table instead of the architecture's.
  public var energy: String?
  /// DRAM preset instead of the architecture's.
  public var dram: String?

  /// Asks for `workload` on `architecture`.
  public init(architecture: String, workload: String) {
    self.architecture = architecture
    self.workload = workload
  }

  /// Reads every file, runs the model and reports.
  public func report(folders: SpecFolders, command: String) throws -> Report {
    var done = try run(folders: folders)
    let area = try area(of: done.run.design, folders: folders, paths: &done.paths)
    let simulation = NetworkSimulation(done.run.design)
    return Report(
      done.run, cached: cached, weights: done.summaries, area: area,
      opening: { layer, tiles in
        simulation.opening(
          of: done.run, layer: layer, weights: done.tensors, cached: done.held, tiles: tiles)
      },
      provenance: Provenance(
        version: umemakiVersion, inputs: done.paths.map { Provenance.Input(fileAt: $0) },
        command: command))
  }

  /// Reads every file, runs the model and gives its layers and tiles as Chrome trace events.
  ///
  /// Layers of more than `tiles` tiles are shown as a whole.
  public func trace(folders: SpecFolders, tiles: Int) throws -> String {
    let done = try run(folders: folders)
    let timelines = NetworkSimulation(done.run.design).timelines(
      of: done.run, weights: done.tensors, cached: done.held, limit: tiles)
    return RunTrace(run: done.run, timelines: timelines).text
  }

  /// A finished run with what it was made from.
  package struct Finished {
    package let run: NetworkRun
    package let held: Subgraph?
    package let tensors: [String: QuantizedTensor]
    package let summaries: [WeightSummary?]
    package var paths: [String]
  }

  /// Reads every file and runs the model.
  package func run(folders: SpecFolders) throws -> Finished {
    var paths: [String] = []
    let design = try Self.design(
      architecture, energy: energy, dram: dram, folders: folders, paths: &paths)
    let workloadPath = try folders.path(of: workload, in: "workloads")
    paths.append(workloadPath)
    let workload = try Workload(folders.file(at: workloadPath))
    let network = try workload.network(subnet: subnet)
    let simulation = NetworkSimulation(design)
    var summaries: [WeightSummary?] = network.layers.map { _ in nil }
    var tensors: [String: QuantizedTensor] = [:]
    if let weights {
      paths.append(weights)
      let isSupernet = if case .supernet = workload.content { true } else { false }
      let binding = WeightBinding(
        try WeightFile(path: weights), layout: layout, allowsSlices: isSupernet)
      let bound = try binding.bind(network)
      summaries = bound.summaries
      tensors = bound.tensors
    }
    try checkWeights(design, tensors)
    let held = try subgraph(workload, network, tensors, simulation, design, &paths)
    return Finished(
      run: try simulation.run(network, weights: tensors, cached: held, batch: batch), held: held,
      tensors: tensors, summaries: summaries, paths: paths)
  }

  /// The area by component, where the architecture names a table.
  private func area(
    of design: Design, folders: SpecFolders, paths: inout [String]
  ) throws(InputError) -> (table: String, shares: [Share<SquareMillimetres>])? {
    guard let name = design.architecture.spec.area else { return nil }
    let path: String
    do {
      path = try folders.path(of: name, in: "arch/area")
    } catch {
      throw try folders.file(at: folders.path(of: architecture, in: "arch"))
        .error(SpecError("area", error.message))
    }
    paths.append(path)
    return (name, AreaModel(try AreaTable(folders.file(at: path))).area(of: design))
  }

  /// A design whose cost depends on values is refused without them.
  private func checkWeights(
    _ design: Design, _ tensors: [String: QuantizedTensor]
  ) throws(InputError) {
    guard design.datapath.needsWeights, tensors.isEmpty else { return }
    let kind = design.architecture.spec.datapath.kind
    guard let weights else {
      throw InputError(
        "\(kind) counts the values of quantized weights, give a file; `umemaki make-weights` and "
          + "`umemaki quantize` make one", file: nil, path: "--weights")
    }
    throw InputError(
      "no tensor is quantized, but \(kind) counts the values of quantized weights; use "
        + "`umemaki quantize` first", file: weights)
  }

  /// Reads the architecture, its energy table and its DRAM preset; `paths` collects the files.
  public static func design(
    _ name: String, energy: String? = nil, dram: String? = nil, folders: SpecFolders,
    paths: inout [String]
  ) throws(InputError) -> Design {
    let path = try folders.path(of: name, in: "arch")
    let file = try folders.file(at: path)
    let architecture = try Architecture(file)
    func locate(
      _ flag: String?, _ name: String, _ key: String, _ folder: String
    ) throws(InputError) -> String {
      if let flag { return try folders.path(of: flag, in: folder) }
      do {
        return try folders.path(of: name, in: folder)
      } catch {
        return try file.locating { () throws(SpecError) in throw SpecError(key, error.message) }
      }
    }
    let chosen = architecture.spec.energy
    let table = try locate(energy, chosen.table, "energy.table", "arch/energy")
    let preset = try locate(dram, chosen.dram, "energy.dram", "arch/energy/dram")
    paths += [path, table, preset]
    return try Design(
      architecture,
      energy: EnergyTable(table: folders.file(at: table), dram: folders.file(at: preset)))
  }

  private func subgraph(
    _ workload: Workload, _ network: Network, _ tensors: [String: QuantizedTensor],
    _ simulation: NetworkSimulation, _ design: Design, _ paths: inout [String]
  ) throws(InputError) -> Subgraph? {
    guard cached != "none" else { return nil }
    let capacity = design.architecture.persistentBytes
    guard capacity > .zero else {
      throw InputError(
        "\(design.architecture.spec.name) has no persistent buffer", file: nil, path: "--cached")
    }
    if cached == "self" {
      return simulation.subgraph(of: network, weights: tensors, capacity: capacity)
    }
    guard cached.hasSuffix(".yaml") || cached.hasSuffix(".yml") else {
      do {
        let other = try workload.network(subnet: cached)
        return simulation.subgraph(of: other, weights: tensors, capacity: capacity)
      } catch {
        throw InputError(error.message, file: nil, path: "--cached")
      }
    }
    paths.append(cached)
    let file = try SpecFile(path: cached)
    let spec = try file.decode(SubgraphSpec.self)
    return try file.locating { () throws(SpecError) in
      let held = try spec.subgraph(for: network)
      let bytes = simulation.storage(of: held, weights: tensors)
      guard bytes <= capacity else {
        throw SpecError("slices", "\(bytes) do not fit the persistent buffer of \(capacity)")
      }
      return held
    }
  }
}

/// The version that reports print.
public let umemakiVersion = "0.1.0"
