internal import Components
internal import Inputs
internal import Units

/// A limit on a metric, such as `area <= 10 mm2`.
struct SweepConstraint: Hashable, Sendable {
  /// The text as written.
  let text: String
  /// Position of the metric.
  let metric: Int
  /// Whether the metric must stay below the limit.
  let isUpper: Bool
  /// Whether the limit itself is allowed.
  let allowsEqual: Bool
  /// The limit, in the metric's unit.
  let limit: Double

  /// Reads a constraint on one of `metrics`.
  init(_ text: String, metrics: [Metric]) throws(SpecError) {
    let parts = text.split(separator: " ")
    guard parts.count == 3 || parts.count == 4, ["<=", ">=", "<", ">"].contains(parts[1]) else {
      throw SpecError(
        "",
        "expected a metric, one of <=, <, >=, >, and a value, such as `area <= 10 mm2`, "
          + "found `\(text)`")
    }
    metric = try SweepConstraint.index(of: String(parts[0]), in: metrics)
    isUpper = parts[1].hasPrefix("<")
    allowsEqual = parts[1].hasSuffix("=")
    self.text = text
    guard let number = Double(parts[2]), number.isFinite else {
      throw SpecError("", "`\(parts[2])` is not a number")
    }
    let units = metrics[metric].units
    guard !units.isEmpty else {
      guard parts.count == 3 else {
        throw SpecError("", "\(parts[0]) is a plain number, leave out `\(parts[3])`")
      }
      limit = number
      return
    }
    let known = units.map(\.symbol).joined(separator: ", ")
    guard parts.count == 4 else {
      throw SpecError("", "a limit on \(parts[0]) needs a unit, one of \(known)")
    }
    guard let unit = units.first(where: { $0.symbol == parts[3] }) else {
      throw SpecError("", "unknown unit `\(parts[3])`, expected one of \(known)")
    }
    limit = number * unit.scale
  }

  /// Position of the metric that goes by `word`, or by its column's name.
  static func index(of word: String, in metrics: [Metric]) throws(SpecError) -> Int {
    if let index = metrics.firstIndex(where: { $0.word == word || $0.name == word }) {
      return index
    }
    let words = metrics.map(\.word)
    let near = nearestName(to: word, among: words).map { ", did you mean `\($0)`?" }
    throw SpecError(
      "",
      "unknown metric `\(word)`" + (near ?? ", expected one of \(words.joined(separator: ", "))"))
  }

  /// Whether the point keeps to the limit; a metric without a value does not.
  func holds(_ metrics: [Double]) -> Bool {
    let value = metrics[metric]
    if isUpper { return allowsEqual ? value <= limit : value < limit }
    return allowsEqual ? value >= limit : value > limit
  }

  /// By how much the limit is missed, as a share of it; zero where it is kept.
  func violation(_ metrics: [Double]) -> Double {
    guard !holds(metrics) else { return 0 }
    let value = metrics[metric]
    guard value.isFinite else { return .infinity }
    return max(abs(value - limit) / max(abs(limit), .leastNormalMagnitude), .leastNormalMagnitude)
  }
}
