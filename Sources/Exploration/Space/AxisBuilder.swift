internal import Components
internal import Foundation
internal import Inputs
internal import Networks

/// Turns the axes of a sweep file into dimensions.
struct AxisBuilder {
  /// The workload's supernet, where it has one.
  let supernet: Supernet?
  /// Column names that the result has anyway.
  let reserved: Set<String>
  /// The sweep file.
  let location: SourceLocation

  private var names = Set<String>()
  private var spaces = 0

  init(supernet: Supernet?, reserved: Set<String>, location: SourceLocation) {
    self.supernet = supernet
    self.reserved = reserved
    self.location = location
  }

  /// The most values an axis may have.
  static let largestAxis = 1_000_000

  /// The dimension of one axis, after those of the axes before it.
  mutating func dimension(_ axis: AxisSpec, _ index: Int) throws(SpecError) -> SweepDimension {
    let place = "axes[\(index)]"
    if let members = axis.zip {
      try refuse([("name", axis.name != nil), ("path", axis.path != nil)], axis, place)
      return try zipped(members, place)
    }
    if let space = axis.space {
      spaces += 1
      guard spaces == 1 else { throw SpecError("\(place).space", "a second space") }
      return try self.space(space, axis, place)
    }
    return SweepDimension([try member(ZippedAxisSpec(axis), place)], at: location)
  }

  private func refuse(
    _ keys: [(String, Bool)], _ axis: AxisSpec, _ place: String
  ) throws(SpecError) {
    let all =
      keys + [
        ("paths", axis.paths != nil), ("values", axis.values != nil),
        ("range", axis.range != nil), ("space", axis.space != nil), ("role", axis.role != nil),
      ]
    for (key, isGiven) in all where isGiven {
      throw SpecError("\(place).\(key)", "an axis with `zip` has nothing else, its members do")
    }
  }

  private mutating func zipped(
    _ members: [ZippedAxisSpec], _ place: String
  ) throws(SpecError) -> SweepDimension {
    guard members.count >= 2 else {
      throw SpecError("\(place).zip", "expected at least two axes, found \(members.count)")
    }
    var made: [SweepDimension.Member] = []
    for (index, member) in members.enumerated() {
      let inner = "\(place).zip[\(index)]"
      // One workload may go with several of its sub-networks: only the combinations differ.
      made.append(try self.member(member, inner, repeats: true))
      guard made[index].values.count == made[0].values.count else {
        throw SpecError(
          inner,
          "zipped axes have equally many values, found \(made[0].values.count) and "
            + "\(made[index].values.count)")
      }
    }
    var seen = Set<[String]>()
    for index in made[0].values.indices {
      let together = made.map { $0.values[index].flowText }
      guard seen.insert(together).inserted else {
        throw SpecError(
          "\(place).zip[0].values[\(index)]",
          "`\(together.joined(separator: "`, `"))` is listed twice")
      }
    }
    return SweepDimension(made, at: location)
  }

  private mutating func name(_ given: String?, _ place: String) throws(SpecError) -> String {
    guard let name = given else { throw SpecError(place, "missing key `name`") }
    guard let first = name.utf8.first, (97...122).contains(first),
      name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
    else {
      throw SpecError(
        "\(place).name", "expected lower-case letters, digits and _, found `\(name)`")
    }
    guard !reserved.contains(name) else {
      throw SpecError("\(place).name", "`\(name)` is a column of every result, choose another")
    }
    guard names.insert(name).inserted else {
      throw SpecError("\(place).name", "a second axis named `\(name)`")
    }
    return name
  }

  private func paths(_ axis: ZippedAxisSpec, _ place: String) throws(SpecError) -> [String] {
    guard axis.path == nil || axis.paths == nil else {
      throw SpecError("\(place).paths", "expected either `path` or `paths`, found both")
    }
    guard axis.paths?.isEmpty != true else {
      throw SpecError("\(place).paths", "expected at least one path")
    }
    return axis.paths ?? axis.path.map { [$0] } ?? []
  }

