/// Chooses the models of an ensemble: the best score that keeps a bound of latency.
///
/// A query goes to all chosen models and is answered when the slowest is through; its score is the mean of
/// theirs, judged by the area under the curve. Source of the setting: HOLMES (KDD 2020), whose search is a
/// sequential one with genetic exploration; trying all of them is the oracle here.
public struct EnsembleComposer: Sendable {
  /// One set of models.
  public struct Choice: Hashable, Sendable {
    /// The models, a bit each.
    public let set: Int
    /// The area under the curve of the mean score.
    public let score: Double

    /// The models by number.
    public var models: [Int] { (0..<Int.bitWidth).filter { set >> $0 & 1 == 1 } }
  }

  /// The most models of a zoo.
  public static let mostModels = 24

  private let count: Int
  /// Scores of positives and of negatives, model by model.
  private let positives: [[Float]]
  private let negatives: [[Float]]
  /// Whether a set keeps the bound.
  private let isAllowed: @Sendable (Int) -> Bool

  /// Takes a zoo.
  ///
  /// - Parameters:
  ///   - scores: By model and sample, all finite.
  ///   - labels: By sample, with at least one of each.
  ///   - isAllowed: Whether a set of models, a bit each, keeps the bound.
  public init(
    scores: [[Double]], labels: [Bool], isAllowed: @escaping @Sendable (Int) -> Bool
  ) {
    precondition(scores.count <= Self.mostModels, "sets are a bit for each model")
    count = scores.count
    positives = scores.map { own in labels.indices.filter { labels[$0] }.map { Float(own[$0]) } }
    negatives = scores.map { own in labels.indices.filter { !labels[$0] }.map { Float(own[$0]) } }
    self.isAllowed = isAllowed
  }

  /// The score of a set; nil of the empty one, and of one that does not keep the bound.
  ///
  /// The order of sums is the order of means, so that nothing is divided.
  public func choice(_ set: Int) -> Choice? {
    guard set != 0, isAllowed(set) else { return nil }
    return Choice(set: set, score: Self.area(sum(positives, set), sum(negatives, set)))
  }

  private func sum(_ scores: [[Float]], _ set: Int) -> [Float] {
    var sums = Array(repeating: Float(0), count: scores.first?.count ?? 0)
    for model in 0..<count where set >> model & 1 == 1 {
      for sample in sums.indices { sums[sample] += scores[model][sample] }
    }
    return sums
  }

  /// Positives above negatives, ties half, over all pairs.
  private static func area(_ positives: [Float], _ negatives: [Float]) -> Double {
    let twice = positives.withUnsafeBufferPointer { positives in
      negatives.withUnsafeBufferPointer { negatives in
        var above = 0
        for positive in positives {
          var own: Int32 = 0
          for negative in negatives {
            own &+= (positive > negative ? 1 : 0) &+ (positive >= negative ? 1 : 0)
          }
          above &+= Int(own)
        }
        return above
      }
    }
    return Double(twice) / (2 * Double(positives.count) * Double(negatives.count))
  }

  private func isBetter(_ left: Choice, than right: Choice?) -> Bool {
    guard let right else { return true }
    if left.score != right.score { return left.score > right.score }
    // Of equal ones the smaller, then the first.
    let (own, other) = (left.set.nonzeroBitCount, right.set.nonzeroBitCount)
    return own != other ? own < other : left.set < right.set
  }

  /// The best of all sets; nil where none keeps the bound.
  ///
  /// `tried` sees every set that does.
  public func exhaustive(tried: (Choice) -> Void = { _ in }) -> Choice? {
    var best: Choice?
    for set in 1..<1 << count {
      guard let own = choice(set) else { continue }
      tried(own)
      if isBetter(own, than: best) { best = own }
    }
    return best
  }

  /// Adds the model that helps most, as long as one does.
  public func greedy(tried: (Choice) -> Void = { _ in }) -> Choice? {
    var best: Choice?
    while true {
      var next: Choice?
      for model in 0..<count {
        guard let own = choice((best?.set ?? 0) | 1 << model), own.set != best?.set else {
          continue
        }
        tried(own)
        if isBetter(own, than: next) { next = own }
      }
      guard let next, next.score > best?.score ?? -1 else { return best }
      best = next
    }
  }

  /// Crossover and mutation of the best sets, from the greedy one and random ones.
  ///
  /// 32 sets and 64 generations are assumed; the better half survives, children take each model of one of two
  /// parents, and one model of each is flipped.
  public func genetic(
    seed: Int, population: Int = 32, generations: Int = 64, tried: (Choice) -> Void = { _ in }
  ) -> Choice? {
    var stream = RandomStream(seed: UInt64(max(seed, 0)), name: "composer")
    var known: [Int: Choice?] = [:]
    func judge(_ set: Int) -> Choice? {
      if let own = known[set] { return own }
      let own = choice(set)
      known[set] = own
      if let own { tried(own) }
      return own
    }
    var living: [Choice] = greedy(tried: tried).map { [$0] } ?? []
    for model in 0..<count { if let own = judge(1 << model) { living.append(own) } }
    for _ in 0..<population {
      if let own = judge(1 + stream.index(below: (1 << count) - 1)) { living.append(own) }
    }
    for _ in 0..<generations where !living.isEmpty {
      living.sort { $0.set < $1.set }
      living = living.enumerated().filter { $0.offset == 0 || living[$0.offset - 1] != $0.element }
        .map(\.element)
      living.sort { isBetter($0, than: $1) }
      living = Array(living.prefix(max(population / 2, 2)))
      for _ in 0..<population {
        let parents = (0..<2).map { _ in living[stream.index(below: living.count)].set }
        let mask = stream.index(below: 1 << count)
        let child = parents[0] & mask | parents[1] & ~mask
        if let own = judge(child ^ 1 << stream.index(below: count)) { living.append(own) }
        if let own = judge(child) { living.append(own) }
      }
    }
    return living.reduce(nil) { best, own in isBetter(own, than: best) ? own : best }
  }
}
