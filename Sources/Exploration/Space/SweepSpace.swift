internal import Components
internal import Inputs
internal import Networks
internal import Studies

/// All points that a sweep's axes span, and the values derived at each of them.
struct SweepSpace: Sendable {
  fileprivate struct Derivation: Sendable {
    let index: Int
    let name: String
    let paths: [String]
    let relation: DerivedSpec.Relation
    let operands: [String]
  }

  /// The axes, in the file's order.
  let dimensions: [SweepDimension]
  /// Alternatives of every pick, dimension by dimension.
  let bounds: [Int]
  private let derivations: [Derivation]
  private let location: SourceLocation

  /// Makes the axes; `supernet` is the workload's, where it has one.
  ///
  /// Names in `reserved` are taken by columns of the result.
  init(
    _ spec: SweepSpec, file: SpecFile, supernet: Supernet?, reserved: Set<String>,
    implied: [SweepDimension.Member] = []
  ) throws(InputError) {
    var builder = AxisBuilder(supernet: supernet, reserved: reserved, location: file.node.location)
    let reading = SpecReading(file)
    reading.expect(!spec.axes.isEmpty, "axes", "expected at least one axis")
    let written = spec.axes.enumerated().compactMap { index, axis in
      reading.check([]) { () throws(SpecError) in try builder.dimension(axis, index) }
    }
    try reading.faults.finish()
    let given = Set(written.flatMap { $0.members.flatMap(\.paths) })
    dimensions =
      written
      + implied.filter { given.isDisjoint(with: $0.paths) }.map {
        SweepDimension([$0], at: file.node.location)
      }
    bounds = dimensions.flatMap(\.bounds)
    location = file.node.location
    let names = dimensions.flatMap { $0.members.map(\.name) }
    let specs = spec.derived ?? []
    derivations = try file.locating { () throws(SpecError) in
      try Self.order(specs, axes: names, taken: reserved)
    }
    let used = Set(specs.flatMap { $0.of.map(\.text) })
    for (index, axis) in spec.axes.enumerated() {
      guard axis.space == nil else { continue }
      let members = axis.zip ?? [ZippedAxisSpec(axis)]
      for member in members where member.path == nil && member.paths == nil {
        guard let name = member.name, used.contains(name) else {
          throw file.error(
            SpecError(
              "axes[\(index)]", "the axis changes nothing, give it a `path` or derive from it"))
        }
      }
    }
  }

  /// Column names of the axes.
  var names: [String] { dimensions.flatMap { $0.members.map(\.name) } }
  /// The role of a column: what the file says, or what the places say that it and the values derived
  /// from it are written to.
  func role(of member: SweepDimension.Member) -> AxisRole {
    if let role = member.role { return role }
    var reached: Set<String> = [member.name]
    var paths = member.paths
    // Derivations come after those that they need.
    for derivation in derivations where derivation.operands.contains(where: reached.contains) {
      reached.insert(derivation.name)
      paths += derivation.paths
    }
    return AxisRole.role(of: paths)
  }
  /// Each column of the environment: its member, and the pick that chooses its value.
  var environment: [(member: SweepDimension.Member, pick: Int)] {
    var found: [(SweepDimension.Member, Int)] = []
    var next = 0
    for dimension in dimensions {
      // A space, which has more picks than one, is never of the environment.
      for member in dimension.members where dimension.space == nil {
        if role(of: member) == .environment { found.append((member, next)) }
      }
      next += dimension.bounds.count
    }
    return found
  }
  /// Every path that a point writes to.
  var paths: [String] {
    dimensions.flatMap { $0.members.flatMap(\.paths) } + derivations.flatMap(\.paths)
  }
  /// Number of points of the full grid.
  var count: UInt128? {
    bounds.reduce(UInt128(1)) { product, bound in
      guard let product else { return nil }
      let (result, overflow) = product.multipliedReportingOverflow(by: UInt128(bound))
      return overflow ? nil : result
    }
  }

  /// The picks of grid point `index`; the last axis varies fastest.
  func picks(at index: Int) -> [Int] {
    var rest = index
    var picks = bounds
    for position in bounds.indices.reversed() {
      picks[position] = rest % bounds[position]
      rest /= bounds[position]
    }
    return picks
  }

