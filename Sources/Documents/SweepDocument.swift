package import Reports

/// The result of a sweep.
package struct SweepDocument: Document, Hashable {
  package static let schema = "umemaki.sweep/1"

  /// How many points there are.
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

  /// The front of one environment.
  package struct Front: Codable, Hashable, Sendable {
    /// The texts of the axes of the environment.
    package let environment: [String: String]
    /// Designs that were looked at.
    package let designs: Int
    /// Those that no other beats.
    package let points: [Int]

    package init(
      environment: [String: String], designs: Int, points: [Int]
    ) {
      self.environment = environment
      self.designs = designs
      self.points = points
    }
  }

  /// What a reader should know before anything else.
  package struct Findings: Codable, Hashable, Sendable {
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

    /// Why points have no result.
    package struct Failure: Codable, Hashable, Sendable {
      package let status: String
      package let message: String
      /// The first one.
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

    package let noEffect: [IdleAxis]
    package let failures: [Failure]

    package init(
      noEffect: [IdleAxis], failures: [Failure]
    ) {
      self.noEffect = noEffect
      self.failures = failures
    }
  }

  package let name: String
  /// What runs at each point.
  package let target: String
  package let search: String
  package let points: Points
  /// Names of figures.
  package let objectives: [String]
  package let constraints: [String]
  /// Designs that no other of the same environment beats.
  package let pareto: [DesignDocument]
  /// What each axis explains of each objective, 0...1; nil where that is not known.
  package let sensitivity: [String: [String: Double?]]
  /// By each objective, for each environment.
  package let best: [BestDesign]
  package let findings: Findings
  package let provenance: Provenance
  /// The axes of the environment; nil where there are none.
  package let environment: [String]?
  /// Of each environment; nil where there is only one.
  package let fronts: [Front]?
  /// Policies at equal levels; nil where the sweep has none to compare.
  package let planes: PlaneFigures?

  package init(
    name: String, target: String, search: String, points: Points, objectives: [String],
    constraints: [String], pareto: [DesignDocument], sensitivity: [String: [String: Double?]],
    best: [BestDesign], findings: Findings, provenance: Provenance, environment: [String]? = nil,
    fronts: [Front]? = nil, planes: PlaneFigures? = nil
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
    self.environment = environment
    self.fronts = fronts
    self.planes = planes
  }
}

/// A design that is best by one objective.
package struct BestDesign: Codable, Hashable, Sendable {
  /// The best design without a constraint.
  package struct Relaxation: Codable, Hashable, Sendable {
    package let constraint: String
    /// Its objective over that of the best design.
    @OrNull package var ratio: Double?
    package let design: DesignDocument

    package init(
      constraint: String, ratio: Double?, design: DesignDocument
    ) {
      self.constraint = constraint
      self.ratio = ratio
      self.design = design
    }
  }

  /// One step along an axis.
  package struct Step: Codable, Hashable, Sendable {
    package let axis: String
    package let value: String
    /// The objective after the step over before it; nil where it cannot run.
    @OrNull package var ratio: Double?
    /// What is wrong with it, empty for nothing.
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

  package let objective: String
  package let design: DesignDocument
  /// Where its cycles go; nil where they are not counted.
  @OrNull package var bound: String?
  package let withoutConstraint: [Relaxation]
  package let steps: [Step]
  /// The texts of the axes of the environment; nil where there are none.
  package let environment: [String: String]?

  package init(
    objective: String, design: DesignDocument, bound: String?, withoutConstraint: [Relaxation],
    steps: [Step], environment: [String: String]? = nil
  ) {
    self.objective = objective
    self.design = design
    self.bound = bound
    self.withoutConstraint = withoutConstraint
    self.steps = steps
    self.environment = environment
  }
}

/// A point of a sweep: its axes and its figures stand under their names.
package struct DesignDocument: Codable, Hashable, Sendable {
  package let point: Int
  package let status: String
  /// The texts of the axes.
  package let axes: [String: String]
  /// Numbers, or null where there is none.
  package let figures: [String: JSONValue]

  package init(
    point: Int, status: String, axes: [String: String], figures: [String: JSONValue]
  ) {
    self.point = point
    self.status = status
    self.axes = axes
    self.figures = figures
  }

  /// Reads a point: texts are of axes, numbers of figures.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: OpenName.self)
    point = try members.decode(Int.self, forKey: OpenName("point"))
    status = try members.decode(String.self, forKey: OpenName("status"))
    var axes: [String: String] = [:]
    var figures: [String: JSONValue] = [:]
    for name in members.allKeys where !["point", "status"].contains(name.stringValue) {
      switch try members.decode(JSONValue.self, forKey: name) {
      case .string(let text): axes[name.stringValue] = text
      case .integer, .number, .null:
        figures[name.stringValue] = try members.decode(JSONValue.self, forKey: name)
      case .bool, .array, .object:
        // Says what a figure is and where.
        _ = try members.decode(Double.self, forKey: name)
      }
    }
    self.axes = axes
    self.figures = figures
  }

  /// Writes axes and figures beside one another.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: OpenName.self)
    try members.encode(point, forKey: OpenName("point"))
    try members.encode(status, forKey: OpenName("status"))
    for (name, text) in axes { try members.encode(text, forKey: OpenName(name)) }
    for (name, value) in figures { try members.encode(value, forKey: OpenName(name)) }
  }
}

/// The name of a member that files decide on.
struct OpenName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
