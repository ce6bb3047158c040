internal import Inputs
public import Reports
internal import Serving
internal import Specs

extension ServingExperiment {
  /// The highest rate at which each run meets its deadlines for a share `attainment` of queries.
  ///
  /// The `rate` of the scenario's arrivals is doubled or halved, then bisected to 2.5 %.
  public func capacity(attainment: Double, command: String) throws -> Report {
    guard spec.arrivals.replacing("rate", with: "1 Hz") != nil else {
      throw file.error(
        SpecError("arrivals", "a capacity search needs arrivals with one `rate`"))
    }
    let start = try ArrivalProcesses.registry.make(spec.arrivals).member.meanRate ?? 1
    let seed = spec.allSeeds[0]
    var rows: [[Table.Cell]] = []
    var results: [JSONValue] = []
    var pictures = CapacityCharts(attainment: attainment)
    for (index, run) in spec.runs.enumerated() {
      var accuracy = 0.0
      let found = try CapacitySearch(start: start).run { rate throws(InputError) in
        let choice = spec.arrivals.replacing("rate", with: "\(rate) Hz") ?? spec.arrivals
        let arrivals = try loadedArrivals(choice)
        do {
          let metrics = try simulation(index, arrivals: arrivals, seed: seed).run().metrics
          if metrics.attainment >= attainment { accuracy = metrics.meanServedAccuracy }
          return metrics.attainment >= attainment
        } catch let error as InputError {
          throw error
        } catch {
          throw file.error(SpecError("runs[\(index)]", "\(error)"))
        }
      }
      pictures.runs.append(
        .init(
          name: run.name, style: SeriesStyle(index), rate: found.highest, accuracy: accuracy,
          failing: found.lowestFailing))
      rows.append([
        .text(run.name), found.highest.map { .quantity($0, unit: "Hz") } ?? .none,
        found.highest == nil ? .none : .share(accuracy), .count(found.trials),
      ])
      results.append(
        .object([
          "name": .string(run.name), "rate_hz": found.highest.map { .number($0) } ?? .null,
          "lowest_failing_hz": found.lowestFailing.map { .number($0) } ?? .null,
          "mean_accuracy": found.highest == nil ? .null : .number(accuracy),
          "trials": .integer(found.trials),
        ]))
    }
    return Report(
      title: "\(spec.name), capacity at \(NumberText.share(attainment)) of deadlines met",
      facts: [("arrivals", spec.arrivals.kind), ("seed", "\(seed)"), ("width", "2.5 %")],
      table: Table(
        columns: [
          .init("run", "run"), .init("rate", "rate_hz"), .init("accuracy", "mean_accuracy"),
          .init("trials", "trials"),
        ], rows: rows, total: nil), conclusions: [], warnings: [],
      document: .object([
        "schema": .string("umemaki.capacity/1"), "scenario": .string(spec.name),
        "attainment": .number(attainment), "policies": .array(results),
        "provenance": Provenance(
          version: umemakiVersion, inputs: paths.map { Provenance.Input(fileAt: $0) },
          command: command, seed: seed
        ).document,
      ]), headline: pictures.headline, charts: pictures.all)
  }
}
