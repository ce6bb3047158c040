package import Reports

/// What serving a batch costs: sub-network x cached sub-graph x batch.
package struct ProfileDocument: Document, Hashable {
  package static let schema = "umemaki.profile/1"

  /// A row.
  package struct Subnet: Codable, Hashable, Sendable {
    package let name: String
    /// 0...1.
    package let accuracy: Double
    /// Nil where unknown.
    @OrNull package var weightBytes: Int?

    package init(
      name: String, accuracy: Double, weightBytes: Int?
    ) {
      self.name = name
      self.accuracy = accuracy
      self.weightBytes = weightBytes
    }
  }

  /// A column.
  package struct Subgraph: Codable, Hashable, Sendable {
    package let name: String
    /// What loading it into an empty buffer reads.
    package let loadBytes: Int
    /// How long that takes.
    package let loadS: Double

    package init(
      name: String, loadBytes: Int, loadS: Double
    ) {
      self.name = name
      self.loadBytes = loadBytes
      self.loadS = loadS
    }
  }

  /// What one batch takes.
  package struct Cell: Codable, Hashable, Sendable {
    package let subnet: String
    package let subgraph: String
    package let batch: Int
    package let latencyS: Double
    /// In `energy_unit`; nil where unknown.
    @OrNull package var energy: Double?
    @OrNull package var dramBytes: Int?

    package init(
      subnet: String, subgraph: String, batch: Int, latencyS: Double, energy: Double?,
      dramBytes: Int?
    ) {
      self.subnet = subnet
      self.subgraph = subgraph
      self.batch = batch
      self.latencyS = latencyS
      self.energy = energy
      self.dramBytes = dramBytes
    }
  }

  package let architecture: String
  package let workload: String
  /// The member of a cell that holds its energy.
  package let energyUnit: String
  /// In that unit; nil where unknown.
  @OrNull package var energyPerLoadedByte: Double?
  package let batches: [Int]
  package let subnets: [Subnet]
  package let subgraphs: [Subgraph]
  /// Row by row, column by column, batch by batch.
  package let cells: [Cell]
  package let warnings: [String]
  package let provenance: Provenance
  /// What runs elsewhere; nil where nothing does.
  package let host: [HostWorkDocument]?

  package init(
    architecture: String, workload: String, energyUnit: String, energyPerLoadedByte: Double?,
    batches: [Int], subnets: [Subnet], subgraphs: [Subgraph], cells: [Cell], warnings: [String],
    provenance: Provenance, host: [HostWorkDocument]? = nil
  ) {
    self.architecture = architecture
    self.workload = workload
    self.energyUnit = energyUnit
    self.energyPerLoadedByte = energyPerLoadedByte
    self.batches = batches
    self.subnets = subnets
    self.subgraphs = subgraphs
    self.cells = cells
    self.warnings = warnings
    self.provenance = provenance
    self.host = host
  }
}
