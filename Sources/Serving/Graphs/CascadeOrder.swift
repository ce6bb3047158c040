/// The cheapest order of models that may not know, in front of one that always answers.
///
/// A state is what has run and which of it last; a step adds a model, costs what it does then, and is
/// weighed with the share of samples that all before it did not know. That share depends on the set alone,
/// whatever the order, so that the cheapest order is a shortest path (as in the synthesis of optimal IDK
/// cascades, RTAS 2024). A deadline takes away the paths whose models together exceed it.
public struct CascadeOrder: Sendable {
  /// The most models that may not know: states are 2^n n.
  public static let mostModels = 16

  /// An order and what it costs.
  public struct Choice: Hashable, Sendable {
    /// The models in order, by number.
    public let models: [Int]
    /// The expected cost, the final model's among it.
    public let expectedCost: Double
    /// The cost of a sample that nobody but the final model knows.
    public let worstCost: Double
  }

  /// The number of models that may not know.
  public let count: Int
  /// By set of models, a bit each: the share of samples that none of them knows.
  public let unknown: [Double]
  /// What a model costs behind another, nil at the front; the final one has number `count`.
  private let cost: @Sendable (_ model: Int, _ last: Int?) -> Double
  /// No order may cost more in its worst case.
  public let deadline: Double

  /// Models whose ignorance is independent.
  ///
  /// - Parameters:
  ///   - rates: The share that each does not know, at most `mostModels` of them.
  ///   - deadline: The largest cost of the worst case; none unless given.
  ///   - cost: What a model costs behind another; the final one has the number after the last.
  public init(
    rates: [Double], deadline: Double = .infinity,
    cost: @escaping @Sendable (_ model: Int, _ last: Int?) -> Double
  ) {
    let unknown = (0..<1 << rates.count).map { set in
      rates.indices.reduce(1.0) { set & 1 << $1 == 0 ? $0 : $0 * rates[$1] }
    }
    self.init(count: rates.count, unknown: unknown, deadline: deadline, cost: cost)
  }

  /// Models with what each says of every sample: `isUnknown[model][sample]`.
  public init(
    isUnknown: [[Bool]], deadline: Double = .infinity,
    cost: @escaping @Sendable (_ model: Int, _ last: Int?) -> Double
  ) {
    let samples = isUnknown.first?.count ?? 0
    var counts = Array(repeating: 0, count: 1 << isUnknown.count)
    for sample in 0..<samples {
      var set = 0
      for model in isUnknown.indices where isUnknown[model][sample] { set |= 1 << model }
      counts[set] += 1
    }
    // Whoever does not know a set does not know its parts: sums over supersets, a model at a time.
    for model in isUnknown.indices {
      for set in counts.indices where set & 1 << model == 0 {
        counts[set] += counts[set | 1 << model]
      }
    }
    self.init(
      count: isUnknown.count, unknown: counts.map { Double($0) / Double(max(samples, 1)) },
      deadline: deadline, cost: cost)
  }

  private init(
    count: Int, unknown: [Double], deadline: Double,
    cost: @escaping @Sendable (_ model: Int, _ last: Int?) -> Double
  ) {
    precondition(count <= Self.mostModels, "states are 2^n n")
    self.count = count
    self.unknown = unknown
    self.deadline = deadline
    self.cost = cost
  }

  /// What an order costs; nil where it exceeds the deadline.
  public func choice(_ models: [Int]) -> Choice? {
    var (set, expected, worst) = (0, 0.0, 0.0)
    var last: Int?
    for model in models + [count] {
      let own = cost(model, last)
      expected += unknown[set] * own
      worst += own
      last = model
      if model < count { set |= 1 << model }
    }
    return worst <= deadline
      ? Choice(models: models, expectedCost: expected, worstCost: worst) : nil
  }

  /// The cheapest order; nil where even the final model alone exceeds the deadline.
  ///
  /// Where the cost of a model depends on the one before, the worst case of a set does so on its order, and
  /// a state keeps every pair of costs that no other beats in both.
  public func shortestPath() -> Choice? {
    struct Label {
      let expected: Double
      let worst: Double
      let models: [Int]
    }
    var labels: [[Label]] = Array(repeating: [], count: (1 << count) * (count + 1))
    func place(_ set: Int, _ last: Int) -> Int { set * (count + 1) + last }
    labels[place(0, count)] = [Label(expected: 0, worst: 0, models: [])]
    var best: Choice?
    for set in 0..<1 << count {
      for last in 0...count {
        for label in labels[place(set, last)] {
          let before = last == count ? nil : last
          let end = cost(count, before)
          if label.worst + end <= deadline {
            let expected = label.expected + unknown[set] * end
            if expected < best?.expectedCost ?? .infinity {
              best = Choice(
                models: label.models, expectedCost: expected, worstCost: label.worst + end)
            }
          }
          for model in 0..<count where set & 1 << model == 0 {
            let own = cost(model, before)
            let next = Label(
              expected: label.expected + unknown[set] * own, worst: label.worst + own,
              models: label.models + [model])
            guard next.worst <= deadline, next.expected < best?.expectedCost ?? .infinity else {
              continue
            }
            let index = place(set | 1 << model, model)
            if labels[index].contains(where: {
              $0.expected <= next.expected && $0.worst <= next.worst
            }) {
              continue
            }
            labels[index].removeAll { $0.expected >= next.expected && $0.worst >= next.worst }
            labels[index].append(next)
          }
        }
        labels[place(set, last)] = []
      }
    }
    return best
  }

  /// The cheapest of all orders of all sets, each tried; for few models.
  public func exhaustive() -> Choice? {
    var best: Choice?
    func extend(_ models: [Int]) {
      if let own = choice(models), own.expectedCost < best?.expectedCost ?? .infinity { best = own }
      for model in 0..<count where !models.contains(model) { extend(models + [model]) }
    }
    extend([])
    return best
  }

  /// Adds the model that answers the most per cost, as long as that makes the order cheaper.
  public func greedy() -> Choice? {
    var best = choice([])
    while let current = best {
      let set = current.models.reduce(0) { $0 | 1 << $1 }
      let next = (0..<count).filter { set & 1 << $0 == 0 }.max { left, right in
        gain(left, set, current.models.last) < gain(right, set, current.models.last)
      }
      guard let next, let longer = choice(current.models + [next]),
        longer.expectedCost < current.expectedCost
      else { return best }
      best = longer
    }
    return best
  }

  private func gain(_ model: Int, _ set: Int, _ last: Int?) -> Double {
    (unknown[set] - unknown[set | 1 << model]) / max(cost(model, last), .leastNormalMagnitude)
  }
}
