internal import Components
internal import Exploration
internal import Inputs
internal import Networks
internal import Studies

/// The designs of a committed sweep with the least of some objectives.
struct BestDesigns: PerturbedExperiment {
  let experiment: String
  /// Each with the files that it depends on.
  let objectives: [(name: String, files: [String])]
  /// Files held in place of those that the sweep reads.
  let edit: @Sendable (SpecFile, inout SpecFolders) throws -> SpecFile

  var conclusions: [Conclusion] {
    objectives.map { objective, files in
      Conclusion(
        name: "\(experiment), least \(objective)", figure: "least \(objective) in SI units",
        files: files)
    }
  }

  func verdicts(_ folders: SpecFolders, scratch: String) throws -> [Verdict] {
    let result = try SweepResult(
      of: "results/\(experiment)/experiment.yaml", folders: folders, scratch: scratch, edit: edit)
    return try objectives.map { try best($0.name, of: result) }
  }

  private func best(_ objective: String, of result: SweepResult) throws -> Verdict {
    let best = try result.best(objective)
    return Verdict(words: best.words, figure: best.figure)
  }

  /// One of the scenario's seeds.
  static func withOneSeed(
    _ file: SpecFile, _ folders: inout SpecFolders
  ) throws -> SpecFile {
    guard let name = file.scalar(at: "serving.scenario") else { return file }
    let path = try folders.path(of: name, in: "workloads/scenarios")
    folders.hold(
      try folders.file(at: path).keeping(entriesOf: "seeds") { _, index in index == 0 })
    return file
  }

  /// The engines of `results/plum-sweep` one step around its best, with the weights at `weights`.
  static func nearBestEngine(_ file: SpecFile, weights: String) throws -> SpecFile {
    func node(_ text: String) -> YAMLNode { YAMLNode(text: text, at: file.node.location) }
    return try file.locating { () throws(SpecError) in
      var file = try file.replacing("inference.weights", with: node(weights))
      for (axis, values) in [
        ("tile_width", ["3", "4", "5"]), ("filter_block", ["128", "256", "512"]),
        ("pattern_adders", ["4", "8", "16"]),
      ] {
        file = try file.replacing(
          "axes[\(axis)].values",
          with: YAMLNode(content: .sequence(values.map(node)), location: file.node.location))
      }
      return file
    }
  }
}

/// OFA's front covers CompOFA's.
struct FrontShare: ExperimentConclusion {
  let files: [String]

  var conclusion: Conclusion {
    Conclusion(name: "compofa", figure: "CompOFA's share of OFA's hypervolume", files: files)
  }

  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
    let fronts = ["ofa", "experiment"].map { "\(scratch)/\($0)" }
    for (name, store) in zip(["ofa", "experiment"], fronts) {
      _ = try SweepResult(
        of: "results/compofa/\(name).yaml", folders: folders, scratch: store)
    }
    let comparison = try SweepComparison(fronts[0], fronts[1])
    let covered = comparison.covered
    return Verdict(
      words: covered[1] == 1
        ? "OFA covers all of CompOFA's front" : "OFA does not cover all of CompOFA's front",
      figure: comparison.volumes[1] / comparison.volumes[0])
  }
}

extension SweepResult {
  /// Runs the sweep file at `path`, below the root of `folders`, and reads its result; `edit` may
  /// change the file and what else is held.
  init(
    of path: String, folders: SpecFolders, scratch: String,
    edit: (SpecFile, inout SpecFolders) throws -> SpecFile = { file, _ in file }
  ) throws {
    let path = folders.root == "." ? path : "\(folders.root)/\(path)"
    var held = folders
    held.hold(try edit(try folders.file(at: path), &held))
    var options = SweepRunner.Options()
    options.jobs = 1
    let runner = SweepRunner(try Sweep(path, folders: held), options: options)
    _ = try runner.run(into: scratch, resumes: false) { _ in }
    try self.init(in: scratch)
  }
}