  /// The point of these picks; throws when a derived value cannot be worked out.
  func point(_ picks: [Int]) -> (point: DesignPoint, failure: SpecError?) {
    var settings: [DesignPoint.Setting] = []
    var subnet: SubnetSpec?
    var next = 0
    for dimension in dimensions {
      let made = dimension.settings(picks[next..<next + dimension.bounds.count])
      settings += made.settings
      subnet = made.subnet ?? subnet
      next += dimension.bounds.count
    }
    let axisCount = settings.count
    guard !derivations.isEmpty else {
      return (DesignPoint(settings: settings, axisCount: axisCount, subnet: subnet), nil)
    }
    var known = Dictionary(settings.map { ($0.name, $0.value.flowText) }) { first, _ in first }
    var failure: SpecError?
    for derivation in derivations {
      do throws(SpecError) {
        let text = try derivation.text(known)
        known[derivation.name] = text
        settings.append(
          DesignPoint.Setting(
            name: derivation.name, paths: derivation.paths,
            value: YAMLNode(text: text, at: location)))
      } catch {
        failure = failure ?? error
      }
    }
    return (DesignPoint(settings: settings, axisCount: axisCount, subnet: subnet), failure)
  }

  // MARK: Derived values

  private static func order(
    _ specs: [DerivedSpec], axes: [String], taken: Set<String>
  ) throws(SpecError) -> [Derivation] {
    var names = Set(axes)
    for (index, spec) in specs.enumerated() {
      guard let name = spec.name else { continue }
      guard names.insert(name).inserted, !taken.contains(name) else {
        throw SpecError("derived[\(index)].name", "the name `\(name)` is taken")
      }
    }
    for (index, spec) in specs.enumerated() {
      guard spec.path != nil || spec.paths != nil || spec.name != nil else {
        throw SpecError("derived[\(index)]", "expected a `path`, `paths` or a `name`")
      }
      for (position, operand) in spec.of.enumerated()
      where !names.contains(operand.text) && SweepAmount(operand.text) == nil {
        let near = nearestName(to: operand.text, among: names.sorted())
          .map { ", did you mean `\($0)`?" }
        throw SpecError(
          "derived[\(index)].of[\(position)]",
          "`\(operand.text)` is neither a name nor an amount" + (near ?? ""))
      }
    }
    var done = Set(axes)
    var waiting = Array(specs.enumerated())
    var result: [Derivation] = []
    while !waiting.isEmpty {
      let ready = waiting.filter { entry in
        entry.element.of.allSatisfy { done.contains($0.text) || !names.contains($0.text) }
      }
      guard !ready.isEmpty else {
        let circle = waiting.compactMap(\.element.name)
        throw SpecError(
          "derived[\(waiting[0].offset)]",
          "derived values depend on each other in a circle: \(circle.joined(separator: ", "))")
      }
      for (index, spec) in ready {
        let name = spec.name ?? "derived[\(index)]"
        done.insert(name)
        result.append(
          Derivation(
            index: index, name: name, paths: (spec.path.map { [$0] } ?? []) + (spec.paths ?? []),
            relation: spec.relation, operands: spec.of.map(\.text)))
      }
      waiting.removeAll { entry in ready.contains { $0.offset == entry.offset } }
    }
    return result
  }
}

extension SweepSpace.Derivation {
  /// The value at a point whose other values are `known`.
  fileprivate func text(_ known: [String: String]) throws(SpecError) -> String {
    if relation == .equal, operands.count == 1 { return known[operands[0]] ?? operands[0] }
    var amounts: [SweepAmount] = []
    for operand in operands {
      let text = known[operand] ?? operand
      guard let amount = SweepAmount(text) else {
        throw SpecError("derived[\(index)]", "`\(text)` is not an amount")
      }
      amounts.append(amount)
    }
    do {
      return try SweepAmount.combine(relation, amounts).text
    } catch {
      throw SpecError("derived[\(index)].\(error.path)", error.message)
    }
  }
}
