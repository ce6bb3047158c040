package import Reports

/// What a sweep found.
package struct SweepDocument: Document, Hashable {
  package static let schema = "umemaki.sweep/1"

  /// How many points ended how.
  package struct Points: Codable, Hashable, Sendable {
    package let planned: Int
    package let stored: Int
    package let ok: Int
    package let infeasible: Int
    package let error: Int

    package init(
      planned: Int, stored: Int, ok: Int, infeasible: Int, error: Int
    ) {
      self.planned = planned
      self.stored = stored
      self.ok = ok
      self.infeasible = infeasible
      self.error = error
    }
  }

  /// The best design by one objective, with what stands in its way.
  package struct Best: Codable, Hashable, Sendable {
    package let objective: String
    package let design: DesignRow
    /// What bounds it.
    @OrNull package var bound: String?
    package let withoutConstraint: [Relaxation]
    package let steps: [Step]

    package init(
      objective: String, design: DesignRow, bound: String?, withoutConstraint: [Relaxation],
      steps: [Step]
    ) {
      self.objective = objective
      self.design = design
      self.bound = bound
      self.withoutConstraint = withoutConstraint
      self.steps = steps
    }
  }

  /// The best design if one constraint did not hold.
  package struct Relaxation: Codable, Hashable, Sendable {
    package let constraint: String
    /// Its objective over that of the best design.
    @OrNull package var ratio: Double?
    package let design: DesignRow

    package init(
      constraint: String, ratio: Double?, design: DesignRow
    ) {
      self.constraint = constraint
      self.ratio = ratio
      self.design = design
    }
  }

  /// A neighbour of the best design.
  package struct Step: Codable, Hashable, Sendable {
    package let axis: String
    package let value: String
    /// Its objective over that of the best design; nil where it has none.
    @OrNull package var ratio: Double?
    package let message: String

    package init(
      axis: String, value: String, ratio: Double?, message: String
    ) {
      self.axis = axis
      self.value = value
      self.ratio = ratio
      self.message = message
    }
  }

  /// What a reader should know first.
  package struct Findings: Codable, Hashable, Sendable {
    package let noEffect: [IdleAxis]
    package let failures: [Failure]

    package init(
      noEffect: [IdleAxis], failures: [Failure]
    ) {
      self.noEffect = noEffect
      self.failures = failures
    }
  }

  /// An axis that changes no figure.
  package struct IdleAxis: Codable, Hashable, Sendable {
    package let axis: String
    /// Designs that differ in nothing else.
    package let compared: Int

    package init(
      axis: String, compared: Int
    ) {
      self.axis = axis
      self.compared = compared
    }
  }

  /// A reason for points without a result.
  package struct Failure: Codable, Hashable, Sendable {
    package let status: String
    package let message: String
    /// The first of them.
    package let point: Int
    /// How many.
    package let points: Int

    package init(
      status: String, message: String, point: Int, points: Int
    ) {
      self.status = status
      self.message = message
      self.point = point
      self.points = points
    }
  }

  package let name: String
  /// What ran at every point.
  package let target: String
  package let search: String
  package let points: Points
  package let objectives: [String]
  package let constraints: [String]
  /// Designs that no other beats.
  package let pareto: [DesignRow]
  /// By objective and axis: the share of the variance that the axis explains.
  package let sensitivity: [String: [String: OrNull<Double>]]
  package let best: [Best]
  package let findings: Findings
  package let provenance: Provenance

  package init(
    name: String, target: String, search: String, points: Points, objectives: [String],
    constraints: [String], pareto: [DesignRow], sensitivity: [String: [String: OrNull<Double>]],
    best: [Best], findings: Findings, provenance: Provenance
  ) {
    self.name = name
    self.target = target
    self.search = search
    self.points = points
    self.objectives = objectives
    self.constraints = constraints
    self.pareto = pareto
    self.sensitivity = sensitivity
    self.best = best
    self.findings = findings
    self.provenance = provenance
  }
}
