/// A tree of adders over the multipliers that adds up neighbours of one kernel and passes on the rest.
enum ReductionTree {
  /// The sum of some neighbouring multipliers of one kernel.
  struct Segment {
    let kernel: Int
    /// The multiplier or, further down, the adder that the sum comes from.
    var place: Int
    var sum: Int32
  }

  /// Levels of adders over `multipliers`, a power of two.
  static func depth(_ multipliers: Int) -> Int { multipliers.trailingZeroBitCount }

  /// One level: each adder takes the sums of two neighbours, from left to right; the additions.
  static func reduce(_ level: [Segment]) -> (level: [Segment], additions: Int) {
    var reduced: [Segment] = []
    reduced.reserveCapacity(level.count)
    for var segment in level {
      segment.place /= 2
      if let last = reduced.last, last.place == segment.place, last.kernel == segment.kernel {
        reduced[reduced.count - 1].sum += segment.sum
      } else {
        reduced.append(segment)
      }
    }
    return (reduced, level.count - reduced.count)
  }
}
