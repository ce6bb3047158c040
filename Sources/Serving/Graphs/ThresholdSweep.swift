/// Every combination of thresholds of a chain of gates, judged exactly over recorded samples.
///
/// A gate passes a sample on whose confidence is below its threshold. All that counts of a sample at a gate is
/// how many of the thresholds its confidence reaches; samples are counted by these numbers once, cumulative
/// counts are made along every gate, and any combination is then read off in constant time.
public struct ThresholdSweep: Sendable {
  /// One model of the chain.
  public struct Stage: Sendable {
    /// What a sample costs there, in any unit.
    public let cost: Double
    /// By sample; empty for the last, which always answers.
    public let confidence: [Double]
    /// By sample, whether its answer is right.
    public let correct: [Bool]

    /// Makes a stage.
    public init(cost: Double, confidence: [Double], correct: [Bool]) {
      self.cost = cost
      self.confidence = confidence
      self.correct = correct
    }
  }

  /// What a combination gives.
  public struct Setting: Hashable, Sendable {
    /// The number of each gate's threshold.
    public let thresholds: [Int]
    /// Expected cost of a sample.
    public let cost: Double
    /// The share of right answers.
    public let accuracy: Double
  }

  /// The most cells of a table of counts.
  public static let mostCells = 1 << 24

  private let stages: [Stage]
  /// By gate, rising.
  public let grids: [[Double]]
  private let samples: Int
  /// By stage, samples that come to it, by the thresholds of the gates before.
  private var reach: [[Int32]] = []
  /// By stage, samples whose answer there would be right, by the thresholds up to its own gate.
  private var right: [[Int32]] = []

  /// Counts the samples.
  ///
  /// - Parameters:
  ///   - stages: The models, each but the last with a confidence for every sample; all of as many samples.
  ///   - grids: The thresholds of each gate, rising; their numbers plus 2 multiply to at most `mostCells`.
  public init(_ stages: [Stage], grids: [[Double]]) {
    self.stages = stages
    self.grids = grids
    samples = stages.last?.correct.count ?? 0
    let bins = zip(stages, grids).map { stage, grid in
      stage.confidence.map { Self.reached($0, grid) }
    }
    for stage in stages.indices {
      let before = Array(bins.prefix(stage))
      reach.append(cumulative(before) { _ in true })
      let upTo = Array(bins.prefix(stage + 1))
      right.append(cumulative(upTo) { stages[stage].correct[$0] })
    }
  }

  /// How many thresholds a confidence is not below.
  private static func reached(_ confidence: Double, _ grid: [Double]) -> Int {
    var (low, high) = (0, grid.count)
    while low < high {
      let middle = (low + high) / 2
      if grid[middle] <= confidence { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Counts of samples that each of some gates passes on: the last index of an axis stands for all samples.
  private func cumulative(_ bins: [[Int]], _ counts: (Int) -> Bool) -> [Int32] {
    let extents = grids.prefix(bins.count).map { $0.count + 2 }
    var cells = Array(repeating: Int32(0), count: extents.reduce(1, *))
    for sample in 0..<samples where counts(sample) {
      var index = 0
      for (axis, own) in bins.enumerated() { index = index * extents[axis] + own[sample] + 1 }
      cells[index] += 1
    }
    // A threshold t passes on whoever reaches at most t of them: cell t + 1 counts those of cells 1...t + 1.
    var stride = 1
    for extent in extents.reversed() {
      for index in cells.indices where index / stride % extent > 0 {
        cells[index] += cells[index - stride]
      }
      stride *= extent
    }
    return cells
  }

  /// How many combinations there are.
  public var count: Int { grids.reduce(1) { $0 * $1.count } }

  /// A combination by its number, the last gate's threshold running fastest.
  public func setting(_ number: Int) -> Setting {
    var rest = number
    var thresholds = Array(repeating: 0, count: grids.count)
    for gate in grids.indices.reversed() {
      (rest, thresholds[gate]) = rest.quotientAndRemainder(dividingBy: grids[gate].count)
    }
    let (cost, accuracy) = judge { thresholds[$0] }
    return Setting(thresholds: thresholds, cost: cost, accuracy: accuracy)
  }

  /// Cost and accuracy of a combination, without keeping anything.
  @inline(__always)
  private func judge(_ threshold: (Int) -> Int) -> (cost: Double, accuracy: Double) {
    var cost = 0.0
    var answered = 0
    var index = 0
    for stage in stages.indices {
      cost += stages[stage].cost * Double(reach[stage][index])
      if stage < grids.count {
        let extent = grids[stage].count + 2
        // Those of the gates before that are right here, without those that this gate passes on.
        answered += Int(right[stage][index * extent + extent - 1])
        index = index * extent + threshold(stage) + 1
        answered -= Int(right[stage][index])
      } else {
        answered += Int(right[stage][index])
      }
    }
    return (cost / Double(samples), Double(answered) / Double(samples))
  }

  /// Judges every combination in the order of their numbers.
  public func forEach(_ body: (_ number: Int, _ cost: Double, _ accuracy: Double) throws -> Void)
    rethrows
  {
    var thresholds = Array(repeating: 0, count: grids.count)
    for number in 0..<count {
      let (cost, accuracy) = judge { thresholds[$0] }
      try body(number, cost, accuracy)
      var gate = grids.count - 1
      while gate >= 0 {
        thresholds[gate] += 1
        if thresholds[gate] < grids[gate].count { break }
        thresholds[gate] = 0
        gate -= 1
      }
    }
  }

  /// The combination with the best accuracy of those that cost at most `budget`, the cheapest and then the
  /// first of equal ones; nil where none does.
  public func best(within budget: Double) -> Setting? {
    var found: (number: Int, cost: Double, accuracy: Double)?
    forEach { number, cost, accuracy in
      guard Rounding.isWithin(cost, budget) else { return }
      if let known = found,
        Rounding.isEqual(accuracy, known.accuracy)
          ? cost >= known.cost : accuracy < known.accuracy
      {
        return
      }
      found = (number, cost, accuracy)
    }
    return found.map { setting($0.number) }
  }

  /// The combinations that no other beats in cost and accuracy, by rising cost.
  public func front() -> [Setting] {
    var all: [(number: Int, cost: Double, accuracy: Double)] = []
    all.reserveCapacity(count)
    forEach { all.append(($0, $1, $2)) }
    all.sort { left, right in
      left.cost != right.cost
        ? left.cost < right.cost
        : left.accuracy != right.accuracy
          ? left.accuracy > right.accuracy : left.number < right.number
    }
    var found: [Setting] = []
    for entry in all where entry.accuracy > found.last?.accuracy ?? -1 {
      found.append(setting(entry.number))
    }
    return found
  }
}
