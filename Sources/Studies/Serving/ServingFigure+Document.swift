internal import Architectures
internal import Documents

/// Where each figure stands in a document; `amount` and `count` give a figure's number, or what it is over
/// seeds.
extension ServingFigure {
  /// The figures of queries; `ends` are the latencies of the seeds with the lowest and the highest mean,
  /// nil to leave them out.
  static func ofQueries<Amount, Count>(
    amount: (ServingFigure) -> Amount?, count: (ServingFigure) -> Count?,
    ends: (low: Amount?, high: Amount?)? = nil
  ) -> QueryFigures<Amount, Count> {
    QueryFigures(
      latencyS: .init(
        mean: amount(latency), p50: amount(p50), p90: amount(p90), p99: amount(p99),
        p999: amount(p999), max: amount(latencyMax), meanLowestSeed: ends.map { $0.low },
        meanHighestSeed: ends.map { $0.high }),
      sloAttainment: amount(attainment), meanAccuracy: amount(accuracy),
      meanAccuracyCompleted: amount(servedAccuracy), queries: count(queries),
      completed: count(completed), dropped: count(dropped), inFlight: count(inFlight))
  }

  /// The figures of devices without the services that they completed.
  private static func ofWork<Amount, Count>(
    _ unit: EnergyUnit, amount: (ServingFigure) -> Amount?, count: (ServingFigure) -> Count?
  ) -> Joined<WorkFigures<Amount, Count>, EnergyPerQuery<Amount>> {
    Joined(
      WorkFigures(
        dramBytesPerQuery: amount(dram), utilization: amount(utilization),
        subnetSwitches: count(subnetSwitches), subgraphLoads: count(subgraphLoads)),
      EnergyPerQuery(unit: StoredEnergyUnit(unit), amount: amount(energy(unit))))
  }

  /// The figures of devices.
  static func ofDevices<Amount, Count>(
    _ unit: EnergyUnit, amount: (ServingFigure) -> Amount?, count: (ServingFigure) -> Count?
  ) -> DeviceFigures<Amount, Count> {
    Joined(
      ofWork(unit, amount: amount, count: count), CompletedFigures(completed: count(completed)))
  }

  /// The figures of a whole run.
  static func ofRun<Amount, Count>(
    _ unit: EnergyUnit, amount: (ServingFigure) -> Amount?, count: (ServingFigure) -> Count?,
    ends: (low: Amount?, high: Amount?)? = nil
  ) -> RunFigures<Amount, Count> {
    Joined(
      ofQueries(amount: amount, count: count, ends: ends),
      Joined(
        ofWork(unit, amount: amount, count: count),
        HitFigures(
          cacheHitRatio: amount(hits), cacheHitRatioEncodings: amount(encodingHits))))
  }
}
