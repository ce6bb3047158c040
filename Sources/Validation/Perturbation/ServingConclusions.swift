internal import Components
internal import Inputs
internal import Serving
internal import Studies

/// SUSHI <= SUSHI without scheduler <= no SUSHI in mean latency.
struct ServingOrder: ExperimentConclusion {
  /// The runs that are compared, slowest first.
  private static let order = ["no SUSHI", "SUSHI without scheduler", "SUSHI"]
  /// Half a thousandth is a tie, as in the experiment's own report.
  private static let tie = 1.0005

  let scenario: String
  let files: [String]

  var conclusion: Conclusion {
    Conclusion(name: "serving, \(scenario)", figure: "latency saved by SUSHI", files: files)
  }

  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
    let means = try ScenarioRuns(scenario, runs: Self.order, folders).map {
      $0.latencyMean ?? .infinity
    }
    let holds = zip(means, means.dropFirst()).allSatisfy { $1 <= $0 * Self.tie }
    return Verdict(
      words: holds
        ? "SUSHI <= SUSHI without scheduler <= no SUSHI"
        : "the order of the three runs is another",
      figure: 1 - means[2] / means[0])
  }
}

/// SlackFit keeps more deadlines than MaxAcc and the largest network, more accurately than the smallest.
struct KeptDeadlines: ExperimentConclusion {
  private static let runs = ["slackfit", "maxacc", "fixed 4.1B", "minimum accuracy"]

  let scenario: String
  let files: [String]

  var conclusion: Conclusion {
    Conclusion(name: "serving, \(scenario)", figure: "deadlines kept by SlackFit", files: files)
  }

  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
    let found = try ScenarioRuns(scenario, runs: Self.runs, folders).map { $0 }
    let kept = found.map { $0.attainment ?? 0 }
    let accuracy = found.map { $0.accuracy ?? 0 }
    let holds =
      kept[0] > kept[1] && kept[0] > kept[2] && accuracy[0] > accuracy[3]
    return Verdict(
      words: holds
        ? "SlackFit between MaxAcc and the least accuracy" : "SlackFit is beaten", figure: kept[0])
  }
}

/// Some runs of a scenario, one seed of its several.
private struct ScenarioRuns {
  private let experiment: ServingExperiment
  private let indices: [Int]

  /// Finds `runs`, in the order in which they are named.
  init(_ scenario: String, runs: [String], _ folders: SpecFolders) throws {
    let path = try folders.path(of: scenario, in: "workloads/scenarios")
    var file = try folders.file(at: path)
    file = try file.keeping(entriesOf: "seeds") { _, index in index == 0 }
    file = try file.keeping(entriesOf: "runs") { name, _ in runs.contains(name ?? "") }
    var held = folders
    held.hold(file)
    experiment = try ServingExperiment(path, folders: held)
    let names = experiment.spec.runs.map(\.name)
    indices = try runs.map { name in
      guard let index = names.firstIndex(of: name) else {
        throw file.error(SpecError("runs", "expected a run called `\(name)`"))
      }
      return index
    }
  }

  /// A value of each run's figures.
  func map<Value>(_ value: (SeedFigures) -> Value) throws -> [Value] {
    let arrivals = try experiment.loadedArrivals()
    let seed = experiment.spec.allSeeds[0]
    return try indices.map { index in
      let run = try experiment.run(index, arrivals: arrivals, seed: seed)
      return value(
        SeedFigures(
          seed: seed, run, energyUnit: experiment.table.energyUnit, curve: []))
    }
  }
}

extension SpecFile {
  /// The file with only some entries of the list at a top-level key; `keep` sees an entry's `name`
  /// and its index.
  func keeping(
    entriesOf key: String, _ keep: (String?, Int) -> Bool
  ) throws(InputError) -> SpecFile {
    guard case .mapping(let entries) = node.content,
      let entry = entries.first(where: { $0.key == key }),
      case .sequence(let items) = entry.value.content
    else { throw error(SpecError(key, "expected a list")) }
    var kept: [YAMLNode] = []
    for (index, item) in items.enumerated() where keep(scalar(at: "\(key)[\(index)].name"), index) {
      kept.append(item)
    }
    var list = entry.value
    list.content = .sequence(kept)
    let replaced = list
    return try locating { () throws(SpecError) in try replacing(key, with: replaced) }
  }
}
