package import Reports

/// What a search over a scenario of graphs tried and found.
package struct TuningDocument: Document, Hashable {
  package static let schema = "umemaki.tuning/1"

  /// One setting.
  package struct Setting: Codable, Hashable, Sendable {
    /// What was chosen, in words.
    package let setting: String
    /// Why it is listed: `best`, `front`, or the method that found it.
    package let role: String
    /// Work of a query in expectation, or the bound of an ensemble's latency.
    package let costS: Double
    /// Work of a query in the worst case; nil where that is the same for all.
    @OrNull package var worstS: Double?
    /// The share of right answers, or the area under the curve; nil where unknown.
    @OrNull package var score: Double?

    package init(
      setting: String, role: String, costS: Double, worstS: Double?, score: Double?
    ) {
      self.setting = setting
      self.role = role
      self.costS = costS
      self.worstS = worstS
      self.score = score
    }
  }

  package let scenario: String
  /// `thresholds`, `order` or `ensemble`.
  package let kind: String
  /// The run whose devices and buffers set the costs.
  package let run: String
  /// How many settings were tried.
  package let tried: Int
  /// Those worth a look.
  package let settings: [Setting]
  package let provenance: Provenance

  package init(
    scenario: String, kind: String, run: String, tried: Int, settings: [Setting],
    provenance: Provenance
  ) {
    self.scenario = scenario
    self.kind = kind
    self.run = run
    self.tried = tried
    self.settings = settings
    self.provenance = provenance
  }
}
