/// The points that no other point beats, over one to three objectives.
///
/// Points come sorted by objectives, so only a staircase of the last two has to be held.
/// Source: Kung, Luccio and Preparata, "On Finding the Maxima of a Set of Vectors", JACM 1975.
struct ParetoFront {
  /// A step of the staircase: the least third objective at or below a second one.
  private struct Step {
    let second: Double
    let third: Double
  }

  /// Positions of the points on the front, in the order given.
  private(set) var points: [Int] = []
  private var steps: [Step] = []
  private var last: (values: [Double], isOnFront: Bool)?

  /// Takes the next point; objectives are minimised and never fall in lexicographic order.
  mutating func add(_ point: Int, _ objectives: [Double]) {
    // Equal points do not beat each other.
    let isOnFront =
      last?.values == objectives ? last?.isOnFront ?? false : isUndominated(objectives)
    if isOnFront { points.append(point) }
    last = (objectives, isOnFront)
  }

  private mutating func isUndominated(_ objectives: [Double]) -> Bool {
    let second = objectives.count > 1 ? objectives[1] : 0
    let third = objectives.count > 2 ? objectives[2] : 0
    // The last step whose second objective is no larger has the least third one so far.
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].second <= second { low = middle + 1 } else { high = middle }
    }
    if low > 0, steps[low - 1].third <= third { return false }
    var end = low
    while end < steps.count, steps[end].third >= third { end += 1 }
    let start = low > 0 && steps[low - 1].second == second ? low - 1 : low
    steps.replaceSubrange(start..<end, with: [Step(second: second, third: third)])
    return true
  }
}
