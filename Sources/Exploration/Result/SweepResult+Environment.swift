internal import Reports

extension SweepResult {
  /// How many fronts there are and what divides them.
  var environmentFacts: [(String, String)] {
    let designs = NumberText.count(fronts.points.count)
    guard !fronts.axes.isEmpty else { return [("front", "\(designs) designs that no other beats")] }
    let manifest = store.manifest
    let names = fronts.axes.map { manifest.axes[$0].name }.joined(separator: ", ")
    var facts = [
      (
        "environment",
        "\(names): what a design meets and cannot choose, so that designs are compared at equal "
          + "values only"
      ),
      (
        "front",
        "\(designs) designs that no other of the same environment beats, in "
          + "\(fronts.groups.count) front\(fronts.groups.count == 1 ? "" : "s")"
      ),
    ]
    let single = fronts.groups.count { $0.count == 1 }
    if single > 0 {
      facts.append(
        (
          "alone",
          "in \(NumberText.count(single)) of \(fronts.groups.count) environments there is one design, "
            + "with none to compare"
        ))
    }
    if fronts.groups.count > Self.advised {
      facts.append(
        (
          "shown",
          "the best designs, curves and trends of \(Self.advised) of \(fronts.groups.count) "
            + "environments, evenly spread"
        ))
    }
    return facts
  }

  /// The environment that advice is for, with `separator` before it; empty where all are the same.
  func environmentText(_ advice: Advice, before separator: String) -> String {
    guard !fronts.axes.isEmpty else { return "" }
    return separator + store.manifest.text(advice.environment, of: fronts.axes)
  }

  /// The texts of the axes of the environment by their names.
  func environmentObject(_ environment: [String]) -> [String: JSONValue] {
    Dictionary(
      zip(fronts.axes, environment).map { (store.manifest.axes[$0].name, JSONValue.string($1)) }
    ) { first, _ in first }
  }

  /// The fronts of each environment, for programs; nothing where all designs meet the same.
  var environmentMembers: [String: JSONValue] {
    guard !fronts.axes.isEmpty else { return [:] }
    return [
      "environment": .array(fronts.axes.map { .string(store.manifest.axes[$0].name) }),
      "fronts": .array(
        fronts.groups.map { group in
          .object([
            "environment": .object(environmentObject(group.environment)),
            "designs": .integer(group.count), "points": .array(group.points.map { .integer($0) }),
          ])
        }),
    ]
  }
}
