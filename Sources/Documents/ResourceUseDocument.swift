/// How busy the lanes, the adders and the ports of a design are, each 0...1.
///
/// `performed + gated + idle` is 1, and `utilization` beside it is `performed + gated`.
package struct ResourceUseDocument: Codable, Hashable, Sendable {
  /// Lane cycles in which an operation is carried out.
  package let performed: Double
  /// Those in which a zero holds a lane still.
  package let gated: Double
  /// Those without work.
  package let idle: Double
  /// Additions over what the adders could have done.
  package let adders: Double
  /// Of the ports of DRAM, `read` and `write` or the one `port`: bytes over what would pass at the full rate.
  package let ports: [String: Double]

  package init(
    performed: Double, gated: Double, idle: Double, adders: Double, ports: [String: Double]
  ) {
    self.performed = performed
    self.gated = gated
    self.idle = idle
    self.adders = adders
    self.ports = ports
  }
}

/// What a layer, or all layers on the array, take at least.
package struct LeastDocument: Codable, Hashable, Sendable {
  /// Cycles that no mapping goes below.
  package let cycles: Int
  /// Bytes from and to DRAM with every operand moved once.
  package let dramBytes: Int
  /// What holds the layer as it is cut; nil of a network.
  package let limit: String?
  /// Cycles that each limit alone asks for; nil of a network.
  package let limits: [String: Int]?

  package init(cycles: Int, dramBytes: Int, limit: String? = nil, limits: [String: Int]? = nil) {
    self.cycles = cycles
    self.dramBytes = dramBytes
    self.limit = limit
    self.limits = limits
  }
}
