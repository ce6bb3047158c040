public import Components
internal import Units

/// A query that is more than one network: nodes that run networks, and edges that say who runs after whom.
///
/// A node runs when every edge that leads to it is decided and at least one of them is taken; where none is,
/// it is left out, and so are the edges behind it. That one rule makes chains with gates (cascades), fan-out
/// and joins (ensembles, task graphs) and their mixtures, and a query ends when its last node does.
public struct TaskGraph: Sendable {
  /// A network, or a sub-network of a supernet, as one step of a query.
  public struct Node: Sendable {
    /// Its name.
    public let name: String
    /// The row of the profile table that it runs on.
    public let row: Int
    /// The kind of device that runs it.
    public let kind: Int
    /// What becomes of its answer.
    public let gate: Gate
    /// The share of its answers that are right where they stand, 0...1; nil where unknown.
    public let accuracy: Double?
    /// By sample, whether its answer is right; empty where unknown.
    public let correct: [Bool]

    /// Makes a node.
    public init(
      _ name: String, row: Int, kind: Int = 0, gate: Gate = .open, accuracy: Double? = nil,
      correct: [Bool] = []
    ) {
      self.name = name
      self.row = row
      self.kind = kind
      self.gate = gate
      self.accuracy = accuracy
      self.correct = correct
    }
  }

  /// Says that a node runs after another.
  public struct Edge: Hashable, Sendable {
    /// The number of the node before.
    public let from: Int
    /// The number of the node after.
    public let to: Int
    /// When it is taken.
    public let condition: EdgeCondition
    /// How long its bytes take a link for themselves.
    public let delay: SimulationTime
    /// From the last byte's leaving to the start of `to`.
    public let latency: SimulationTime
    /// The link, by number; nil where nothing is moved.
    public let link: Int?

    /// Makes an edge.
    public init(
      from: Int, to: Int, when condition: EdgeCondition = .always,
      delay: SimulationTime = SimulationTime(0), latency: SimulationTime = SimulationTime(0),
      link: Int? = nil
    ) {
      self.from = from
      self.to = to
      self.condition = condition
      self.delay = delay
      self.latency = latency
      self.link = link
    }
  }

  /// The most nodes of a graph.
  public static let mostNodes = 64
  /// The most edges of a graph.
  public static let mostEdges = 128

  /// The nodes.
  public private(set) var nodes: [Node]
  /// The edges.
  public let edges: [Edge]
  /// Samples of tensors; nil where no gate and no accuracy has any.
  public let samples: Int?
  /// Nodes in an order in which edges lead forward.
  public let order: [Int]
  /// By node, the numbers of the edges that leave it.
  let leaving: [[Int]]
  /// By node, the edges that lead to it, a bit each.
  let entering: [UInt128]
  /// Nodes that a query starts with.
  public let starts: [Int]
  /// How many links there are.
  let links: Int

  /// Checks that the parts fit together.
  ///
  /// - Throws: `SpecError` under `nodes[i]` or `edges[i]`: names that are not different, edges that are there
  ///   twice or ask for what the gate never says, cycles, and nodes that nothing leads to.
  public init(nodes: [Node], edges: [Edge]) throws(SpecError) {
    guard (1...Self.mostNodes).contains(nodes.count) else {
      throw SpecError("nodes", "expected 1 to \(Self.mostNodes) nodes, found \(nodes.count)")
    }
    guard edges.count <= Self.mostEdges else {
      throw SpecError("edges", "expected at most \(Self.mostEdges) edges, found \(edges.count)")
    }
    for (index, node) in nodes.enumerated() {
      guard !node.name.isEmpty, !nodes[..<index].contains(where: { $0.name == node.name }) else {
        throw SpecError(
          "nodes[\(index)].name", "expected a name of its own, found `\(node.name)`")
      }
      try Self.check(node, "nodes[\(index)]")
    }
    samples = try Self.samples(nodes)
    var leaving: [[Int]] = Array(repeating: [], count: nodes.count)
    var entering = Array(repeating: UInt128(0), count: nodes.count)
    for (index, edge) in edges.enumerated() {
      try Self.check(edge, "edges[\(index)]", nodes, before: edges[..<index])
      leaving[edge.from].append(index)
      entering[edge.to] |= 1 << UInt128(index)
    }
    order = try Self.order(nodes, edges, leaving)
    starts = nodes.indices.filter { entering[$0] == 0 }
    if !edges.isEmpty, let lost = starts.first(where: { leaving[$0].isEmpty }) {
      throw SpecError(
        "nodes[\(lost)]",
        "no edge leads to or from `\(nodes[lost].name)`: expected one, or a graph without any edges"
      )
    }
    self.nodes = nodes
    self.edges = edges
    self.leaving = leaving
    self.entering = entering
    links = (edges.compactMap(\.link).max() ?? -1) + 1
  }

