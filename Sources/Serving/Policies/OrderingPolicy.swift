public import Components

/// A policy that orders queries and serves the first of them alone, on a sub-network that each query
/// determines.
public protocol OrderingPolicy: SchedulerPolicy where Spec == OrderSpec {
  /// Predicts service times and serves the chosen query.
  var service: OrderedService { get set }
  /// The position of the query that goes first.
  func first(_ snapshot: Snapshot) -> Int
}

extension OrderingPolicy {
  /// Finds the sub-networks.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    try service.prepare(for: table)
  }

  /// Takes the layer boundaries.
  public mutating func prepare(interruptedAt boundaries: LayerBoundaries?) {
    service.boundaries = boundaries
  }

  /// One query at a time, on a sub-network that it keeps; not where batches are larger.
  public var canBeInterrupted: Bool { service.most == 1 }

  /// What a query names goes first.
  public var servesNamed: Bool { true }

  /// The head of the queue.
  public func first(_ snapshot: Snapshot) -> Int { 0 }

  /// The first query, alone or with others of its sub-network.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    service.decision(snapshot, position: first(snapshot))
  }
}
