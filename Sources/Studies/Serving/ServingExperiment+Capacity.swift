internal import Components
internal import Inputs
public import Reports
internal import Serving
internal import Units

extension ServingExperiment {
  /// The highest mean rate at which each run meets its deadlines for a share `attainment` of queries.
  ///
  /// The rates of the scenario's arrivals are doubled or halved together, then bisected to 2.5 %. A rate
  /// meets the share when the mean of the attainments of all seeds does.
  ///
  /// - Throws: `InputError` when the arrivals have no rate to change, or a run cannot go on.
  public func capacity(attainment: Double, command: String) throws -> Report {
    let arrivals = try loadedArrivals()
    try check()
    let scale = try file.locating { () throws(SpecError) in
      try ArrivalScale(spec.arrivals, arrivals)
    }
    let search = try CapacitySearch(start: scale.mean)
    var entries: [CapacityReport.Entry] = []
    for (index, run) in spec.runs.enumerated() {
      var best: ServingOutcome?
      let found = try search.run { rate throws(InputError) -> CapacitySearch.Trial in
        let (trial, outcome) = try self.trial(index, at: rate, scale, attainment)
        if trial == .meets { best = outcome }
        return trial
      }
      entries.append(
        CapacityReport.Entry(
          name: run.name, style: SeriesStyle(index), found: found, outcome: best))
    }
    return CapacityReport(
      spec: spec, paths: paths, attainment: attainment, entries: entries,
      host: builder?.hostText, command: command
    ).report
  }

  /// Serves one run at a mean rate, with as many of the seeds as it takes to know.
  private func trial(
    _ index: Int, at rate: Double, _ scale: ArrivalScale, _ attainment: Double
  ) throws(InputError) -> (CapacitySearch.Trial, ServingOutcome) {
    let seeds = spec.allSeeds
    var outcome = ServingOutcome(
      name: spec.runs[index].name, energyUnit: table.energyUnit)
    // A rate that one of its parts cannot have is below every rate that can be tried.
    guard let arrivals = try? loadedArrivals(scale.choice(at: rate)) else {
      return (.hopeless, outcome)
    }
    var sum = 0.0
    for (count, seed) in seeds.enumerated() {
      let run: ServingRun
      let simulation = try simulation(index, arrivals: arrivals, seed: seed)
      do throws(ServingError) {
        run = try simulation.run()
      } catch {
        switch error {
        // So slow a stream does not fit the clock or the scenario's `until`.
        case .arrivalBeyondClock, .nothingMeasured: return (.hopeless, outcome)
        default: throw located(error, in: index)
        }
      }
      outcome.add(run, seed: seed)
      guard let share = run.metrics.attainment else { return (.hopeless, outcome) }
      sum += share
      // Even if all other seeds met every deadline.
      let limit = (sum + Double(seeds.count - count - 1)) / Double(seeds.count)
      if limit < attainment, outcome.seeds.contains(where: \.hasWaits) { return (.misses, outcome) }
    }
    guard outcome.mean(\.attainment) ?? 0 < attainment else { return (.meets, outcome) }
    // Where nobody waits, the same happens at every lower rate.
    return (outcome.seeds.contains(where: \.hasWaits) ? .misses : .hopeless, outcome)
  }
}
