internal import Inputs
internal import Serving

extension ServingExperiment {
  /// A file for what becomes of every query of all runs and seeds.
  func recordFile(_ path: String, classes: [String]) throws(InputError) -> QueryRecordFile {
    try QueryRecordFile(
      path, table: table, classes: classes, models: models,
      hasPieces: spec.demands.hasPieces, runs: spec.runs.map(\.name),
      title: spec.name)
  }

  /// Runs the simulation of one combination with one seed, and writes down every query where `records` is
  /// given.
  func run(
    _ simulation: ServingSimulation, _ index: Int, seed: Int, recording records: QueryRecordFile?
  ) throws(InputError) -> ServingRun {
    guard let records else {
      do {
        return try simulation.run()
      } catch {
        throw located(error, in: index)
      }
    }
    records.begin(run: index, seed: seed)
    var recorder = QueryRecorder(simulation, sink: records)
    let run: ServingRun
    do {
      run = try simulation.run(observing: &recorder)
    } catch {
      // A run that was ended early may have served nothing.
      throw recorder.failure ?? located(error, in: index)
    }
    if let failure = recorder.failure { throw failure }
    return run
  }
}
