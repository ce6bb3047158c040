/// What the values of an axis stand for.
public enum AxisRole: String, Codable, CaseIterable, Sendable {
  /// What a design meets and cannot choose, such as the rate of arrivals, a trace, a seed, failures.
  ///
  /// Points that differ in it are never compared with one another: each value has a front of its own.
  case environment
  /// What is chosen: a policy, an array, buffers, a number of devices.
  case design

  /// Keys of a scenario's `options` that say what happens to a design.
  private static let options = [
    "seed", "queries", "warm_up", "until", "failures", "frame_period",
  ]

  /// The role of a value that is written to `paths`: of the environment if any of the places is.
  ///
  /// The environment is what a scenario says of arrivals and demands, its seeds, failures and length, and
  /// the scenario as a whole, which has all of these. Everything else is a choice.
  static func role(of paths: [String]) -> AxisRole {
    paths.contains(where: isEnvironment) ? .environment : .design
  }

  private static func isEnvironment(_ path: String) -> Bool {
    let parts = keys(of: path)
    guard parts.first == "scenario" else { return false }
    guard parts.count > 1 else { return true }
    switch parts[1] {
    case "arrivals", "demands", "seeds": return true
    case "options": return parts.count > 2 && options.contains(parts[2])
    default: return false
    }
  }

  /// `scenario.runs[0].policy` as `scenario`, `runs`, `policy`.
  static func keys(of path: String) -> [String] {
    path.split(separator: ".").map { String($0.prefix { $0 != "[" }) }
  }
}
