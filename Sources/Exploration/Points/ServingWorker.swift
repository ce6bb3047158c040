internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Serving
internal import Studies
internal import Units

/// Runs serving experiments one after the other; points that differ in the run only share a table.
struct ServingWorker: PointWorker {
  private let evaluator: ServingEvaluator
  private var experiments = BoundedCache<ServingExperiment>(capacity: 8)
  private var areas = BoundedCache<Double>()

  init(_ evaluator: ServingEvaluator) { self.evaluator = evaluator }

  mutating func evaluate(_ point: DesignPoint, effort: PointEffort) -> PointResult {
    do throws(PointFailure) {
      return .ran(try figures(PointEdits(point.settings, targets: evaluator.targets), effort))
    } catch {
      return error.result
    }
  }

  /// What identifies the experiment of a point.
  private func key(_ edits: PointEdits) -> String {
    ["scenario", "architecture", "workload"].map { (edits.fields[$0] ?? "") + edits.key($0) }
      .joined(separator: "\n\n")
  }

  /// The scenario with a point's values written into it and into the files it names.
  mutating func experiment(_ edits: PointEdits) throws(PointFailure) -> ServingExperiment {
    let evaluator = evaluator
    return try experiments.value(key(edits)) { () throws(PointFailure) in
      var folders = evaluator.folders
      let name = edits.fields["scenario"] ?? evaluator.target.scenario
      do throws(InputError) {
        let path = try folders.path(of: name, in: "workloads/scenarios")
        var file = try edits.applied(to: folders.file(at: path), root: "scenario")
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
          folders.hold(try edits.applied(to: folders.file(at: inner), root: root))
        }
        folders.hold(file)
        return try ServingExperiment(path, folders: folders)
      } catch {
        throw PointFailure(error)
      }
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
    let name = edits.fields["run"] ?? ""
    guard let index = experiment.spec.runs.firstIndex(where: { $0.name == name }) else {
      throw PointFailure("the scenario has no run `\(name)`")
    }
    do throws(InputError) {
      let arrivals = try experiment.loadedArrivals()
      let seeds = effort == .full ? experiment.spec.allSeeds : [experiment.spec.allSeeds[0]]
      var outcome = ServingOutcome(name: name, energyUnit: evaluator.energyUnit)
      for seed in seeds {
        outcome.add(try experiment.run(index, arrivals: arrivals, seed: seed), seed: seed)
      }
      let figures = ServingFigures(
        outcome: outcome, area: try area(edits, experiment),
        onChipBytes: experiment.builder.map { Double($0.design.onChipBytes.count) } ?? .nan,
        rate: arrivals.meanRate ?? .nan)
      return evaluator.measures.map { $0.value(figures) }
    } catch {
      throw PointFailure(error)
    }
  }

  /// The area of the design that filled the table, not a number where none did.
  private mutating func area(
    _ edits: PointEdits, _ experiment: ServingExperiment
  ) throws(InputError) -> Double {
    guard let builder = experiment.builder else { return .nan }
    var question = builder.question
    question.area = edits.fields["area"] ?? evaluator.target.area
    let key = key(edits) + "\n" + (question.area ?? "")
    return try areas.value(key) { () throws(InputError) in
      var resolver = Resolver(folders: experiment.folders, form: .keys(prefix: ""))
      let table = try resolver.area(question, builder.design, .none)?.table.value
      return table.map { AreaModel($0).total(of: builder.design).value } ?? .nan
    }
  }
}
