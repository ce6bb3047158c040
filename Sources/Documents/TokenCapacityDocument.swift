package import Reports

/// The highest rate of requests that each policy of a scenario of a language model holds.
package struct TokenCapacityDocument: Document, Hashable {
  package static let schema = "umemaki.token-capacity/1"

  /// One policy; figures are nil where no rate keeps the targets, or where costs do not know them.
  package struct Run: Codable, Hashable, Sendable {
    package let name: String
    @OrNull package var rateHz: Double?
    /// The lowest rate tried that does not.
    @OrNull package var lowestFailingHz: Double?
    /// The share of requests that keep the targets.
    @OrNull package var kept: Double?
    @OrNull package var outputTokensPerS: Double?
    @OrNull package var ratePerDeviceHz: Double?
    @OrNull package var requestsPerJoule: Double?
    @OrNull package var ratePerMm2Hz: Double?
    @OrNull package var energyPerTokenJ: Double?
    package let trials: Int

    package init(
      name: String, rateHz: Double?, lowestFailingHz: Double?, kept: Double?,
      outputTokensPerS: Double?, ratePerDeviceHz: Double?, requestsPerJoule: Double?,
      ratePerMm2Hz: Double?, energyPerTokenJ: Double?, trials: Int
    ) {
      self.name = name
      self.rateHz = rateHz
      self.lowestFailingHz = lowestFailingHz
      self.kept = kept
      self.outputTokensPerS = outputTokensPerS
      self.ratePerDeviceHz = ratePerDeviceHz
      self.requestsPerJoule = requestsPerJoule
      self.ratePerMm2Hz = ratePerMm2Hz
      self.energyPerTokenJ = energyPerTokenJ
      self.trials = trials
    }
  }

  package let scenario: String
  package let model: String
  /// The share of requests that must keep the targets.
  package let share: Double
  package let seeds: [Int]
  package let devices: Int
  package let runs: [Run]
  package let provenance: Provenance

  package init(
    scenario: String, model: String, share: Double, seeds: [Int], devices: Int, runs: [Run],
    provenance: Provenance
  ) {
    self.scenario = scenario
    self.model = model
    self.share = share
    self.seeds = seeds
    self.devices = devices
    self.runs = runs
    self.provenance = provenance
  }
}
