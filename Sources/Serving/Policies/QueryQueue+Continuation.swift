extension QueryQueue {
  /// Serves the first query on, alone, where segments of it have run; nil where none have.
  ///
  /// A query that has begun stays on its sub-network: another choice, because time has passed or
  /// another sub-graph is cached, would throw its segments away.
  var continuation: Decision? {
    self[0].startedSubnet.map { .serve(subnet: $0, positions: 0..<1) }
  }
}
