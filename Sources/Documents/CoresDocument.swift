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

  /// Cores of one kind, where others differ.
  package struct Kind: Codable, Hashable, Sendable {
    package let name: String
    package let count: Int
    /// The kind of their array.
    package let datapath: String
    /// Of all of them.
    package let lanes: Int
    /// Layers that they ran.
    package let layers: Int
    /// Cycles in which they ran these; in the others of the inference they were idle.
    package let cycles: Int
    package let macs: Int

    package init(
      name: String, count: Int, datapath: String, lanes: Int, layers: Int, cycles: Int, macs: Int
    ) {
      self.name = name
      self.count = count
      self.datapath = datapath
      self.lanes = lanes
      self.layers = layers
      self.cycles = cycles
      self.macs = macs
    }
  }

  /// Of all kinds.
  package let count: Int
  /// How layers are to be divided among the cores of the file.
  package let split: String
  package let network: Network
  /// What decides which kind runs a layer, `latency`, `energy` or `edp`; only where cores differ.
  package let objective: String?
  /// Only where cores differ.
  package let kinds: [Kind]?
  /// Only where consecutive layers may run beside one another.
  package let pipeline: Pipeline?

  /// How consecutive layers run beside one another.
  package struct Pipeline: Codable, Hashable, Sendable {
    /// `latency` or `energy`.
    package let objective: String
    /// Room of each core for rows of others.
    package let mapsBytes: Int
    /// How often layers run so, and how many layers do.
    package let segments: Int
    package let layers: Int

    package init(objective: String, mapsBytes: Int, segments: Int, layers: Int) {
      self.objective = objective
      self.mapsBytes = mapsBytes
      self.segments = segments
      self.layers = layers
    }
  }

  package init(
    count: Int, split: String, network: Network, objective: String? = nil, kinds: [Kind]? = nil,
    pipeline: Pipeline? = nil
  ) {
    self.pipeline = pipeline
    self.count = count
    self.split = split
    self.network = network
    self.objective = objective
    self.kinds = kinds
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
  /// The kind of cores that ran it; only where cores differ.
  package let kind: String?
  /// Only of a layer that ran beside others.
  package let stage: Stage?

  /// A layer that runs on its core while others run on theirs.
  package struct Stage: Codable, Hashable, Sendable {
    /// Number of the layers that run beside one another.
    package let segment: Int
    /// The layer's place among them.
    package let place: Int
    /// How many they are.
    package let stages: Int
    /// Tiles of rows of each image.
    package let tiles: Int
    /// Cycles in which its core works, and in which it waits.
    package let busyCycles: Int
    package let idleCycles: Int
    /// Of all of them together, without fixed costs.
    package let segmentCycles: Int

    package init(
      segment: Int, place: Int, stages: Int, tiles: Int, busyCycles: Int, idleCycles: Int,
      segmentCycles: Int
    ) {
      self.segment = segment
      self.place = place
      self.stages = stages
      self.tiles = tiles
      self.busyCycles = busyCycles
      self.idleCycles = idleCycles
      self.segmentCycles = segmentCycles
    }
  }

  package init(
    split: String?, used: Int, shares: [Int], cycles: [Int], limit: String, dramCycles: Int,
    busiestLinkBytes: Int, linkBytes: Int, kind: String? = nil,
    stage: Stage? = nil
  ) {
    self.kind = kind
    self.stage = stage
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
