/// Several cores and the network between them.
package struct CoresDocument: Codable, Hashable, Sendable {
  /// What joins cores.
  package struct Network: Codable, Hashable, Sendable {
    /// `bus`, `ring` or `mesh`.
    package let kind: String
    /// Cores of a row; nil where there are no rows.
    @OrNull package var columns: Int?
    /// Of a link, or of the whole bus; nil for transfers that take no time.
    @OrNull package var bandwidthBytesPerS: Int?
    package let multicast: Bool
    package let hopLatencyCycles: Int
    /// Over all links, counted on each.
    package let linkBytes: Int

    package init(
      kind: String, columns: Int?, bandwidthBytesPerS: Int?, multicast: Bool,
      hopLatencyCycles: Int, linkBytes: Int
    ) {
      self.kind = kind
      self.columns = columns
      self.bandwidthBytesPerS = bandwidthBytesPerS
      self.multicast = multicast
      self.hopLatencyCycles = hopLatencyCycles
      self.linkBytes = linkBytes
    }
  }

  package let count: Int
  /// How layers are to be divided.
  package let split: String
  package let network: Network

  package init(count: Int, split: String, network: Network) {
    self.count = count
    self.split = split
    self.network = network
  }
}

/// How a layer is divided among cores.
package struct CoreUseDocument: Codable, Hashable, Sendable {
  /// What is divided; nil where one core runs the layer.
  @OrNull package var split: String?
  /// Cores that run a part.
  package let used: Int
  /// Kernels, rows, channels or images of each of them.
  package let shares: [Int]
  /// Cycles of each of them by itself, without the layer's fixed cost.
  package let cycles: [Int]
  /// What decides how long it takes: `core`, `dram` or `network`.
  package let limit: String
  /// Cycles of the transfers of all cores at full rate, on the busier port.
  package let dramCycles: Int
  /// Through the busiest link in its busier direction, or over the bus.
  package let busiestLinkBytes: Int
  /// Over all links, counted on each.
  package let linkBytes: Int

  package init(
    split: String?, used: Int, shares: [Int], cycles: [Int], limit: String, dramCycles: Int,
    busiestLinkBytes: Int, linkBytes: Int
  ) {
    self.split = split
    self.used = used
    self.shares = shares
    self.cycles = cycles
    self.limit = limit
    self.dramCycles = dramCycles
    self.busiestLinkBytes = busiestLinkBytes
    self.linkBytes = linkBytes
  }
}
