/// What each axis of a serving sweep is in its planes.
struct PlaneAxes: Sendable {
  /// Axes whose values together name a policy.
  let policies: [Int]
  /// Axes of the environment along which the rate rises.
  let rates: [Int]
  /// Axes that are equal wherever policies are compared, the rates among them.
  let held: [Int]
  /// Axes whose values are settings of a policy.
  let along: [Int]
  /// The policy that a run is a setting of, where that is not the run itself.
  private let names: [String: String]
  /// The policy that the others are compared with; nil for the first one.
  let reference: String?

  /// Finds them in a stored sweep, as its file says or as its paths do.
  init(_ manifest: SweepManifest) {
    let axes = manifest.axes
    let spec = manifest.planes
    policies = axes.indices.filter { Self.isPolicy(axes[$0].paths) }
    let named = Set(policies)
    along = axes.indices.filter { index in
      guard !named.contains(index), !axes[index].isEnvironment else { return false }
      return spec?.along.map { $0.contains(axes[index].name) } ?? Self.isSetting(axes[index].paths)
    }
    rates = axes.indices.filter { index in
      guard axes[index].isEnvironment else { return false }
      return spec?.rates.map { $0.contains(axes[index].name) } ?? Self.isRate(axes[index].paths)
    }
    let settings = Set(along)
    held = axes.indices.filter { !named.contains($0) && !settings.contains($0) }
    names = Dictionary(
      (spec?.policies ?? []).flatMap { policy in policy.runs.map { ($0, policy.name) } }
    ) { first, _ in first }
    reference = spec?.reference
  }

  /// Whether a value that is written to these places says which policy.
  static func isPolicy(_ paths: [String]) -> Bool {
    paths.contains { path in
      let parts = AxisRole.keys(of: path)
      return path == "run" || parts.starts(with: ["scenario", "runs"]) && parts.last == "kind"
    }
  }

  private static func isSetting(_ paths: [String]) -> Bool {
    !paths.isEmpty && paths.allSatisfy { AxisRole.keys(of: $0).starts(with: ["scenario", "runs"]) }
  }

  private static func isRate(_ paths: [String]) -> Bool {
    paths.contains { path in
      let parts = AxisRole.keys(of: path)
      return parts.starts(with: ["scenario", "arrivals"]) && parts.last?.hasSuffix("rate") == true
    }
  }

  /// The policy of a point by the texts of its axes.
  func policy(_ texts: [String]) -> String {
    policies.map { names[texts[$0]] ?? texts[$0] }.joined(separator: ", ")
  }
}
