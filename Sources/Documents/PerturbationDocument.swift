package import Reports

/// Conclusions while calibrated and assumed constants move.
package struct PerturbationDocument: Document, Hashable {
  package static let schema = "umemaki.perturbation/1"

  /// One constant moved once.
  package struct Move: Codable, Hashable, Sendable {
    package let constant: String
    /// Where the constant is.
    package let files: [String]
    /// Whether it is calibrated or assumed.
    package let origin: String
    /// What it is multiplied by.
    package let factor: Double
    /// What the conclusion then says; nil where the move is refused.
    package let verdict: String?
    /// Its figure then.
    package let figure: Double?
    /// Why the move makes no sense.
    package let refused: String?

    package init(
      constant: String, files: [String], origin: String, factor: Double, verdict: String? = nil,
      figure: Double? = nil, refused: String? = nil
    ) {
      self.constant = constant
      self.files = files
      self.origin = origin
      self.factor = factor
      self.verdict = verdict
      self.figure = figure
      self.refused = refused
    }
  }

  /// One conclusion.
  package struct Conclusion: Codable, Hashable, Sendable {
    package let name: String
    /// What it says as things are.
    package let verdict: String
    package let figureName: String
    /// As things are.
    package let figure: Double
    package let moves: [Move]

    package init(
      name: String, verdict: String, figureName: String, figure: Double, moves: [Move]
    ) {
      self.name = name
      self.verdict = verdict
      self.figureName = figureName
      self.figure = figure
      self.moves = moves
    }
  }

  package let conclusions: [Conclusion]
  package let provenance: Provenance

  package init(
    conclusions: [Conclusion], provenance: Provenance
  ) {
    self.conclusions = conclusions
    self.provenance = provenance
  }
}
