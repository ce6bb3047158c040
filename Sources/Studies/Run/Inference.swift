internal import Components
package import CostModel
internal import Documents
internal import Inputs
public import Reports

/// One inference as the command line asks for it.
public struct Inference: Sendable {
  /// What is asked.
  public var question: Question

  /// Asks `question`.
  public init(_ question: Question) { self.question = question }

  /// Asks for `workload` on `architecture`.
  public init(architecture: String, workload: String) {
    self.init(Question(architecture: architecture, workload: workload))
  }

  /// Reads every file, runs the model and reports.
  public func report(folders: SpecFolders, command: String) throws -> Report {
    try report(run(folders: folders), command: command)
  }

  /// The same, and how every layer was cut, as a mapping file says it.
  ///
  /// - Throws: `InputError` where there are several cores, beside what `report` throws.
  public func reportWithMappings(
    folders: SpecFolders, command: String
  ) throws -> (report: Report, mappings: String) {
    let done = try run(folders: folders)
    try done.run.design.checkOneCore(
      "mapping files hold tiles of whole layers", at: "--mapping-out")
    guard FileMapper.serves(done.run.design.datapath) else {
      throw InputError(
        "`\(type(of: done.run.design.datapath).kind)` deals layers out itself and reads no mapping "
          + "file; leave it out", file: nil, path: "--mapping-out")
    }
    return (
      try report(done, command: command), try YAMLEncoder().encode(MappingFile(done.run))
    )
  }

  private func report(_ done: Finished, command: String) throws -> Report {
    let (run, resolved) = (done.run, done.resolved)
    let evaluator = Evaluator(run.design)
    let provenance = Provenance(filesAt: resolved.paths, command: command)
    let bounds = evaluator.bounds(of: run, weights: resolved.tensors)
    let iteration = IterationDocument(resolved.iteration, run)
    return Report(
      run, bounds: bounds, cached: question.cached, fill: question.fill,
      area: resolved.areaShares, iteration: iteration?.facts ?? [],
      opening: { layer, tiles in
        evaluator.opening(of: run, layer: layer, weights: resolved.tensors, tiles: tiles)
      },
      document: RunDocument(
        run, cached: question.cached, fill: question.fill, weights: resolved.summaries,
        bounds: bounds, area: resolved.areaShares?.shares, iteration: iteration,
        provenance: provenance
      ).json, provenance: provenance)
  }

  /// Reads every file, runs the model and gives its layers and tiles as Chrome trace events.
  ///
  /// Layers of more than `tiles` tiles are shown as a whole.
  public func trace(folders: SpecFolders, tiles: Int) throws -> String {
    let done = try run(folders: folders)
    let timelines = Evaluator(done.run.design).timelines(
      of: done.run, weights: done.resolved.tensors, limit: tiles)
    return RunTrace(run: done.run, timelines: timelines).text
  }

  /// A finished run with what it was made from.
  package struct Finished {
    package let run: NetworkCost
    package let resolved: Resolved
    /// What a report says of each layer's weights.
    package var summaries: [WeightSummary?] { resolved.summaries }
  }

  /// Reads every file and runs the model.
  package func run(folders: SpecFolders) throws -> Finished {
    var resolver = Resolver(folders: folders)
    let resolved = try resolver.resolve(question)
    let run = try Evaluator(resolved.design).evaluate(
      resolved.network, weights: resolved.tensors, placement: resolved.placement,
      batch: resolved.batch)
    return Finished(run: run, resolved: resolved)
  }
}
