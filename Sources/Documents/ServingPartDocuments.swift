/// Models that came into memories and left them, of all seeds.
package struct ModelMemoryDocument: Codable, Hashable, Sendable {
  package let modelLoads: Int
  package let modelBytesLoaded: Int
  package let modelEvictions: Int

  package init(
    modelLoads: Int, modelBytesLoaded: Int, modelEvictions: Int
  ) {
    self.modelLoads = modelLoads
    self.modelBytesLoaded = modelBytesLoaded
    self.modelEvictions = modelEvictions
  }
}

/// What devices drew and what ran out; nil where the scenario says nothing of it.
package struct PowerDocument: Codable, Hashable, Sendable {
  @OrNull package var idleW: Double?
  @OrNull package var capW: Double?
  @OrNull package var batteryJ: Double?
  @OrNull package var idleEnergyJPerQuery: Double?
  @OrNull package var batteryEmptiedS: Double?
  package let seedsEmptied: Int
  package let queriesWithoutPower: Int

  package init(
    idleW: Double?, capW: Double?, batteryJ: Double?, idleEnergyJPerQuery: Double?,
    batteryEmptiedS: Double?, seedsEmptied: Int, queriesWithoutPower: Int
  ) {
    self.idleW = idleW
    self.capW = capW
    self.batteryJ = batteryJ
    self.idleEnergyJPerQuery = idleEnergyJPerQuery
    self.batteryEmptiedS = batteryEmptiedS
    self.seedsEmptied = seedsEmptied
    self.queriesWithoutPower = queriesWithoutPower
  }
}

/// How a window was chosen.
package struct TunedRunDocument: Codable, Hashable, Sendable {
  /// A window with what it gave; nil for nothing.
  package struct Trial: Codable, Hashable, Sendable {
    package let window: Int
    @OrNull package var value: Double?

    package init(
      window: Int, value: Double?
    ) {
      self.window = window
      self.value = value
    }
  }

  /// For one seed.
  package struct Choice: Codable, Hashable, Sendable {
    package let seed: Int
    package let window: Int
    package let tried: [Trial]

    package init(
      seed: Int, window: Int, tried: [Trial]
    ) {
      self.seed = seed
      self.window = window
      self.tried = tried
    }
  }

  /// What the best window has.
  package let by: String
  /// On which it was tried.
  package let queries: Int
  /// Of the stream of those queries; nil where each seed's own was used.
  @OrNull package var seed: Int?
  package let chosen: [Choice]

  package init(
    by: String, queries: Int, seed: Int?, chosen: [Choice]
  ) {
    self.by = by
    self.queries = queries
    self.seed = seed
    self.chosen = chosen
  }
}

/// What no policy can exceed.
package struct OracleBoundDocument: Codable, Hashable, Sendable {
  /// For one seed.
  package struct Seed: Codable, Hashable, Sendable {
    package let seed: Int
    /// `exact` or a relaxation.
    package let method: String
    package let queries: Int
    package let onTime: Int
    @OrNull package var sloAttainment: Double?
    @OrNull package var accuracyScore: Double?
    /// In seconds; for policies that give up nothing.
    package let latencyMeanS: Double?

    package init(
      seed: Int, method: String, queries: Int, onTime: Int, sloAttainment: Double?,
      accuracyScore: Double?, latencyMeanS: Double? = nil
    ) {
      self.seed = seed
      self.method = method
      self.queries = queries
      self.onTime = onTime
      self.sloAttainment = sloAttainment
      self.accuracyScore = accuracyScore
      self.latencyMeanS = latencyMeanS
    }
  }

  /// The mean over the seeds.
  @OrNull package var sloAttainment: Double?
  /// The mean over the seeds.
  @OrNull package var accuracyScore: Double?
  /// At least, of policies that give up nothing, in seconds; the mean over the seeds.
  package let latencyMeanS: Double?
  package let seeds: [Seed]

  package init(
    sloAttainment: Double?, accuracyScore: Double?, latencyMeanS: Double? = nil, seeds: [Seed]
  ) {
    self.sloAttainment = sloAttainment
    self.accuracyScore = accuracyScore
    self.latencyMeanS = latencyMeanS
    self.seeds = seeds
  }
}
