package import Reports

/// The Pareto fronts of two sweeps.
package struct FrontsDocument: Document, Hashable {
  package static let schema = "umemaki.fronts/1"

  /// One of the sweeps.
  package struct Side: Codable, Hashable, Sendable {
    package let folder: String
    /// Stored points.
    package let points: Int
    /// Points that no other of the sweep beats.
    package let front: Int
    /// What the front dominates, in the product of the objectives' units.
    package let hypervolume: Double
    /// Share of the front that the other one dominates.
    package let coveredByOther: Double

    package init(
      folder: String, points: Int, front: Int, hypervolume: Double, coveredByOther: Double
    ) {
      self.folder = folder
      self.points = points
      self.front = front
      self.hypervolume = hypervolume
      self.coveredByOther = coveredByOther
    }
  }

  /// Columns that both sweeps minimise or maximise.
  package let objectives: [String]
  /// The worst of either front, up to which volumes are counted.
  package let reference: [Double]
  package let sweeps: [Side]
  package let provenance: Provenance

  package init(
    objectives: [String], reference: [Double], sweeps: [Side], provenance: Provenance
  ) {
    self.objectives = objectives
    self.reference = reference
    self.sweeps = sweeps
    self.provenance = provenance
  }
}
