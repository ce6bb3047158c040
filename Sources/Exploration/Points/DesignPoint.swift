internal import Components
internal import Inputs
internal import Networks
internal import Studies

/// One combination of axis values.
struct DesignPoint: Hashable, Sendable {
  /// The value of one column and the places it is written to.
  typealias Setting = PointSetting

  /// Every setting, axes first, derived values after.
  let settings: [Setting]
  /// How many of the settings are axes.
  let axisCount: Int
  /// The sub-network that a space picked.
  let subnet: SubnetSpec?

  /// The texts of the axes, in column order.
  var columns: [String] { settings.prefix(axisCount).map { $0.value.flowText } }

  /// What identifies the point whatever its position: every axis with its value.
  var content: String {
    settings.prefix(axisCount).map { "\($0.name)=\($0.value.flowText)" }.joined(separator: "\n")
  }
}

/// What became of a design point.
struct PointOutcome: Hashable, Sendable {
  /// Whether the point is a design at all.
  enum Status: Int, Sendable {
    /// The design runs and meets every constraint.
    case ok
    /// The design runs and breaks a constraint, or cannot execute the workload.
    case infeasible
    /// The values make no sense together.
    case error

    /// The word in tables.
    var word: String {
      switch self {
      case .ok: "ok"
      case .infeasible: "infeasible"
      case .error: "error"
      }
    }
  }

  /// The kind of outcome.
  var status: Status
  /// One value per metric, not a number where there is none; empty for a point that did not run.
  var metrics: [Double]
  /// What is wrong, empty for a point that is fine.
  var message = ""
  /// The constraints that are broken, one bit each.
  var broken = 0
}
