internal import Components
internal import Inputs
internal import Networks
internal import Studies

/// What one axis of a sweep file adds to a point: a value of its own, values that advance together,
/// or a sub-network of a space.
struct SweepDimension: Sendable {
  /// One column of the dimension.
  struct Member: Sendable {
    let name: String
    let paths: [String]
    let values: [YAMLNode]
    /// What the file says its values are; nil where their paths decide.
    var role: AxisRole?
  }

  /// The columns; a space has one without values.
  let members: [Member]
  /// The supernet and the resolutions of a space.
  let space: (supernet: Supernet, resolutions: [Int])?
  /// How many alternatives each pick has.
  let bounds: [Int]
  /// Where a space's name stands, for its value's place.
  let location: SourceLocation

  /// Values that advance together; all members have as many.
  init(_ members: [Member], at location: SourceLocation) {
    self.members = members
    space = nil
    bounds = [members.first?.values.count ?? 0]
    self.location = location
  }

  /// Sub-networks of `supernet`, drawn pick by pick.
  init(
    name: String, supernet: Supernet, resolutions: [Int], at location: SourceLocation
  ) {
    members = [Member(name: name, paths: ["subnet"], values: [])]
    space = (supernet, resolutions)
    bounds = [resolutions.count] + supernet.choices
    self.location = location
  }

  /// The settings that `picks` make, and the sub-network where this is a space.
  func settings(_ picks: ArraySlice<Int>) -> (settings: [DesignPoint.Setting], subnet: SubnetSpec?)
  {
    guard let first = picks.first else { return ([], nil) }
    guard let space else {
      return (
        members.map {
          DesignPoint.Setting(name: $0.name, paths: $0.paths, value: $0.values[first])
        }, nil
      )
    }
    let subnet = space.supernet.subnet(
      picks: Array(picks.dropFirst()), resolution: space.resolutions[first])
    let value = YAMLNode(text: subnet.flowText, at: location)
    return (
      members.map { DesignPoint.Setting(name: $0.name, paths: $0.paths, value: value) }, subnet
    )
  }
}
