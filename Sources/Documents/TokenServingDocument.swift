package import Reports

/// What became of the requests to a language model under each policy of a scenario.
package struct TokenServingDocument: Document, Hashable {
  package static let schema = "umemaki.tokens/1"

  /// One policy.
  package struct Run: Codable, Hashable, Sendable {
    package let name: String
    package let policy: String
    /// Blocks of a device's cache.
    package let blocks: Int
    /// By name, over the seeds; a figure that no seed has is left out.
    package let figures: [String: SpreadFigures]

    package init(name: String, policy: String, blocks: Int, figures: [String: SpreadFigures]) {
      self.name = name
      self.policy = policy
      self.blocks = blocks
      self.figures = figures
    }
  }

  package let scenario: String
  package let model: String
  package let seeds: [Int]
  package let requests: Int
  package let warmUp: Int
  package let runs: [Run]
  package let provenance: Provenance

  package init(
    scenario: String, model: String, seeds: [Int], requests: Int, warmUp: Int, runs: [Run],
    provenance: Provenance
  ) {
    self.scenario = scenario
    self.model = model
    self.seeds = seeds
    self.requests = requests
    self.warmUp = warmUp
    self.runs = runs
    self.provenance = provenance
  }
}
