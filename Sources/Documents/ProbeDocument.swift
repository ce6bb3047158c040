package import Reports

/// What a client finds out of the sub-networks that a service chooses from, by the constraints that it states.
package struct ProbeDocument: Document, Hashable {
  package static let schema = "umemaki.probe/1"

  /// One combination of policies.
  package struct Run: Codable, Hashable, Sendable {
    package let name: String
    package let policy: String
    /// Sub-networks that are served for some budget where constraints are taken as they are.
    package let frontier: [String]
    /// Of these, how many the probe found on average over the seeds: with the lowest budget that they are served
    /// for, within the resolution.
    package let found: Double
    /// The same over all of them.
    package let foundShare: Double
    /// Budgets that were asked on average.
    package let queries: Double
    /// Share of the scenario's queries whose true constraints were met.
    package let goodput: Double

    package init(
      name: String, policy: String, frontier: [String], found: Double, foundShare: Double,
      queries: Double, goodput: Double
    ) {
      self.name = name
      self.policy = policy
      self.frontier = frontier
      self.found = found
      self.foundShare = foundShare
      self.queries = queries
      self.goodput = goodput
    }
  }

  package let scenario: String
  package let lowestBudgetS: Double
  package let highestBudgetS: Double
  package let resolutionS: Double
  package let seeds: [Int]
  package let runs: [Run]
  package let provenance: Provenance

  package init(
    scenario: String, lowestBudgetS: Double, highestBudgetS: Double, resolutionS: Double,
    seeds: [Int], runs: [Run], provenance: Provenance
  ) {
    self.scenario = scenario
    self.lowestBudgetS = lowestBudgetS
    self.highestBudgetS = highestBudgetS
    self.resolutionS = resolutionS
    self.seeds = seeds
    self.runs = runs
    self.provenance = provenance
  }
}
