package import Reports

/// How the layers of a network are cut, and how far each is from what the design allows.
package struct MappingsDocument: Document, Hashable {
  package static let schema = "umemaki.mapping/1"

  /// One layer.
  package struct Layer: Codable, Hashable, Sendable {
    package let name: String
    /// Of the mapping that the architecture's rule chose.
    package let cycles: Int
    package let dramBytes: Int
    /// Cycles that each limit asks for by itself.
    package let least: [String: Int]
    /// The largest of them.
    package let boundCycles: Int
    /// Bytes with every operand moved once.
    package let distinctBytes: Int
    /// Of the fastest mapping that the search finds.
    package let bestCycles: Int
    package let bestBytes: Int
    /// Cycles of the fastest with endless buffers; nil where an array lays layers out itself.
    @OrNull package var endlessCycles: Int?
    /// What holds the fastest: one of the limits, or `capacity`.
    package let limit: String
    /// Cycles of the fastest with one buffer of twice its size.
    package let doubled: [String: Int]
    /// The loops from DRAM to the array, one a line.
    package let loopNest: [String]

    package init(
      name: String, cycles: Int, dramBytes: Int, least: [String: Int], boundCycles: Int,
      distinctBytes: Int, bestCycles: Int, bestBytes: Int, endlessCycles: Int?, limit: String,
      doubled: [String: Int], loopNest: [String]
    ) {
      self.name = name
      self.cycles = cycles
      self.dramBytes = dramBytes
      self.least = least
      self.boundCycles = boundCycles
      self.distinctBytes = distinctBytes
      self.bestCycles = bestCycles
      self.bestBytes = bestBytes
      self.limit = limit
      self.doubled = doubled
      self.loopNest = loopNest
      self.endlessCycles = endlessCycles
    }
  }

  package let architecture: String
  package let workload: String
  @OrNull package var subnet: String?
  package let batch: Int
  package let mappingRule: String
  package let layers: [Layer]
  package let provenance: Provenance

  package init(
    architecture: String, workload: String, subnet: String?, batch: Int, mappingRule: String,
    layers: [Layer], provenance: Provenance
  ) {
    self.architecture = architecture
    self.workload = workload
    self.batch = batch
    self.mappingRule = mappingRule
    self.layers = layers
    self.provenance = provenance
    self.subnet = subnet
  }
}
