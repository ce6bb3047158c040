internal import CostModel
internal import Inputs
internal import Networks
internal import Units

/// The candidate set S of sub-graphs that a profile table has columns for.
///
/// Each is the greedy choice of slices, those that save most per byte first, for one mix of the
/// sub-networks. Mixes in this order: every sub-network alone, in the order of the workload; all of
/// them, `mix`; then every multiset of 2, 3, ... 8 sub-networks, in lexicographic order, that is no
/// multiple of a smaller one, `2x0.6B+0.9B` for two parts of one and one part of the other.
/// The paper (SUSHI, MLSys 2023) draws S from the served sub-networks without giving the rule.
struct CandidateSubgraphs {
  /// Name of the sub-graph that is chosen for all sub-networks together.
  static let mix = "mix"
  /// The most sub-networks in a mix.
  static let largestMix = 8
  /// The most mixes that are tried.
  static let mixLimit = 10_000

  /// Names, all different, and sub-graphs.
  let entries: [(name: String, subgraph: Subgraph)]

  /// The sub-networks alone and all of them together, equal sub-graphs and all.
  init(_ gains: SubgraphGains, names: [String], capacity: Bytes) {
    entries = Self.first(names).map {
      ($0.name, gains.subgraph(counts: $0.counts, capacity: capacity))
    }
  }

  /// The first `size` different sub-graphs.
  ///
  /// - Throws: `InputError` when there are fewer.
  init(
    _ gains: SubgraphGains, names: [String], capacity: Bytes, size: Int
  ) throws(InputError) {
    var found: [(name: String, subgraph: Subgraph)] = []
    var seen: Set<Subgraph> = []
    func add(_ name: String, _ counts: [Int]) {
      let subgraph = gains.subgraph(counts: counts, capacity: capacity)
      if seen.insert(subgraph).inserted { found.append((name, subgraph)) }
    }
    for entry in Self.first(names) where found.count < size { add(entry.name, entry.counts) }
    var tried = 0
    var parts = 2
    while found.count < size, parts <= Self.largestMix, tried < Self.mixLimit {
      // Indices of the sub-networks in the multiset, never falling.
      var members: [Int]? = Array(repeating: 0, count: parts)
      while let current = members, found.count < size, tried < Self.mixLimit {
        let counts = current.reduce(into: Array(repeating: 0, count: names.count)) { $0[$1] += 1 }
        let isAll = counts.allSatisfy { $0 == 1 }
        if !isAll, counts.reduce(0, Self.divisor) == 1 {
          tried += 1
          add(Self.name(counts, names), counts)
        }
        members = Self.next(current, below: names.count)
      }
      parts += 1
    }
    guard found.count == size else {
      throw InputError(
        "asks for \(size) sub-graphs, but only \(found.count) different ones were found for mixes of "
          + "these sub-networks", file: nil, path: "subgraphs")
    }
    entries = found
  }

  /// The sub-networks alone, then all of them.
  private static func first(_ names: [String]) -> [(name: String, counts: [Int])] {
    names.indices.map { index in
      (names[index], names.indices.map { $0 == index ? 1 : 0 })
    } + [(mix, names.map { _ in 1 })]
  }

  private static func divisor(_ left: Int, _ right: Int) -> Int {
    right == 0 ? left : divisor(right, left % right)
  }

  private static func name(_ counts: [Int], _ names: [String]) -> String {
    zip(counts, names).filter { $0.0 > 0 }
      .map { $0.0 == 1 ? $0.1 : "\($0.0)x\($0.1)" }.joined(separator: "+")
  }

  /// The lexicographically next list that never falls, nil after the last.
  private static func next(_ members: [Int], below limit: Int) -> [Int]? {
    guard let position = members.lastIndex(where: { $0 < limit - 1 }) else { return nil }
    return members[..<position]
      + Array(repeating: members[position] + 1, count: members.count - position)
  }
}
