package import Reports

/// What became of queries that are graphs of networks, under each run of a scenario.
package struct GraphServingDocument: Document, Hashable {
  package static let schema = "umemaki.graphs/1"

  /// One node of a run.
  package struct Node: Codable, Hashable, Sendable {
    package let name: String
    /// The share of queries that ran it, over the seeds.
    package let reach: SpreadFigures
    /// In expectation; nil where outcomes are too many.
    @OrNull package var expectedReach: Double?
    /// Queries in a batch, on average over all seeds; nil where it never ran.
    @OrNull package var meanBatch: Double?

    package init(
      name: String, reach: SpreadFigures, expectedReach: Double?, meanBatch: Double?
    ) {
      self.name = name
      self.reach = reach
      self.expectedReach = expectedReach
      self.meanBatch = meanBatch
    }
  }

  /// One run.
  package struct Run: Codable, Hashable, Sendable {
    package let name: String
    package let policy: String
    package let caching: String
    /// `shared` or `separate`.
    package let weights: String
    /// By name, over the seeds; a figure that no seed has is left out.
    package let figures: [String: SpreadFigures]
    /// By name, in expectation on idle devices; what is unknown is left out.
    package let expected: [String: Double]
    package let nodes: [Node]

    package init(
      name: String, policy: String, caching: String, weights: String,
      figures: [String: SpreadFigures], expected: [String: Double], nodes: [Node]
    ) {
      self.name = name
      self.policy = policy
      self.caching = caching
      self.weights = weights
      self.figures = figures
      self.expected = expected
      self.nodes = nodes
    }
  }

  package let scenario: String
  package let seeds: [Int]
  package let queries: Int
  package let warmUp: Int
  package let runs: [Run]
  package let provenance: Provenance

  package init(
    scenario: String, seeds: [Int], queries: Int, warmUp: Int, runs: [Run],
    provenance: Provenance
  ) {
    self.scenario = scenario
    self.seeds = seeds
    self.queries = queries
    self.warmUp = warmUp
    self.runs = runs
    self.provenance = provenance
  }
}
