/// How far the queries in the system have got in a graph; memory grows with these alone.
struct GraphProgress {
  /// A node that can start, or what is to be moved before that is known.
  enum Step {
    /// A node can start.
    case start(Int)
    /// An edge takes time: `arrive` is told when it is over.
    case move(Int)
  }

  private struct Live {
    /// Edges that are decided, a bit each.
    var decided = UInt128(0)
    /// Edges that are taken.
    var taken = UInt128(0)
    /// Nodes and transfers that are under way.
    var pending = 0
    /// Why the query is given up once all of it has stopped.
    var reason: DropReason?
  }

  let graph: TaskGraph
  let draws: GateDraws
  private var live: [Int: Live] = [:]

  init(_ graph: TaskGraph, seed: Int) {
    self.graph = graph
    draws = GateDraws(graph, seed: seed)
  }

  /// The nodes that a query starts with.
  mutating func begin(_ query: Int) -> [Int] {
    live[query] = Live(pending: graph.starts.count)
    return graph.starts
  }

  /// What follows the end of a node's work.
  mutating func finish(_ node: Int, of query: Int, into steps: inout [Step]) {
    guard var state = live[query] else { return }
    let outcome = draws.outcome(of: node, query: query)
    state.pending -= 1
    if state.reason == nil {
      for edge in graph.leaving[node] {
        if graph.edges[edge].condition.isMet(by: outcome) {
          if graph.edges[edge].link != nil {
            state.pending += 1
            steps.append(.move(edge))
          } else {
            decide(edge, isTaken: true, &state, &steps)
          }
        } else {
          decide(edge, isTaken: false, &state, &steps)
        }
      }
    }
    live[query] = state
  }

  /// What follows the end of a transfer.
  mutating func arrive(_ edge: Int, of query: Int, into steps: inout [Step]) {
    guard var state = live[query] else { return }
    state.pending -= 1
    if state.reason == nil { decide(edge, isTaken: true, &state, &steps) }
    live[query] = state
  }

  /// A node's work is given up, and with it the query.
  mutating func giveUp(_ query: Int, because reason: DropReason) {
    live[query]?.pending -= 1
    if live[query]?.reason == nil { live[query]?.reason = reason }
  }

  /// Whether nothing of a query is under way; it is then forgotten.
  ///
  /// `reason` says why it was given up.
  mutating func isOver(_ query: Int) -> (isOver: Bool, reason: DropReason?) {
    guard let state = live[query], state.pending == 0 else { return (false, nil) }
    live[query] = nil
    return (true, state.reason)
  }

  /// Decides an edge, and where that was the last of a node's, the node.
  private func decide(
    _ edge: Int, isTaken: Bool, _ state: inout Live, _ steps: inout [Step]
  ) {
    state.decided |= 1 << UInt128(edge)
    if isTaken { state.taken |= 1 << UInt128(edge) }
    let node = graph.edges[edge].to
    let entering = graph.entering[node]
    guard state.decided & entering == entering else { return }
    if state.taken & entering != 0 {
      state.pending += 1
      steps.append(.start(node))
    } else {
      for next in graph.leaving[node] { decide(next, isTaken: false, &state, &steps) }
    }
  }
}
