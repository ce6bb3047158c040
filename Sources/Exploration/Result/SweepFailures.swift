/// Which points of a sweep have no result, and why.
struct SweepFailures: Sendable {
  /// Points with the same reason, but for the numbers in it.
  struct Reason: Hashable, Sendable {
    /// Infeasible or an error.
    let status: PointOutcome.Status
    /// The message of the first point.
    let message: String
    /// The first point.
    let point: Int
    /// How many points have it.
    var count: Int
  }

  /// A value of an axis with which no point succeeds.
  struct Value: Hashable, Sendable {
    let axis: Int
    let text: String
    let count: Int
  }

  /// Reasons and values that are told apart; the rest is counted as one.
  private static let kept = 1_000

  private struct Tally {
    var all = 0
    var failed = 0
  }

  private var reasons: [String: Reason] = [:]
  private var tallies: [[String: Tally]]
  /// Points without a result.
  private(set) var count = 0
  /// Points whose reason was not told apart from others.
  private(set) var others = 0

  init(axes: Int) { tallies = Array(repeating: [:], count: axes) }

  /// Takes a point.
  mutating func add(_ point: Int, _ texts: [String], _ outcome: PointOutcome) {
    let failed = outcome.status != .ok
    for (axis, text) in texts.enumerated()
    where tallies[axis].count < Self.kept || tallies[axis][text] != nil {
      tallies[axis][text, default: Tally()].all += 1
      if failed { tallies[axis][text]?.failed += 1 }
    }
    guard failed else { return }
    count += 1
    let key = "\(outcome.status.word) \(Self.pattern(outcome.message))"
    if reasons[key] != nil {
      reasons[key]?.count += 1
    } else if reasons.count < Self.kept {
      reasons[key] = Reason(
        status: outcome.status, message: outcome.message, point: point, count: 1)
    } else {
      others += 1
    }
  }

  /// The reasons, the most frequent first.
  var ranked: [Reason] {
    reasons.values.sorted { $0.count == $1.count ? $0.point < $1.point : $0.count > $1.count }
  }

  /// Values with which every point fails, where others succeed; the most frequent first.
  var values: [Value] {
    tallies.enumerated().flatMap { axis, values in
      values.count < 2 || values.values.allSatisfy { $0.failed == $0.all }
        ? []
        : values.filter { $0.value.failed == $0.value.all }.map {
          Value(axis: axis, text: $0.key, count: $0.value.all)
        }
    }.sorted { ($1.count, $0.axis, $0.text) < ($0.count, $1.axis, $1.text) }
  }

  /// `message` with every number replaced, so that one reason is one text.
  private static func pattern(_ message: String) -> String {
    var text = ""
    for character in message {
      if character.isNumber {
        if text.last != "#" { text.append("#") }
      } else if !(text.last == "#" && (character == "," || character == ".")) {
        text.append(character)
      }
    }
    return text
  }
}
