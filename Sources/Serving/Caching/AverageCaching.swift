public import Components

/// Holds the sub-graph nearest to the average of the last sub-networks.
///
/// Every `interval` queries: the average of the encodings `[K1, C1, ...]` of the last `window`
/// sub-networks, then the sub-graph with the smallest L2 distance to it, the first where equal.
/// Source: SUSHI (Behnam et al., MLSys 2023).
public struct AverageCaching: CachingPolicy {
  /// The parameters.
  public typealias Spec = CachingWindow

  /// `average`.
  public static let kind = "average"
  /// One sentence.
  public static let summary =
    "SushiSched: the sub-graph nearest to the average of the last queries."
  private let spec: Spec
  private var candidates: [Int] = []
  /// Squared length of every candidate.
  private var lengths: [Int] = []
  /// Dot products of every sub-network with every candidate.
  private var products: [[Int]] = []
  /// Dot products of every candidate with the sum of the sub-networks counted in `summed`.
  private var sums: [Int] = []
  /// How often every sub-network was in the window of the last decision.
  private var summed: [Int] = []
  /// Products added so far: the work of all decisions beside one look at every candidate.
  private(set) var additions = 0
  private var served: ServedWindow

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try spec.check()
    self.spec = spec
    served = ServedWindow(spec, subnets: 0)
  }

  /// Multiplies all vectors with one another, so that a decision needs no vectors.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int {
    guard let encodings = table.encodings else {
      throw SpecError("kind", "average needs a table with encodings of its sub-graphs")
    }
    candidates = table.candidates
    lengths = candidates.map {
      SubgraphEncodings.dot(encodings.subgraphs[$0], encodings.subgraphs[$0])
    }
    products = encodings.subnets.map { subnet in
      candidates.map { SubgraphEncodings.dot(encodings.subgraphs[$0], subnet) }
    }
    sums = Array(repeating: 0, count: candidates.count)
    summed = Array(repeating: 0, count: table.subnets.count)
    // A score adds three products of at most this size.
    let bound = Int.max / 4 / spec.window
    guard (lengths + products.joined()).allSatisfy({ $0 <= bound }) else {
      throw SpecError(
        "window", "the encodings of the table are too long for a window of \(spec.window)")
    }
    served = ServedWindow(spec, subnets: table.subnets.count)
    return try spec.initialSubgraph(in: table)
  }

  /// The nearest sub-graph when a decision is due.
  public mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) -> Int {
    served.add(subnet) ? nearest() : subgraph
  }

  /// The candidate nearest to the average.
  ///
  /// With n queries counted c_i times, `n |G - avg|^2 = n |G|^2 - 2 sum c_i (G . x_i) + const`:
  /// exact in integers. The sums follow the window: only sub-networks whose count changed since the
  /// last decision are added, two for each query at most.
  private mutating func nearest() -> Int {
    for (subnet, count) in served.counts.enumerated() where count != summed[subnet] {
      let change = count - summed[subnet]
      for (candidate, product) in products[subnet].enumerated() {
        sums[candidate] += change * product
      }
      summed[subnet] = count
      additions += candidates.count
    }
    var best = (candidate: 0, score: Int.max)
    for (candidate, length) in lengths.enumerated() {
      let score = served.total * length - 2 * sums[candidate]
      if score < best.score { best = (candidate, score) }
    }
    return candidates[best.candidate]
  }
}
