internal import Components
internal import Inputs
internal import Reports
internal import Serving

extension ServingExperiment {
  /// The most queries that a trace shows.
  public static let traceLimit = 20_000
  /// The most queries of a run that a trace shows with their layers.
  public static let layerLimit = 1_000

  /// Every run with the first seed as Chrome trace events, one process per run, three threads per
  /// device; times in microseconds.
  ///
  /// - Parameter layerQueries: Batches whose first query has a lower number are shown with their
  ///   layers and the DRAM transfers of these, at most `layerLimit`.
  /// - Returns: JSON. `otherData` says what is shown and what is not.
  /// - Throws: `InputError` when there are more queries than `traceLimit`.
  public func trace(layerQueries: Int) throws -> String {
    guard spec.options.queries <= Self.traceLimit else {
      throw file.error(
        SpecError(
          "options.queries",
          "a trace shows at most \(Self.traceLimit) queries, found \(spec.options.queries)"))
    }
    let arrivals = try loadedArrivals()
    try check()
    var events: [JSONValue] = []
    var without = 0
    for (index, run) in spec.runs.enumerated() {
      let simulation = try simulation(index, arrivals: arrivals, seed: spec.allSeeds[0])
      var observer = ServingTrace(
        process: index, simulation, fleet: fleet, builders: builders, layerQueries: layerQueries)
      do throws(ServingError) {
        _ = try simulation.run(observing: &observer)
      } catch {
        throw located(error, in: index)
      }
      if let failure = observer.failure { throw failure }
      events += observer.names(run.name, devices: fleet)
      events += observer.events + observer.queries.events(table)
      without += observer.servicesWithoutLayers
    }
    let layers =
      builders.allSatisfy { $0 == nil }
      ? "none: the table was imported and holds no layers"
      : "of batches whose first query is one of the first \(layerQueries)"
    let host = builder?.hostText.map { ["runs_elsewhere": JSONValue.string($0)] } ?? [:]
    return JSONValue.object([
      "traceEvents": .array(events), "displayTimeUnit": .string("ms"),
      "otherData": .object(
        [
          "scenario": .string(spec.name), "seed": .integer(spec.allSeeds[0]),
          "layers": .string(layers), "services_without_layers": .integer(without),
          "transfers": .string(
            "drawn over the whole layer: the cost model counts bytes by layer, not single bursts"),
        ].merging(host) { first, _ in first }),
    ]).text + "\n"
  }
}
