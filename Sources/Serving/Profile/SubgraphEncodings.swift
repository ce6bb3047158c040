public import Components
public import Networks

/// The vectors `[K1, C1, K2, C2, ...]` of sub-networks and sub-graphs; a missing layer is zero.
///
/// Source: SUSHI (Behnam et al., MLSys 2023).
public struct SubgraphEncodings: Hashable, Sendable {
  /// One vector per sub-network.
  public let subnets: [[Int]]
  /// One vector per sub-graph.
  public let subgraphs: [[Int]]

  /// Makes encodings; all vectors have the same length.
  public init(subnets: [[Int]], subgraphs: [[Int]]) throws(SpecError) {
    let length = subnets.first?.count ?? 0
    // Products of two vectors then stay below 2^60.
    guard length <= 1 << 20 else {
      throw SpecError("encodings", "expected at most 2^20 entries in a vector, found \(length)")
    }
    for vector in subnets + subgraphs {
      guard vector.count == length, vector.allSatisfy({ (0...1 << 20).contains($0) }) else {
        throw SpecError("encodings", "expected vectors of one length, entries from 0 to 2^20")
      }
    }
    self.subnets = subnets
    self.subgraphs = subgraphs
  }

  /// Encodes sub-graphs by the named layers, in their order.
  public init(layers: [String], subnets: [Subgraph], subgraphs: [Subgraph]) throws(SpecError) {
    func vector(_ subgraph: Subgraph) -> [Int] {
      layers.flatMap { layer in
        subgraph.slices[layer].map { [$0.kernels, $0.channels] } ?? [0, 0]
      }
    }
    try self.init(subnets: subnets.map(vector), subgraphs: subgraphs.map(vector))
  }

  /// `||SN and G||_2 / ||SN||_2`, where `and` is the smaller of both entries.
  public func hitRatio(subnet: Int, subgraph: Int) -> Double {
    let own = Self.dot(subnets[subnet], subnets[subnet])
    let shared = zip(subnets[subnet], subgraphs[subgraph]).reduce(0) {
      let common = min($1.0, $1.1)
      return $0 + common * common
    }
    return own == 0 ? 0 : (Double(shared) / Double(own)).squareRoot()
  }

  static func dot(_ left: [Int], _ right: [Int]) -> Int {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
