package import Reports

/// The policies of a serving sweep at equal accuracy, attainment and rate.
package struct PlanesDocument: Document, Hashable {
  package static let schema = "umemaki.planes/1"

  package let name: String
  /// What runs at each point.
  package let target: String
  package let planes: PlaneFigures
  package let provenance: Provenance

  package init(
    name: String, target: String, planes: PlaneFigures, provenance: Provenance
  ) {
    self.name = name
    self.target = target
    self.planes = planes
    self.provenance = provenance
  }
}

/// Policies with their settings place by place, and what they give at equal levels.
package struct PlaneFigures: Codable, Hashable, Sendable {
  /// A policy at one place.
  package struct Policy: Codable, Hashable, Sendable {
    package let name: String
    package let settings: [PlaneSetting]

    package init(
      name: String, settings: [PlaneSetting]
    ) {
      self.name = name
      self.settings = settings
    }
  }

  /// Equal values of every axis that is held.
  package struct Place: Codable, Hashable, Sendable {
    package let `where`: [String: String]
    package let policies: [Policy]

    package init(
      `where`: [String: String], policies: [Policy]
    ) {
      self.where = `where`
      self.policies = policies
    }
  }

  /// What another policy gives where the reference has one of its settings.
  package struct Comparison: Codable, Hashable, Sendable {
    package let comparison: String
    package let `where`: [String: String]
    package let reference: String
    package let policy: String
    /// The reference's setting.
    package let referencePoint: Int
    /// The figure that is held equal, and what it is.
    package let equal: String
    package let level: Double
    /// The figure that is compared, and what the reference has.
    package let figure: String
    package let referenceValue: Double
    /// What the policy has; nil where that is not known.
    @OrNull package var value: Double?
    /// How it is known.
    package let method: String
    /// The most that the policy reaches where that is not the level.
    @OrNull package var highestLevel: Double?
    /// The reference's value over the policy's.
    @OrNull package var ratio: Double?

    package init(
      comparison: String, `where`: [String: String], reference: String, policy: String,
      referencePoint: Int, equal: String, level: Double, figure: String, referenceValue: Double,
      value: Double?, method: String, highestLevel: Double?, ratio: Double?
    ) {
      self.comparison = comparison
      self.where = `where`
      self.reference = reference
      self.policy = policy
      self.referencePoint = referencePoint
      self.equal = equal
      self.level = level
      self.figure = figure
      self.referenceValue = referenceValue
      self.value = value
      self.method = method
      self.highestLevel = highestLevel
      self.ratio = ratio
    }
  }

  /// The policy that the others are compared with; nil where there is none.
  @OrNull package var reference: String?
  /// Axes that are equal wherever policies are compared.
  package let held: [String]
  /// Axes along which a policy has its settings.
  package let settings: [String]
  package let places: [Place]
  package let comparisons: [Comparison]

  package init(
    reference: String?, held: [String], settings: [String], places: [Place],
    comparisons: [Comparison]
  ) {
    self.reference = reference
    self.held = held
    self.settings = settings
    self.places = places
    self.comparisons = comparisons
  }
}

/// A point of a policy: its figures stand under their names.
package struct PlaneSetting: Codable, Hashable, Sendable {
  package let point: Int
  /// The texts of all axes.
  package let axes: [String: String]
  /// Nil where there is none.
  package let figures: [String: Double?]

  package init(point: Int, axes: [String: String], figures: [String: Double?]) {
    self.point = point
    self.axes = axes
    self.figures = figures
  }

  /// Reads a point: whatever else it has is a figure.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: OpenName.self)
    point = try members.decode(Int.self, forKey: OpenName("point"))
    axes = try members.decode([String: String].self, forKey: OpenName("axes"))
    var figures: [String: Double?] = [:]
    for name in members.allKeys where !["point", "axes"].contains(name.stringValue) {
      figures[name.stringValue] = .some(
        try members.decode(OrNull<Double>.self, forKey: name).wrappedValue)
    }
    self.figures = figures
  }

  /// Writes the figures beside the point.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: OpenName.self)
    try members.encode(point, forKey: OpenName("point"))
    try members.encode(axes, forKey: OpenName("axes"))
    for (name, value) in figures { try members.encode(OrNull(value), forKey: OpenName(name)) }
  }
}
