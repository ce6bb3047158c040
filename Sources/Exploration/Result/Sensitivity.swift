/// How much of an objective's variance each axis explains.
///
/// The correlation ratio: variance of the means by value, weighted by how many points have it, over
/// the variance of all points. On a full grid it is the first-order Sobol index; what the shares of
/// all axes leave over is interaction. Source: Saltelli et al., "Global Sensitivity Analysis", 2008.
/// In a sample the means by value differ by chance, too: k values of n points explain (k - 1) / (n - 1)
/// of anything, which Kelley's unbiased correlation ratio takes off (Kelley, "An Unbiased Correlation
/// Ratio Measure", PNAS 21, 1935).
struct Sensitivity: Sendable {
  private struct Moments {
    var count = 0
    var mean = 0.0
    var squares = 0.0

    /// Welford's update.
    mutating func add(_ value: Double) {
      count += 1
      let delta = value - mean
      mean += delta / Double(count)
      squares += delta * (value - mean)
    }
  }

  private var all = Moments()
  private var groups: [[String: Moments]]

  init(axes: Int) { groups = Array(repeating: [:], count: axes) }

  /// Takes a point's axis texts and one objective.
  mutating func add(_ axes: [String], _ value: Double) {
    all.add(value)
    for index in groups.indices { groups[index][axes[index], default: Moments()].add(value) }
  }

  /// The share of each axis, 0 to 1; nil where nothing varies, or every point has a
  /// value of its own.
  ///
  /// `isSample` says that the points are not all combinations of the values.
  func shares(isSample: Bool) -> [Double?] {
    guard all.squares > 0 else { return groups.map { _ in nil } }
    return groups.map { group in
      guard group.count > 1, group.count < all.count else { return nil }
      // Sorted, so that the sum does not depend on the order of a dictionary.
      let between = group.sorted { $0.key < $1.key }.reduce(0.0) { sum, entry in
        let delta = entry.value.mean - all.mean
        return sum + Double(entry.value.count) * delta * delta
      }
      let explained = min(1, between / all.squares)
      guard isSample else { return explained }
      return max(0, 1 - (1 - explained) * Double(all.count - 1) / Double(all.count - group.count))
    }
  }
}
