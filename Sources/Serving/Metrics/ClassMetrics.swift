/// What a run measured of the queries of one class; the counts of all classes add up to the run's.
public struct ClassMetrics: Sendable {
  /// Its name; nil for queries of no class.
  public let name: String?
  /// Queries that arrived after the warm-up.
  public internal(set) var arrivals = 0
  /// Of these, queries that were served.
  public internal(set) var completed = 0
  /// Of these, queries that were given up.
  public internal(set) var dropped = 0
  /// Of these, queries that were still in the system, past their deadline, when the run was stopped.
  public internal(set) var overdue = 0
  /// Queries that were served by their deadline.
  public internal(set) var onTime = 0
  /// Queries that were served with at least the accuracy they ask for.
  public internal(set) var accurateEnough = 0
  /// From arrival to completion.
  public internal(set) var latency = LatencyDistribution()
  /// Sum of the accuracies of the queries served by their deadline.
  var onTimeAccuracy = 0.0
  /// Sum of the accuracies of all queries served.
  var servedAccuracy = 0.0

  init(name: String?) { self.name = name }

  /// Queries in the system at the end.
  public var inFlight: Int { arrivals - completed - dropped }
  /// Share of queries that met their deadline, as `ServingMetrics.attainment`.
  public var attainment: Double? { ratio(Double(onTime), completed + dropped + overdue) }
  /// Mean accuracy of the queries that met their deadline; nil when none did.
  public var meanAccuracy: Double? { ratio(onTimeAccuracy, onTime) }
  /// Mean accuracy of all queries served, late ones too; nil when none was.
  public var meanServedAccuracy: Double? { ratio(servedAccuracy, completed) }

  private func ratio(_ sum: Double, _ count: Int) -> Double? {
    count == 0 ? nil : sum / Double(count)
  }

  /// Counts a query that was served.
  mutating func complete(_ query: Query, at time: SimulationTime, accuracy: Double) {
    completed += 1
    latency.record(time - query.arrival)
    servedAccuracy += accuracy
    if time <= query.deadline {
      onTime += 1
      onTimeAccuracy += accuracy
    }
    if accuracy >= query.demand.accuracy { accurateEnough += 1 }
  }
}
