package import Reports

/// Ways of sharing one array among the layers of several networks, on the same queries.
package struct SharedArrayDocument: Document, Hashable {
  package static let schema = "umemaki.sharing/1"

  /// One way.
  package struct Run: Codable, Hashable, Sendable {
    package let name: String
    package let dispatch: String
    package let queries: Int
    /// Share of queries that were answered in time.
    package let sloAttainment: Double
    package let latencyMeanS: Double
    package let latencyP50S: Double
    package let latencyP99S: Double
    package let latencyMaxS: Double
    /// Multiply-accumulates over those that all lanes could do until the last answer.
    package let utilization: Double
    /// The same while there was work.
    package let busyUtilization: Double
    /// Share of the array that last folds use on average; nil where there are none.
    @OrNull package var foldUtilization: Double?
    /// Layers of which one start of the array runs so many on average.
    package let layersPerStart: Double
    package let layers: Int
    package let dramBytesPerQuery: Double

    package init(
      name: String, dispatch: String, queries: Int, sloAttainment: Double, latencyMeanS: Double,
      latencyP50S: Double, latencyP99S: Double, latencyMaxS: Double, utilization: Double,
      busyUtilization: Double, foldUtilization: Double?, layersPerStart: Double, layers: Int,
      dramBytesPerQuery: Double
    ) {
      self.name = name
      self.dispatch = dispatch
      self.queries = queries
      self.sloAttainment = sloAttainment
      self.latencyMeanS = latencyMeanS
      self.latencyP50S = latencyP50S
      self.latencyP99S = latencyP99S
      self.latencyMaxS = latencyMaxS
      self.utilization = utilization
      self.busyUtilization = busyUtilization
      self.foldUtilization = foldUtilization
      self.layersPerStart = layersPerStart
      self.layers = layers
      self.dramBytesPerQuery = dramBytesPerQuery
    }
  }

  package let scenario: String
  package let architecture: String
  package let seeds: [Int]
  package let runs: [Run]
  package let provenance: Provenance

  package init(
    scenario: String, architecture: String, seeds: [Int], runs: [Run], provenance: Provenance
  ) {
    self.scenario = scenario
    self.architecture = architecture
    self.seeds = seeds
    self.runs = runs
    self.provenance = provenance
  }
}
