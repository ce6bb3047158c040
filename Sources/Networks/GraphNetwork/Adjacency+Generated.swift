internal import Components
internal import Units

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

extension Adjacency {
  /// Most pairs of a generated graph: a larger one is read from a file, which takes less time than drawing it.
  private static let mostPairs = 1 << 22

  /// A graph without directions: `edges` different pairs of different nodes, two entries each.
  ///
  /// Both nodes of a pair are drawn with chances that fall as `(i + 1)^-skew` with the node's number i,
  /// the degrees that Chung and Lu expect of such weights ("Connected components in random graphs with
  /// given expected degree sequences", 2002); pairs that are there already, and of a node with itself, are
  /// drawn again. The same seed gives the same graph.
  ///
  /// - Throws: `SpecError` with the path `edges` or `skew` where there are not as many pairs, or too few
  ///   different ones are drawn.
  static func generated(
    nodes: Int, edges: Int, skew: Double, seed: Int
  ) throws(SpecError) -> Adjacency {
    guard (1...mostNodes).contains(nodes) else {
      throw SpecError("nodes", "expected 1 to \(mostNodes), found \(nodes)")
    }
    let pairs = nodes * (nodes - 1) / 2
    let most = min(pairs, mostPairs)
    guard (0...most).contains(edges) else {
      throw SpecError(
        "edges",
        "expected 0 to \(most) different pairs of \(nodes) nodes, found \(edges)"
          + (most < pairs && edges > most ? "; give a larger graph as a `file`" : ""))
    }
    guard (0...3).contains(skew) else {
      throw SpecError("skew", "expected 0 to 3, found \(skew)")
    }
    var sums: [Double] = []
    sums.reserveCapacity(nodes)
    var sum = 0.0
    for node in 0..<nodes {
      sum += pow(Double(node + 1), -skew)
      sums.append(sum)
    }
    var random = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
    func draw() -> Int {
      let point = Double(random.next() >> 11) * 0x1p-53 * sum
      var (low, high) = (0, nodes - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > point { high = middle } else { low = middle + 1 }
      }
      return low
    }
    var known: Set<Int> = []
    known.reserveCapacity(edges)
    var neighbours = [[Int32]](repeating: [], count: nodes)
    // Enough for every pair of a small graph, where the last ones are hardest to meet.
    var draws = 32 * edges + 4096
    while known.count < edges {
      guard draws > 0 else {
        throw SpecError(
          "skew",
          "with \(skew) only \(known.count) different pairs of \(edges) were drawn, lower it or `edges`"
        )
      }
      draws -= 1
      let (one, other) = (draw(), draw())
      guard one != other, known.insert(min(one, other) * nodes + max(one, other)).inserted else {
        continue
      }
      neighbours[one].append(Int32(other))
      neighbours[other].append(Int32(one))
    }
    var pointers: [Int32] = [0]
    var sources: [Int32] = []
    for node in 0..<nodes {
      sources += neighbours[node].sorted()
      pointers.append(Int32(sources.count))
    }
    return Adjacency(columns: nodes, checked: pointers, sources)
  }
}
