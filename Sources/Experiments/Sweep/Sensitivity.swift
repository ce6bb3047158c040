/// How much of an objective's variance each axis explains.
///
/// The correlation ratio: variance of the means by value, weighted by how many points have it, over
/// the variance of all points. On a full grid it is the first-order Sobol index; what the shares of
/// all axes leave over is interaction. Source: Saltelli et al., "Global Sensitivity Analysis", 2008.
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
  var shares: [Double?] {
    guard all.squares > 0 else { return groups.map { _ in nil } }
    return groups.map { group in
      guard group.count > 1, group.count < all.count else { return nil }
      // Sorted, so that the sum does not depend on the order of a dictionary.
      let between = group.sorted { $0.key < $1.key }.reduce(0.0) { sum, entry in
        let delta = entry.value.mean - all.mean
        return sum + Double(entry.value.count) * delta * delta
      }
      return min(1, between / all.squares)
    }
  }
}
