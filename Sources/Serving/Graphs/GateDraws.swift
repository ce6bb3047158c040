internal import Units

/// The outcomes of a graph's gates, query by query: the same for every policy and in every order.
public struct GateDraws: Sendable {
  private let graph: TaskGraph
  /// A number for each node, from its name.
  private let keys: [UInt64]

  /// Takes the gates of a graph; those with rates are drawn from streams of their own.
  public init(_ graph: TaskGraph, seed: Int) {
    self.graph = graph
    keys = graph.nodes.map { node in
      var stream = RandomStream(seed: UInt64(max(seed, 0)), name: "gates/\(node.name)")
      return stream.next()
    }
  }

  /// What a node's gate says of a query.
  @inline(__always)
  public func outcome(of node: Int, query: Int) -> GateOutcome {
    switch graph.nodes[node].gate {
    case .open: return .answered
    case .samples(let all): return all[query % all.count]
    case .rate(let rate): return uniform(node, query) < rate ? .unknown : .answered
    case .rates(let ick0, let idk, _):
      let draw = uniform(node, query)
      return draw < ick0 ? .ick0 : draw < ick0 + idk ? .idk : .ick1
    }
  }

  /// In 0..<1, a hash of node and query: which other queries and nodes run changes nothing.
  @inline(__always)
  private func uniform(_ node: Int, _ query: Int) -> Double {
    // The multiplier spreads neighbours (Steele and Vigna, "Computationally easy, spectrally good
    // multipliers", 2021); SplitMix64 mixes what is left.
    var mixer = SplitMix64(seed: keys[node] ^ (UInt64(query) &* 0xD134_2543_DE82_EF95))
    return Double(mixer.next() >> 11) * 0x1p-53
  }
}
