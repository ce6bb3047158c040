/// A query's next piece of work: what runs of it without a point at which a policy is asked again.
public struct WorkItem: Hashable, Sendable {
  /// The query's number.
  public let query: Int
  /// The piece's number: how many pieces of the query are through.
  public let piece: Int
  /// The segment's number within the piece, where service can be interrupted, else 0.
  public let segment: Int
  /// The sub-network that runs it, a row of the profile table.
  public let subnet: Int
}

/// The next pieces of some queries that run together on one sub-network.
///
/// It is a view of the batch: nothing is copied or allocated to look at it.
public struct Work: RandomAccessCollection, Sendable {
  /// The queries, in the order in which they joined the batch.
  let queries: [Query]
  /// The sub-network.
  public let subnet: Int

  @inline(__always)
  init(_ queries: [Query], on subnet: Int) {
    self.queries = queries
    self.subnet = subnet
  }

  /// 0.
  @inline(__always)
  public var startIndex: Int { 0 }
  /// How many there are.
  @inline(__always)
  public var endIndex: Int { queries.count }
  /// A piece by its place in the batch.
  public subscript(position: Int) -> WorkItem {
    let query = queries[position]
    return WorkItem(
      query: query.id, piece: query.completedPieces, segment: query.completedSegments,
      subnet: subnet)
  }
}
