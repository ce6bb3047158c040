internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Serving
internal import Units

/// Runs serving experiments one after the other; points that differ in the run only share a table.
struct ServingWorker: PointWorker {
  private let evaluator: ServingEvaluator
  private var experiments = BoundedCache<ServingExperiment>(capacity: 8)

  init(_ evaluator: ServingEvaluator) { self.evaluator = evaluator }

  mutating func evaluate(_ point: DesignPoint, effort: PointEffort) -> PointResult {
    do throws(PointFailure) {
      return .ran(try figures(PointEdits(point, targets: evaluator.targets), effort))
    } catch {
      return error.result
    }
  }

  /// The scenario with a point's values written into it and into the files it names.
  mutating func experiment(_ edits: PointEdits) throws(PointFailure) -> ServingExperiment {
    let key =
      ["scenario", "architecture", "workload"].map { (edits.fields[$0] ?? "") + edits.key($0) }
      .joined(separator: "\n\n")
    let evaluator = evaluator
    return try experiments.value(key) { () throws(PointFailure) in
      var folders = evaluator.folders
      let name = edits.fields["scenario"] ?? evaluator.target.scenario
      do throws(InputError) {
        let path = try folders.path(of: name, in: "workloads/scenarios")
        var file = try Self.edited(folders.file(at: path), "scenario", edits)
        for root in ["architecture", "workload"] {
          let key = "profile.\(root)"
          if let chosen = edits.fields[root] {
            let source = file
            file = try source.locating { () throws(SpecError) in
              try source.replacing(key, with: YAMLNode(text: chosen, at: source.node.location))
            }
          }
          guard !edits.key(root).isEmpty else { continue }
          guard let named = file.scalar(at: key) else {
            throw InputError("the scenario has no profile", file: path, path: root)
          }
          let inner = try folders.path(of: named, in: root == "architecture" ? "arch" : "workloads")
          folders.hold(try Self.edited(folders.file(at: inner), root, edits))
        }
        folders.hold(file)
        return try ServingExperiment(path, folders: folders)
      } catch {
        throw PointFailure(error)
      }
    }
  }

  private static func edited(
    _ file: SpecFile, _ root: String, _ edits: PointEdits
  ) throws(InputError) -> SpecFile {
    do throws(PointFailure) {
      return try edits.applied(to: file, root: root)
    } catch {
      throw InputError(error.message, file: nil)
    }
  }

  private mutating func figures(
    _ edits: PointEdits, _ effort: PointEffort
  ) throws(PointFailure) -> [Double] {
    let experiment = try experiment(edits)
    guard experiment.table.energyUnit == evaluator.energyUnit else {
      throw PointFailure(
        "energies are in \(experiment.table.energyUnit.rawValue), the sweep is in "
          + evaluator.energyUnit.rawValue)
    }
    let runs = experiment.spec.runs
    guard let name = edits.fields["run"], let index = runs.firstIndex(where: { $0.name == name })
    else {
      throw PointFailure("the scenario has no run `\(edits.fields["run"] ?? "")`")
    }
    do throws(InputError) {
      let arrivals = try experiment.loadedArrivals()
      let seeds = effort == .full ? experiment.spec.allSeeds : [experiment.spec.allSeeds[0]]
      var outcome = ServingOutcome(
        name: name, energyUnit: evaluator.energyUnit)
      for seed in seeds {
        outcome.add(try experiment.run(index, arrivals: arrivals, seed: seed), seed: seed)
      }
      let area = try area(edits, experiment)
      let onChip = try onChipBytes(experiment)
      return evaluator.metrics.map { metric in
        switch metric.name {
        case "area_mm2": area
        case "on_chip_bytes": onChip
        default: Self.value(metric.name, of: outcome)
        }
      }
    } catch {
      throw PointFailure(error)
    }
  }

  /// A figure over the seeds; not a number where there is none, as for cycles.
  private static func value(_ name: String, of outcome: ServingOutcome) -> Double {
    let found: Double? =
      switch name {
      case "latency_s": outcome.mean(\.latencyMean)
      case EnergyUnit.picojoule.key, EnergyUnit.mac.key, EnergyUnit.unstated.key:
        outcome.mean(\.energy)
      case "dram_bytes": outcome.mean(\.dramBytes)
      case "utilization": outcome.mean(\.utilization)
      case "latency_p50_s": outcome.mean(\.p50)
      case "latency_p99_s": outcome.mean(\.p99)
      case "latency_max_s": outcome.spread(\.latencyMax)?.high
      case "slo_attainment": outcome.mean(\.attainment)
      case "accuracy": outcome.mean(\.accuracy)
      case "accuracy_completed": outcome.mean(\.servedAccuracy)
      case "dropped": outcome.mean { Double($0.dropped) }
      case "completed": outcome.mean { Double($0.completed) }
      case "cache_hit_ratio": outcome.mean(\.hits)
      case "subgraph_loads": outcome.mean { Double($0.subgraphLoads) }
      case "subnet_switches": outcome.mean { Double($0.subnetSwitches) }
      default: nil
      }
    return found ?? .nan
  }

  private func architecture(
    _ experiment: ServingExperiment
  ) throws(InputError) -> Architecture? {
    guard let profile = experiment.spec.profile else { return nil }
    let path = try experiment.folders.path(of: profile.architecture, in: "arch")
    return try Architecture(experiment.folders.file(at: path))
  }

  private func area(_ edits: PointEdits, _ experiment: ServingExperiment) throws(InputError)
    -> Double
  {
    guard let architecture = try architecture(experiment), let profile = experiment.spec.profile,
      let name = edits.fields["area"] ?? evaluator.target.area ?? architecture.spec.area
    else { return .nan }
    var paths: [String] = []
    let design = try Inference.design(
      profile.architecture, folders: experiment.folders, paths: &paths)
    let table = try AreaTable(
      experiment.folders.file(at: experiment.folders.path(of: name, in: "arch/area")))
    return AreaModel(table).total(of: design).value
  }

  private func onChipBytes(_ experiment: ServingExperiment) throws(InputError) -> Double {
    guard let architecture = try architecture(experiment) else { return .nan }
    let buffers = architecture.spec.memory.buffers.reduce(0) { $0 + $1.size.count }
    return Double(buffers + architecture.persistentBytes.count)
  }
}