  private static func check(_ node: Node, _ place: String) throws(SpecError) {
    func share(_ value: Double, _ key: String) throws(SpecError) {
      guard (0...1).contains(value) else {
        throw SpecError("\(place).\(key)", "expected 0 % to 100 %, found \(Percentage(value))")
      }
    }
    if let accuracy = node.accuracy { try share(accuracy, "accuracy") }
    switch node.gate {
    case .open, .samples: break
    case .rate(let rate): try share(rate, "gate.rate")
    case .rates(let ick0, let idk, let ick1):
      try share(ick0, "gate.rates.ick0")
      try share(idk, "gate.rates.idk")
      try share(ick1, "gate.rates.ick1")
      // Per cents of a file are rounded to the last place of a double.
      guard abs(ick0 + idk + ick1 - 1) < 1e-9 else {
        throw SpecError(
          "\(place).gate.rates",
          "expected shares that add up to 100 %, found \(Percentage(ick0 + idk + ick1))")
      }
    }
  }

  /// How many samples all tensors have.
  private static func samples(_ nodes: [Node]) throws(SpecError) -> Int? {
    var known: (count: Int, name: String)?
    for (index, node) in nodes.enumerated() {
      var counts: [Int] = []
      if case .samples(let all) = node.gate { counts.append(all.count) }
      if !node.correct.isEmpty { counts.append(node.correct.count) }
      for count in counts {
        guard count > 0 else {
          throw SpecError("nodes[\(index)].gate", "its tensors have no samples")
        }
        if let known, known.count != count {
          throw SpecError(
            "nodes[\(index)].gate",
            "its tensors have \(count) samples, expected \(known.count), as those of `\(known.name)`"
          )
        }
        known = (count, node.name)
      }
    }
    return known?.count
  }

  private static func check(
    _ edge: Edge, _ place: String, _ nodes: [Node], before: ArraySlice<Edge>
  ) throws(SpecError) {
    guard nodes.indices.contains(edge.from), nodes.indices.contains(edge.to) else {
      throw SpecError(place, "expected nodes below \(nodes.count)")
    }
    if before.contains(where: { $0.from == edge.from && $0.to == edge.to }) {
      throw SpecError(
        place,
        "a second edge from `\(nodes[edge.from].name)` to `\(nodes[edge.to].name)`, expected one")
    }
    guard let outcome = edge.condition.outcome else { return }
    let possible: [GateOutcome]
    let has: String
    switch nodes[edge.from].gate {
    case .open: (possible, has) = ([.answered], "no gate, which always answers")
    case .rate: (possible, has) = ([.answered, .unknown], "a gate of two outcomes")
    case .rates: (possible, has) = ([.ick0, .idk, .ick1], "a gate of three outcomes")
    case .samples(let all):
      let isThree = all.contains { $0 == .ick0 || $0 == .idk || $0 == .ick1 }
      possible = isThree ? [.ick0, .idk, .ick1] : [.answered, .unknown]
      has = isThree ? "a gate of three outcomes" : "a gate of two outcomes"
    }
    guard possible.contains(outcome) else {
      throw SpecError(
        "\(place).when",
        "`\(nodes[edge.from].name)` has \(has): expected always, "
          + possible.map { "\($0)" }.joined(separator: ", ") + ", found \(edge.condition.rawValue)")
    }
  }

  /// Nodes one after the other, those of equal right in the order of the list.
  private static func order(
    _ nodes: [Node], _ edges: [Edge], _ leaving: [[Int]]
  ) throws(SpecError) -> [Int] {
    var missing = nodes.indices.map { node in edges.reduce(0) { $0 + ($1.to == node ? 1 : 0) } }
    var order: [Int] = []
    var isDone = Array(repeating: false, count: nodes.count)
    while let next = nodes.indices.first(where: { !isDone[$0] && missing[$0] == 0 }) {
      isDone[next] = true
      order.append(next)
      for edge in leaving[next] { missing[edges[edge].to] -= 1 }
    }
    guard order.count < nodes.count else { return order }
    // Whoever walks back along edges from a node that is left comes to one twice.
    var walked: [Int] = []
    var node = isDone.firstIndex(of: false) ?? 0
    while !walked.contains(node) {
      walked.append(node)
      node = edges.first { $0.to == node && !isDone[$0.from] }?.from ?? node
    }
    let cycle = walked[(walked.firstIndex(of: node) ?? 0)...].reversed() + [walked.last ?? node]
    let first = edges.firstIndex { edge in
      zip(cycle, cycle.dropFirst()).contains { $0 == (edge.from, edge.to) }
    }
    throw SpecError(
      "edges[\(first ?? 0)]",
      "the edges go in a circle, "
        + cycle.map { nodes[$0].name }.joined(separator: " -> ") + ": expected none")
  }

  /// The same graph with gates of the same outcomes that decide otherwise.
  package func replacing(nodes: [Node]) -> TaskGraph {
    var graph = self
    graph.nodes = nodes
    return graph
  }

  /// The sample that a query is.
  @inline(__always)
  func sample(of query: Int) -> Int { samples.map { query % $0 } ?? 0 }

  /// Whether any edge leaves a node that has this outcome.
  @inline(__always)
  func goesOn(_ node: Int, _ outcome: GateOutcome) -> Bool {
    leaving[node].contains { edges[$0].condition.isMet(by: outcome) }
  }
}
