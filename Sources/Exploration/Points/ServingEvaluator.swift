internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Serving
internal import Studies
internal import Units

/// Runs one policy of a serving experiment per point.
struct ServingEvaluator: PointEvaluator {
  /// Fields of the target that an axis may write to; `run` is always an axis.
  static let fields = ["scenario", "run", "architecture", "workload", "area"]
  /// Files that an axis may write into.
  static let roots = ["scenario", "architecture", "workload"]

  let target: SweepSpec.ServingTarget
  let measures: [Measure<ServingFigures>]
  let metrics: [Metric]
  let supernet: Supernet? = nil
  /// A scenario's sub-networks are never a part of a network.
  let warnings: [String] = []
  let notes: [String]
  /// What the energies of every point are multiples of.
  let energyUnit: EnergyUnit
  let implied: [SweepDimension.Member]
  private(set) var folders: SpecFolders
  private(set) var inputs: [String]
  private(set) var targets: [String: PointEdits.Target] = [:]

  /// Reads the scenario and every file it names.
  init(
    _ target: SweepSpec.ServingTarget, file: SpecFile, folders: SpecFolders
  ) throws(InputError) {
    self.target = target
    var files = SweepFiles(folders)
    do {
      try files.scenario(target.scenario)
    } catch {
      guard error.kind == .unreadable else { throw error }
      throw file.error(SpecError("serving.scenario", error.message))
    }
    let experiment = try ServingExperiment(target.scenario, folders: files.folders)
    for (index, name) in (target.runs ?? []).enumerated()
    where !experiment.spec.runs.contains(where: { $0.name == name }) {
      let names = experiment.spec.runs.map(\.name)
      throw file.error(
        SpecError(
          "serving.runs[\(index)]",
          "the scenario has no run `\(name)`, expected one of \(names.joined(separator: ", "))"))
    }
    implied = [
      SweepDimension.Member(
        name: "run", paths: ["run"],
        values: (target.runs ?? experiment.spec.runs.map(\.name)).map {
          YAMLNode(text: $0, at: file.node.location)
        })
    ]
    energyUnit = experiment.table.energyUnit
    notes =
      ["figures are means over the scenario's seeds, energy and bytes per query"]
      + (experiment.builder?.hostText.map { ["runs elsewhere: \($0)"] } ?? [])
      + (experiment.builder?.warnings ?? [])
    if let area = target.area { _ = try AreaTable(files.file(area, in: "arch/area")) }
    for path in experiment.paths { files.note(path) }
    self.folders = files.folders
    inputs = files.paths
    measures = ServingFigures.measures(energyUnit)
    metrics = measures.map(\.metric)
  }

  mutating func check(_ settings: [DesignPoint.Setting]) throws(SpecError) {
    var files = SweepFiles(folders)
    for setting in settings {
      for path in setting.paths {
        let target = PointEdits.Target(path)
        guard
          target.rest.isEmpty ? Self.fields.contains(target.root) : Self.roots.contains(target.root)
        else {
          throw SweepFiles.unknown(path, roots: Self.roots, fields: Self.fields)
        }
        targets[path] = target
        if target.rest.isEmpty { try files.hold(setting, as: target.root, path) }
      }
    }
    folders = files.folders
    inputs += files.paths
    for setting in settings {
      for path in setting.paths where !PointEdits.Target(path).rest.isEmpty {
        let point = DesignPoint(
          settings: [DesignPoint.Setting(name: setting.name, paths: [path], value: setting.value)],
          axisCount: 1, subnet: nil)
        var worker = ServingWorker(self)
        do throws(PointFailure) {
          _ = try worker.experiment(PointEdits(point.settings, targets: targets))
        } catch {
          guard error.isUnknownKey else { continue }
          throw SpecError(path, error.message)
        }
      }
    }
  }

  func worker() -> any PointWorker { ServingWorker(self) }
}
