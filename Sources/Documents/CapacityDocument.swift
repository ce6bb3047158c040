package import Reports

/// The highest rate that each run of a scenario holds.
package struct CapacityDocument: Document, Hashable {
  package static let schema = "umemaki.capacity/1"

  /// Figures over the seeds.
  package struct Spreads: Codable, Hashable, Sendable {
    @OrNull package var sloAttainment: SpreadFigures?

    package init(
      sloAttainment: SpreadFigures?
    ) {
      self.sloAttainment = sloAttainment
    }
  }

  /// What one run holds; its figures are nil where no rate meets the deadlines.
  package struct Policy: Codable, Hashable, Sendable {
    package let name: String
    @OrNull package var rateHz: Double?
    /// The lowest rate tried that does not.
    @OrNull package var lowestFailingHz: Double?
    @OrNull package var sloAttainment: Double?
    package let spread: Spreads
    /// Of the queries that meet their deadline.
    @OrNull package var meanAccuracy: Double?
    @OrNull package var meanAccuracyCompleted: Double?
    package let trials: Int

    package init(
      name: String, rateHz: Double?, lowestFailingHz: Double?, sloAttainment: Double?,
      spread: Spreads, meanAccuracy: Double?, meanAccuracyCompleted: Double?, trials: Int
    ) {
      self.name = name
      self.rateHz = rateHz
      self.lowestFailingHz = lowestFailingHz
      self.sloAttainment = sloAttainment
      self.spread = spread
      self.meanAccuracy = meanAccuracy
      self.meanAccuracyCompleted = meanAccuracyCompleted
      self.trials = trials
    }
  }

  package let scenario: String
  /// The share of deadlines that must be met.
  package let attainment: Double
  package let seeds: [Int]
  package let policies: [Policy]
  package let provenance: Provenance

  package init(
    scenario: String, attainment: Double, seeds: [Int], policies: [Policy], provenance: Provenance
  ) {
    self.scenario = scenario
    self.attainment = attainment
    self.seeds = seeds
    self.policies = policies
    self.provenance = provenance
  }
}
