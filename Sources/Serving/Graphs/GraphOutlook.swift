/// What a graph costs and answers in expectation on idle devices: its closed form.
///
/// Every outcome of its gates is walked once, those of tensors sample by sample, so that the figures are
/// exact; draws of different gates are independent.
public struct GraphOutlook: Sendable {
  /// The share of queries that run each node.
  public private(set) var reach: [Double]
  /// Work of a query: the sum over its nodes, in seconds.
  public private(set) var workSeconds = 0.0
  /// The longest way through what a query runs, links included, in seconds.
  public private(set) var pathSeconds = 0.0
  /// The least of these ways over all outcomes, in seconds.
  public private(set) var shortestSeconds = Double.infinity
  /// The largest of them: the worst case of a query on idle devices, in seconds.
  public private(set) var worstSeconds = 0.0
  /// The most work of a query, in seconds.
  public private(set) var worstWorkSeconds = 0.0
  /// Energy of a query.
  public private(set) var energy = 0.0
  /// Off-chip bytes of a query.
  public private(set) var dramBytes = 0.0
  /// Resident bytes times seconds of a query; nil where those of a node are unknown.
  public private(set) var byteSeconds: Double? = 0
  /// The share of right answers; nil where an accuracy is unknown, or where several nodes answer at once.
  public private(set) var accuracy: Double? = 0

  /// The most outcomes that are walked for one sample.
  static let mostOutcomes = 1 << 20

  /// Walks a graph; nil where its gates have too many outcomes together.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - prices: What each node costs.
  public init?(_ graph: TaskGraph, prices: [NodePrice]) {
    let branches = graph.nodes.reduce(1.0) { product, node in
      switch node.gate {
      case .open, .samples: product
      case .rate: product * 2
      case .rates: product * 3
      }
    }
    guard branches <= Double(Self.mostOutcomes) else { return nil }
    var walk = OutcomeWalk(graph, prices)
    let samples = graph.samples ?? 1
    for sample in 0..<samples { walk.run(sample: sample, weight: 1 / Double(samples)) }
    reach = walk.reach
    workSeconds = walk.work
    pathSeconds = walk.path
    shortestSeconds = walk.shortest
    worstSeconds = walk.longest
    worstWorkSeconds = walk.mostWork
    accuracy = walk.accuracy
    for (share, price) in zip(reach, prices) {
      energy += share * price.energy
      dramBytes += share * price.dramBytes
      byteSeconds = byteSeconds.flatMap { sum in price.byteSeconds.map { sum + share * $0 } }
    }
  }
}

/// Walks the outcomes of a graph's gates, node by node in an order in which edges lead forward.
private struct OutcomeWalk {
  private let graph: TaskGraph
  private let seconds: [Double]
  private(set) var reach: [Double]
  private(set) var work = 0.0
  private(set) var path = 0.0
  private(set) var shortest = Double.infinity
  private(set) var longest = 0.0
  private(set) var mostWork = 0.0
  private(set) var accuracy: Double? = 0
  /// By node, when it could start.
  private var ready: [Double]
  private var sample = 0

  /// What a walk has come to.
  private struct State {
    var alive: UInt64
    var weight: Double
    var work = 0.0
    var end = 0.0
    var answers = 0
    var right: Double? = 0
  }

  init(_ graph: TaskGraph, _ prices: [NodePrice]) {
    self.graph = graph
    seconds = prices.map(\.seconds)
    reach = Array(repeating: 0, count: graph.nodes.count)
    ready = Array(repeating: 0, count: graph.nodes.count)
  }

  mutating func run(sample: Int, weight: Double) {
    self.sample = sample
    for node in ready.indices { ready[node] = 0 }
    let alive = graph.starts.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    visit(0, State(alive: alive, weight: weight))
  }

  private mutating func visit(_ place: Int, _ state: State) {
    guard place < graph.order.count else { return end(state) }
    let node = graph.order[place]
    guard state.alive & 1 << UInt64(node) != 0 else { return visit(place + 1, state) }
    reach[node] += state.weight
    switch graph.nodes[node].gate {
    case .open: follow(node, .answered, 1, place, state)
    case .samples(let all): follow(node, all[sample], 1, place, state)
    case .rate(let rate):
      branch(node, [(.answered, 1 - rate), (.unknown, rate)], place, state)
    case .rates(let ick0, let idk, let ick1):
      branch(node, [(.ick0, ick0), (.idk, idk), (.ick1, ick1)], place, state)
    }
  }

  private mutating func branch(
    _ node: Int, _ outcomes: [(GateOutcome, Double)], _ place: Int, _ state: State
  ) {
    let before = ready
    for (outcome, probability) in outcomes where probability > 0 {
      follow(node, outcome, probability, place, state)
      ready = before
    }
  }

  private mutating func follow(
    _ node: Int, _ outcome: GateOutcome, _ probability: Double, _ place: Int, _ state: State
  ) {
    var next = state
    next.weight *= probability
    next.work += seconds[node]
    let end = ready[node] + seconds[node]
    next.end = max(next.end, end)
    var goesOn = false
    for number in graph.leaving[node] {
      let edge = graph.edges[number]
      guard edge.condition.isMet(by: outcome) else { continue }
      goesOn = true
      next.alive |= 1 << UInt64(edge.to)
      ready[edge.to] = max(ready[edge.to], end + edge.delay.seconds + edge.latency.seconds)
    }
    if !goesOn {
      next.answers += 1
      let step = graph.nodes[node]
      next.right = step.correct.isEmpty ? step.accuracy : step.correct[sample] ? 1 : 0
    }
    visit(place + 1, next)
  }

  private mutating func end(_ state: State) {
    work += state.weight * state.work
    path += state.weight * state.end
    shortest = min(shortest, state.end)
    longest = max(longest, state.end)
    mostWork = max(mostWork, state.work)
    guard state.answers == 1, let right = state.right else {
      accuracy = nil
      return
    }
    accuracy? += state.weight * right
  }
}
