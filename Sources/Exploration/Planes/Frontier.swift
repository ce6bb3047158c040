/// The settings of one policy that none of its other settings beats in two figures.
///
/// One figure, the level, is what is held equal and more of it is better, such as accuracy; the other is
/// what is compared, such as latency.
struct Frontier: Hashable, Sendable {
  /// A setting.
  struct Setting: Hashable, Sendable {
    /// The position of the point in its sweep.
    let point: Int
    /// What is held equal; more is better.
    let level: Double
    /// What is compared.
    let value: Double
  }

  /// What a policy gives at a level.
  enum Answer: Hashable, Sendable {
    /// A setting has exactly this level.
    case exact(Double)
    /// Two neighbours on the frontier lie on both sides: the value on the line between them, what turns
    /// between the two settings give.
    case interpolated(Double)
    /// Every setting of the frontier has more than this level: the best value of all of them, so that at
    /// this level it is at least as good.
    case notWorse(Double)
    /// No setting reaches the level, the highest reaches this one: there is nothing to compare.
    case outOfRange(Double)
    /// There is no setting with both figures.
    case unknown

    /// The value; nil where there is none.
    var value: Double? {
      switch self {
      case .exact(let value), .interpolated(let value), .notWorse(let value): value
      case .outOfRange, .unknown: nil
      }
    }

    /// The word in tables and documents.
    var word: String {
      switch self {
      case .exact: "exact"
      case .interpolated: "interpolated"
      case .notWorse: "not-worse"
      case .outOfRange: "out-of-range"
      case .unknown: "unknown"
      }
    }
  }

  /// From the lowest level to the highest; the value gets worse from one to the next.
  let settings: [Setting]

  /// The frontier of `all`, of which those without both figures are left out.
  init(_ all: [Setting], prefersLarge: Bool) {
    let sign = prefersLarge ? -1.0 : 1
    let known = all.filter { $0.level.isFinite && $0.value.isFinite }.sorted {
      (-$0.level, sign * $0.value, $0.point) < (-$1.level, sign * $1.value, $1.point)
    }
    var kept: [Setting] = []
    for setting in known {
      guard let last = kept.last else {
        kept.append(setting)
        continue
      }
      if sign * setting.value < sign * last.value { kept.append(setting) }
    }
    settings = kept.reversed()
  }

  /// What the policy gives at `level`.
  func answer(at level: Double) -> Answer {
    guard let first = settings.first, let last = settings.last, level.isFinite else {
      return .unknown
    }
    guard level <= last.level else { return .outOfRange(last.level) }
    if level < first.level { return .notWorse(first.value) }
    // The first setting with at least this level, by bisection.
    var (low, high) = (0, settings.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if settings[middle].level < level { low = middle + 1 } else { high = middle }
    }
    let above = settings[low]
    guard above.level > level, low > 0 else { return .exact(above.value) }
    let below = settings[low - 1]
    let part = (level - below.level) / (above.level - below.level)
    return .interpolated(below.value + (above.value - below.value) * part)
  }
}
