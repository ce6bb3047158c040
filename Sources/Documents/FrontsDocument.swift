package import Reports

/// The fronts of two sweeps side by side.
package struct FrontsDocument: Document, Hashable {
  package static let schema = "umemaki.fronts/1"

  /// What is known of one front.
  package struct Front: Codable, Hashable, Sendable {
    /// Its designs.
    package let front: Int
    /// Up to the worst of either front.
    @OrNull package var hypervolume: Double?
    /// Share of its designs.
    @OrNull package var coveredByOther: Double?

    package init(
      front: Int, hypervolume: Double?, coveredByOther: Double?
    ) {
      self.front = front
      self.hypervolume = hypervolume
      self.coveredByOther = coveredByOther
    }
  }

  /// A sweep; its front where there is only one.
  package struct Folder: Codable, Hashable, Sendable {
    package let folder: String
    package let points: Int
    package let front: Int?
    @OrAbsent package var hypervolume: Double??
    @OrAbsent package var coveredByOther: Double??

    package init(
      folder: String, points: Int, front: Int? = nil, hypervolume: Double?? = nil,
      coveredByOther: Double?? = nil
    ) {
      self.folder = folder
      self.points = points
      self.front = front
      self.hypervolume = hypervolume
      self.coveredByOther = coveredByOther
    }
  }

  /// Both fronts of one environment.
  package struct Environment: Codable, Hashable, Sendable {
    package let environment: [String: String]
    package let reference: [Double?]
    package let sweeps: [Front]

    package init(
      environment: [String: String], reference: [Double?], sweeps: [Front]
    ) {
      self.environment = environment
      self.reference = reference
      self.sweeps = sweeps
    }
  }

  package let objectives: [String]
  package let sweeps: [Folder]
  package let provenance: Provenance
  /// The worst of either front, objective by objective; nil where there are several environments.
  package let reference: [Double?]?
  /// Nil where there is only one.
  package let environments: [Environment]?

  package init(
    objectives: [String], sweeps: [Folder], provenance: Provenance, reference: [Double?]? = nil,
    environments: [Environment]? = nil
  ) {
    self.objectives = objectives
    self.sweeps = sweeps
    self.provenance = provenance
    self.reference = reference
    self.environments = environments
  }
}
