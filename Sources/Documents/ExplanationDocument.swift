package import Reports

/// Why the layers of an inference cost what they cost.
package struct ExplanationDocument: Document, Hashable {
  package static let schema = "umemaki.explanation/1"

  package let architecture: String
  package let workload: String
  /// Of a supernet; nil for a network of its own.
  @OrNull package var subnet: String?
  /// Images.
  package let batch: Int
  package let energyTable: String
  package let dramPreset: String
  package let mappingRule: String
  /// Of the whole inference.
  package let totals: WithEnergy<ExplainedTotals>
  /// The longest first; the one that is explained where there is one.
  package let layers: [WithEnergy<ExplainedLayer>]
  /// Nil where no layer was asked for.
  @OrNull package var layer: LayerExplanation?
  package let warnings: [String]
  package let provenance: Provenance

  package init(
    architecture: String, workload: String, subnet: String?, batch: Int, energyTable: String,
    dramPreset: String, mappingRule: String, totals: WithEnergy<ExplainedTotals>,
    layers: [WithEnergy<ExplainedLayer>], layer: LayerExplanation?, warnings: [String],
    provenance: Provenance
  ) {
    self.architecture = architecture
    self.workload = workload
    self.batch = batch
    self.energyTable = energyTable
    self.dramPreset = dramPreset
    self.mappingRule = mappingRule
    self.totals = totals
    self.layers = layers
    self.warnings = warnings
    self.provenance = provenance
    self.subnet = subnet
    self.layer = layer
  }
}

/// What an inference takes, its energy left out.
package struct ExplainedTotals: Codable, Hashable, Sendable {
  package let cycles: Int
  package let latencyS: Double
  /// Read and written.
  package let dramBytes: Int

  package init(cycles: Int, latencyS: Double, dramBytes: Int) {
    self.cycles = cycles
    self.latencyS = latencyS
    self.dramBytes = dramBytes
  }
}

/// What an operation adds to an inference, its energy left out.
package struct ExplainedLayer: Codable, Hashable, Sendable {
  package let name: String
  package let `operator`: String
  package let cycles: Int
  package let latencyS: Double
  /// Of all cycles, 0...1.
  package let cyclesShare: Double
  /// Of all energy, 0...1.
  package let energyShare: Double
  /// Read and written.
  package let dramBytes: Int
  /// With every operand moved once; nil where nothing says it, as on several cores.
  @OrNull package var distinctBytes: Int?
  /// The former over the latter.
  @OrNull package var refetch: Double?
  /// That no mapping goes below.
  @OrNull package var boundCycles: Int?
  /// What holds the layer as it is cut.
  @OrNull package var limit: String?
  /// The cause of most cycles.
  package let bound: String

  package init(
    name: String, `operator`: String, cycles: Int, latencyS: Double, cyclesShare: Double,
    energyShare: Double, dramBytes: Int, distinctBytes: Int?, refetch: Double?, boundCycles: Int?,
    limit: String?, bound: String
  ) {
    self.name = name
    self.operator = `operator`
    self.cycles = cycles
    self.latencyS = latencyS
    self.cyclesShare = cyclesShare
    self.energyShare = energyShare
    self.dramBytes = dramBytes
    self.bound = bound
    self.distinctBytes = distinctBytes
    self.refetch = refetch
    self.boundCycles = boundCycles
    self.limit = limit
  }
}
