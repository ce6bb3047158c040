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
}
