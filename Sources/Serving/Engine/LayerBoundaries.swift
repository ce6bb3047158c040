public import Components

/// The places within each sub-network where service can be interrupted.
public struct LayerBoundaries: Hashable, Sendable {
  /// For each sub-network, the rising shares of its latency at which a segment ends; the last is 1.
  public let shares: [[Double]]

  /// Makes boundaries.
  public init(shares: [[Double]]) throws(SpecError) {
    for (index, row) in shares.enumerated() {
      guard row.last == 1, row.first ?? 0 > 0, zip(row, row.dropFirst()).allSatisfy({ $0 < $1 })
      else {
        throw SpecError("boundaries[\(index)]", "expected rising shares above 0, the last one 1")
      }
    }
    self.shares = shares
  }

  /// The same number of equal segments in every sub-network.
  public init(equalSegments count: Int, subnets: Int) throws(SpecError) {
    guard (1...100_000).contains(count) else {
      throw SpecError("segments", "expected 1 to 100000, found \(count)")
    }
    try self.init(
      shares: Array(
        repeating: (1...count).map { $0 == count ? 1 : Double($0) / Double(count) },
        count: subnets))
  }

  /// Picoseconds of a service time of `total` that so many segments take.
  func elapsed(_ subnet: Int, segments: Int, of total: Int) -> Int {
    segments == 0 ? 0 : Int((Double(total) * shares[subnet][segments - 1]).rounded())
  }
}