  private mutating func member(
    _ axis: ZippedAxisSpec, _ place: String, repeats: Bool = false
  ) throws(SpecError) -> SweepDimension.Member {
    let name = try name(axis.name, place)
    let values: [YAMLNode]
    switch (axis.values, axis.range) {
    case (let listed?, nil): values = listed.map(\.node)
    case (nil, let range?):
      values = try Self.values(range, "\(place).range").map { YAMLNode(text: $0, at: location) }
    default: throw SpecError(place, "expected either `values` or a `range`")
    }
    guard !values.isEmpty else {
      throw SpecError("\(place).values", "expected at least one value")
    }
    var seen = Set<String>()
    for (index, value) in values.enumerated()
    where !seen.insert(value.flowText).inserted && !repeats {
      throw SpecError("\(place).values[\(index)]", "`\(value.flowText)` is listed twice")
    }
    return SweepDimension.Member(
      name: name, paths: try paths(axis, place), values: values, role: axis.role)
  }

  private mutating func space(
    _ spec: SpaceSpec, _ axis: AxisSpec, _ place: String
  ) throws(SpecError) -> SweepDimension {
    guard axis.values == nil, axis.range == nil, axis.path == nil, axis.paths == nil else {
      throw SpecError(place, "a `space` has neither values nor paths, it chooses the sub-network")
    }
    guard axis.role != .environment else {
      throw SpecError(
        "\(place).role", "a `space` chooses a sub-network, expected `design` or no `role`")
    }
    guard let supernet else {
      throw SpecError("\(place).space", "the workload is no supernet")
    }
    guard !spec.resolutions.isEmpty else {
      throw SpecError("\(place).space.resolutions", "expected at least one resolution")
    }
    for (index, resolution) in spec.resolutions.enumerated()
    where !(32...1024).contains(resolution) {
      throw SpecError(
        "\(place).space.resolutions[\(index)]", "expected 32 to 1024, found \(resolution)")
    }
    let name = try name(axis.name, place)
    guard spec.listed == true else {
      return SweepDimension(
        name: name, supernet: supernet, resolutions: spec.resolutions, at: location)
    }
    var values: [YAMLNode] = []
    for resolution in spec.resolutions {
      guard let all = supernet.all(resolution: resolution) else {
        throw SpecError(
          "\(place).space.listed",
          "\(supernet.size) sub-networks per resolution are too many to list, use a search")
      }
      values += all.map { YAMLNode(text: $0.flowText, at: location) }
    }
    return SweepDimension(
      [SweepDimension.Member(name: name, paths: ["subnet"], values: values)], at: location)
  }

  // MARK: Ranges

  static func values(_ range: RangeSpec, _ place: String) throws(SpecError) -> [String] {
    func amount(_ text: String, _ key: String) throws(SpecError) -> SweepAmount {
      guard let amount = SweepAmount(text) else {
        throw SpecError("\(place).\(key)", "`\(text)` is not an amount such as `64 KiB` or `8`")
      }
      return amount
    }
    let (first, last) = (try amount(range.from, "from"), try amount(range.to, "to"))
    guard first.unit == last.unit else {
      throw SpecError("\(place).to", "`\(range.from)` and `\(range.to)` measure different things")
    }
    guard first.value <= last.value else {
      throw SpecError("\(place).to", "`\(range.to)` is less than `\(range.from)`")
    }
    var values: [Double] = []
    switch range.scale {
    case .linear:
      guard let text = range.step else {
        throw SpecError(place, "missing key `step`")
      }
      let step = try amount(text, "step")
      guard step.unit == first.unit, step.value > 0 else {
        throw SpecError("\(place).step", "expected more than nothing, in the unit of `from`")
      }
      let steps = ((last.value - first.value) / step.value).rounded()
      guard abs(first.value + steps * step.value - last.value) <= abs(last.value) * 1e-12 else {
        throw SpecError(
          "\(place).step", "no whole number of steps of `\(text)` ends at `\(range.to)`")
      }
      guard steps < Double(largestAxis) else {
        throw SpecError("\(place).step", "more than \(largestAxis) values")
      }
      values = (0...Int(steps)).map { first.value + Double($0) * step.value }
    case .log2:
      guard range.step == nil else {
        throw SpecError("\(place).step", "each value is twice the one before, leave out")
      }
      guard first.value > 0 else {
        throw SpecError("\(place).from", "must be more than 0")
      }
      var value = first.value
      while value < last.value {
        values.append(value)
        value *= 2
      }
      guard value == last.value else {
        throw SpecError("\(place).to", "`\(range.from)` doubled never meets `\(range.to)`")
      }
      values.append(value)
    }
    return values.map { SweepAmount(value: $0, unit: first.unit).text }
  }
}
