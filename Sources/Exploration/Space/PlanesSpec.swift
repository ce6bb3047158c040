internal import Components
internal import Inputs

/// How the policies of a serving sweep are compared with one another.
public struct PlanesSpec: Codable, Hashable, Sendable {
  /// Runs that are settings of one policy, whose frontier they make up together.
  public struct Policy: Codable, Hashable, Sendable {
    /// Name in tables and pictures.
    public let name: String
    /// Runs of the scenario.
    public let runs: [String]
  }

  /// Axes whose values are settings of a policy, so that its frontier runs over them; those written
  /// below `scenario.runs` when left out.
  ///
  /// Policies are compared at equal values of every other axis.
  public let along: [String]?
  /// Axes of the environment along which the rate of arrivals rises; those written to a rate below
  /// `scenario.arrivals` when left out.
  public let rates: [String]?
  /// Policies of several runs; when left out, or for a run that none names, each run is a policy.
  public let policies: [Policy]?
  /// The policy that the others are compared with; the first one when left out.
  public let reference: String?
}

extension Sweep {
  /// Collects what is wrong with `planes`.
  static func checkPlanes(_ spec: SweepSpec, _ space: SweepSpace, _ reading: SpecReading) {
    guard let planes = spec.planes else { return }
    guard spec.serving != nil else {
      return reading.expect(false, "planes", "compares policies of a `serving` sweep, leave out")
    }
    let members = space.dimensions.flatMap(\.members)
    let roles = members.map(space.role)
    checkAxes(planes.along, "along", members, roles, .design, reading)
    checkAxes(planes.rates, "rates", members, roles, .environment, reading)
    for (index, name) in (planes.along ?? []).enumerated() {
      let names = members.contains { $0.name == name && PlaneAxes.isPolicy($0.paths) }
      reading.expect(
        !names, "planes.along[\(index)]",
        "`\(name)` says which policy, expected one of its settings")
    }
    let runs = members.first { $0.paths.contains("run") }?.values.map(\.flowText) ?? []
    checkPolicies(planes.policies ?? [], runs, reading)
    guard let reference = planes.reference else { return }
    let named = Set((planes.policies ?? []).flatMap(\.runs))
    let known = (planes.policies ?? []).map(\.name) + runs.filter { !named.contains($0) }
    reading.expect(
      known.contains(reference), "planes.reference",
      "no policy `\(reference)`, expected one of \(known.joined(separator: ", "))")
  }

  private static func checkAxes(
    _ names: [String]?, _ key: String, _ members: [SweepDimension.Member], _ roles: [AxisRole],
    _ role: AxisRole, _ reading: SpecReading
  ) {
    for (index, name) in (names ?? []).enumerated() {
      let place = "planes.\(key)[\(index)]"
      guard let position = members.firstIndex(where: { $0.name == name }) else {
        let known = members.map(\.name).joined(separator: ", ")
        reading.expect(false, place, "no axis `\(name)`, expected one of \(known)")
        continue
      }
      reading.expect(
        roles[position] == role, place,
        "`\(name)` is of the \(roles[position].rawValue), expected an axis of the \(role.rawValue)")
      reading.expect(
        names?.firstIndex(of: name) == index, place, "`\(name)` is listed twice")
    }
  }

  private static func checkPolicies(
    _ policies: [PlanesSpec.Policy], _ runs: [String], _ reading: SpecReading
  ) {
    var names: Set<String> = []
    var taken: Set<String> = []
    for (index, policy) in policies.enumerated() {
      let place = "planes.policies[\(index)]"
      reading.expect(!policy.name.isEmpty, "\(place).name", "expected a name, found none")
      reading.expect(
        names.insert(policy.name).inserted, "\(place).name", "a second policy `\(policy.name)`")
      reading.expect(!policy.runs.isEmpty, "\(place).runs", "expected at least one run")
      for (position, run) in policy.runs.enumerated() {
        let inner = "\(place).runs[\(position)]"
        reading.expect(
          runs.contains(run), inner,
          "the sweep has no run `\(run)`, expected one of \(runs.joined(separator: ", "))")
        reading.expect(taken.insert(run).inserted, inner, "`\(run)` is listed twice")
      }
    }
    // A run of its own must not look like one of these.
    for (index, policy) in policies.enumerated() {
      reading.expect(
        !runs.contains(policy.name) || taken.contains(policy.name),
        "planes.policies[\(index)].name",
        "`\(policy.name)` is the name of a run that is not one of its settings")
    }
  }
}
