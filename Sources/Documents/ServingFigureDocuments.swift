/// What a figure of a serving experiment can be: a number, or one over seeds.
package typealias StoredFigure = Codable & Hashable & Sendable

/// Figures of queries, of a run or of a class; nil where there is none.
///
/// `Amount` and `Count` are numbers, or figures over seeds.
package struct QueryFigures<Amount: StoredFigure, Count: StoredFigure>: StoredFigure {
  /// In seconds.
  package struct Latency: StoredFigure {
    @OrNull package var mean: Amount?
    @OrNull package var p50: Amount?
    @OrNull package var p90: Amount?
    @OrNull package var p99: Amount?
    @OrNull package var p999: Amount?
    @OrNull package var max: Amount?
    /// Of the seed with the lowest mean; left out but for a whole run.
    @OrAbsent package var meanLowestSeed: Amount??
    /// Of the seed with the highest mean.
    @OrAbsent package var meanHighestSeed: Amount??

    package init(
      mean: Amount?, p50: Amount?, p90: Amount?, p99: Amount?, p999: Amount?, max: Amount?,
      meanLowestSeed: Amount?? = nil, meanHighestSeed: Amount?? = nil
    ) {
      self.mean = mean
      self.p50 = p50
      self.p90 = p90
      self.p99 = p99
      self.p999 = p999
      self.max = max
      self.meanLowestSeed = meanLowestSeed
      self.meanHighestSeed = meanHighestSeed
    }
  }

  package let latencyS: Latency
  @OrNull package var sloAttainment: Amount?
  /// Of queries that meet their deadline, 0...1.
  @OrNull package var meanAccuracy: Amount?
  /// Of all that are served.
  @OrNull package var meanAccuracyCompleted: Amount?
  @OrNull package var queries: Count?
  @OrNull package var completed: Count?
  @OrNull package var dropped: Count?
  @OrNull package var inFlight: Count?

  package init(
    latencyS: Latency, sloAttainment: Amount?, meanAccuracy: Amount?,
    meanAccuracyCompleted: Amount?, queries: Count?, completed: Count?, dropped: Count?,
    inFlight: Count?
  ) {
    self.latencyS = latencyS
    self.sloAttainment = sloAttainment
    self.meanAccuracy = meanAccuracy
    self.meanAccuracyCompleted = meanAccuracyCompleted
    self.queries = queries
    self.completed = completed
    self.dropped = dropped
    self.inFlight = inFlight
  }
}

/// What devices did, all or those of a kind.
package struct WorkFigures<Amount: StoredFigure, Count: StoredFigure>: StoredFigure {
  @OrNull package var dramBytesPerQuery: Amount?
  /// 0...1.
  @OrNull package var utilization: Amount?
  @OrNull package var subnetSwitches: Count?
  @OrNull package var subgraphLoads: Count?

  package init(
    dramBytesPerQuery: Amount?, utilization: Amount?, subnetSwitches: Count?, subgraphLoads: Count?
  ) {
    self.dramBytesPerQuery = dramBytesPerQuery
    self.utilization = utilization
    self.subnetSwitches = subnetSwitches
    self.subgraphLoads = subgraphLoads
  }
}

/// What of the weights was on chip, 0...1.
package struct HitFigures<Amount: StoredFigure>: StoredFigure {
  @OrNull package var cacheHitRatio: Amount?
  /// By the encodings of sub-networks.
  @OrNull package var cacheHitRatioEncodings: Amount?

  package init(
    cacheHitRatio: Amount?, cacheHitRatioEncodings: Amount?
  ) {
    self.cacheHitRatio = cacheHitRatio
    self.cacheHitRatioEncodings = cacheHitRatioEncodings
  }
}

/// How many services were completed.
package struct CompletedFigures<Count: StoredFigure>: StoredFigure {
  @OrNull package var completed: Count?

  package init(
    completed: Count?
  ) {
    self.completed = completed
  }
}

/// An energy below a name that says its unit, such as `energy_j_per_query`.
package struct EnergyPerQuery<Amount: StoredFigure>: StoredFigure {
  package let unit: StoredEnergyUnit
  /// Nil where there is none.
  package let amount: Amount?

  package init(unit: StoredEnergyUnit, amount: Amount?) {
    self.unit = unit
    self.amount = amount
  }

  /// Reads the energy in whatever unit it is.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: EnergyName.self)
    func name(_ unit: StoredEnergyUnit) -> EnergyName { EnergyName(unit, before: "_per_query") }
    // Where there is none at all, the message names joules.
    unit = StoredEnergyUnit.allCases.first { members.contains(name($0)) } ?? .joules
    amount = try members.decode(OrNull<Amount>.self, forKey: name(unit)).wrappedValue
  }

  /// Writes the energy below the name of its unit.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: EnergyName.self)
    try members.encode(OrNull(amount), forKey: EnergyName(unit, before: "_per_query"))
  }
}

/// The figures of a kind of devices, or of one.
package typealias DeviceFigures<Amount: StoredFigure, Count: StoredFigure> = Joined<
  Joined<WorkFigures<Amount, Count>, EnergyPerQuery<Amount>>, CompletedFigures<Count>
>

/// The figures of a whole run.
package typealias RunFigures<Amount: StoredFigure, Count: StoredFigure> = Joined<
  QueryFigures<Amount, Count>,
  Joined<Joined<WorkFigures<Amount, Count>, EnergyPerQuery<Amount>>, HitFigures<Amount>>
>

/// Which seed figures are of.
package struct SeedNumber: StoredFigure {
  package let seed: Int

  package init(
    seed: Int
  ) {
    self.seed = seed
  }
}
