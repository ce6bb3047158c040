public import Components

/// Holds the sub-graph that suits the most frequent of the last sub-networks.
///
/// The sub-graph with which that sub-network is fastest, the first where equal; of several equally
/// frequent sub-networks the first of the table.
public struct MostFrequentCaching: CachingPolicy {
  /// The parameters.
  public typealias Spec = CachingWindow

  /// `most-frequent`.
  public static let kind = "most-frequent"
  /// One sentence.
  public static let summary = "The sub-graph that suits the most frequent of the last sub-networks."
  private let spec: Spec
  private var best: [Int] = []
  private var served: ServedWindow

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try spec.check()
    self.spec = spec
    served = ServedWindow(spec, subnets: 0)
  }

  /// Finds the best sub-graph of every sub-network.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int {
    let candidates = table.candidates
    best = table.subnets.indices.map { row in
      candidates.min { (table.latency(row, $0), $0) < (table.latency(row, $1), $1) } ?? 0
    }
    served = ServedWindow(spec, subnets: table.subnets.count)
    return try spec.initialSubgraph(in: table)
  }

  /// The best sub-graph of the most frequent sub-network when a decision is due.
  public mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) -> Int {
    guard served.add(subnet) else { return subgraph }
    var winner = 0
    for (row, count) in served.counts.enumerated() where count > served.counts[winner] {
      winner = row
    }
    return best[winner]
  }
}
