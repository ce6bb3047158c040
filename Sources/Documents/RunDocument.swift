package import Reports

/// One inference.
package struct RunDocument: Document, Hashable {
  package static let schema = "umemaki.run/1"

  package let architecture: String
  package let workload: String
  /// Of a supernet; nil for a network of its own.
  @OrNull package var subnet: String?
  /// Images.
  package let batch: Int
  /// What the persistent buffer holds at the start.
  package let cached: String
  package let energyTable: String
  package let dramPreset: String
  package let mappingRule: String
  package let activations: StoredMapsDocument
  package let totals: WithEnergy<RunTotals>
  /// In order.
  package let layers: [WithEnergy<RunLayer>]
  /// Buffers that the energy table has no size for.
  package let energyCaveats: [String]
  package let warnings: [String]
  package let provenance: Provenance
  /// What an import left out of the workload; nil for a whole one.
  package let leftOut: LeftOutDocument?
  /// How many operations of each operator cost nothing; nil where there are none.
  package let fusedOperations: [String: Int]?
  /// Nil where all of the network runs on the design.
  package let host: HostWorkDocument?
  /// What the persistent buffer is filled with first; nil where it is cycles.
  package let fill: String?
  /// Nil for a design of one core.
  package let cores: CoresDocument?
  /// What a transformer did; nil for other workloads.
  package let iteration: IterationDocument?

  package init(
    architecture: String, workload: String, subnet: String?, batch: Int, cached: String,
    energyTable: String, dramPreset: String, mappingRule: String, activations: StoredMapsDocument,
    totals: WithEnergy<RunTotals>, layers: [WithEnergy<RunLayer>], energyCaveats: [String],
    warnings: [String], provenance: Provenance, leftOut: LeftOutDocument? = nil,
    fusedOperations: [String: Int]? = nil, host: HostWorkDocument? = nil, fill: String? = nil,
    cores: CoresDocument? = nil, iteration: IterationDocument? = nil
  ) {
    self.architecture = architecture
    self.workload = workload
    self.subnet = subnet
    self.batch = batch
    self.cached = cached
    self.energyTable = energyTable
    self.dramPreset = dramPreset
    self.mappingRule = mappingRule
    self.activations = activations
    self.totals = totals
    self.layers = layers
    self.energyCaveats = energyCaveats
    self.warnings = warnings
    self.provenance = provenance
    self.leftOut = leftOut
    self.fusedOperations = fusedOperations
    self.host = host
    self.fill = fill
    self.cores = cores
    self.iteration = iteration
  }
}

extension RunDocument {
  /// MACs of one image.
  package var keptMACs: Int { totals.macs / max(batch, 1) }

  /// What ran where.
  package var label: String {
    "\(workload)\(subnet.map { " \($0)" } ?? "") on \(architecture)"
  }
}

/// What an inference takes, its energy left out.
package struct RunTotals: Codable, Hashable, Sendable {
  package let cycles: Int
  package let latencyS: Double
  package let macs: Int
  /// Two for each multiply-accumulate.
  package let operations: Int
  package let multiplications: Int
  package let additions: Int
  package let weightBytes: Int
  /// Taken from the persistent buffer, as often as they are taken.
  package let cachedWeightBytes: Int
  package let dramReadBytes: Int
  package let dramWriteBytes: Int
  /// What maps would move without a code; nil where no link has one.
  @OrNull package var uncodedMapBytes: UncodedMapsDocument?
  /// 0...1.
  package let utilization: Double
  package let macsPerLaneCycle: Double
  /// By cause.
  package let cycleBreakdown: [String: Int]
  /// Nil without an area table.
  @OrNull package var areaMm2: Double?
  /// By component; empty without an area table.
  package let areaBreakdownMm2: [String: Double]
  /// How busy lanes, adders and ports are; nil in documents of before.
  package let use: ResourceUseDocument?
  /// What the layers on the array take at least; nil on several cores, and in documents of before.
  package let least: LeastDocument?

  package init(
    cycles: Int, latencyS: Double, macs: Int, operations: Int, multiplications: Int, additions: Int,
    weightBytes: Int, cachedWeightBytes: Int, dramReadBytes: Int, dramWriteBytes: Int,
    uncodedMapBytes: UncodedMapsDocument?, utilization: Double, macsPerLaneCycle: Double,
    cycleBreakdown: [String: Int], areaMm2: Double?, areaBreakdownMm2: [String: Double],
    use: ResourceUseDocument? = nil, least: LeastDocument? = nil
  ) {
    self.cycles = cycles
    self.latencyS = latencyS
    self.macs = macs
    self.operations = operations
    self.multiplications = multiplications
    self.additions = additions
    self.weightBytes = weightBytes
    self.cachedWeightBytes = cachedWeightBytes
    self.dramReadBytes = dramReadBytes
    self.dramWriteBytes = dramWriteBytes
    self.uncodedMapBytes = uncodedMapBytes
    self.utilization = utilization
    self.macsPerLaneCycle = macsPerLaneCycle
    self.cycleBreakdown = cycleBreakdown
    self.areaMm2 = areaMm2
    self.areaBreakdownMm2 = areaBreakdownMm2
    self.use = use
    self.least = least
  }
}

/// What an operation takes, its energy left out.
package struct RunLayer: Codable, Hashable, Sendable {
  /// Bytes between a component and the next.
  package struct Moved: Codable, Hashable, Sendable {
    package let read: Int
    package let write: Int

    package init(
      read: Int, write: Int
    ) {
      self.read = read
      self.write = write
    }
  }

  /// Zeros of maps as the workload states them, 0...1; nil where it says nothing.
  package struct Zeros: Codable, Hashable, Sendable {
    package let input: [Double?]
    @OrNull package var output: Double?

    package init(
      input: [Double?], output: Double?
    ) {
      self.input = input
      self.output = output
    }
  }

  /// What the file of weights says.
  package struct Weights: Codable, Hashable, Sendable {
    /// The quantization scheme, or the element type.
    package let scheme: String
    /// Non-zero share, 0...1.
    package let density: Double
    package let dataset: String
    package let elements: Int

    package init(
      scheme: String, density: Double, dataset: String, elements: Int
    ) {
      self.scheme = scheme
      self.density = density
      self.dataset = dataset
      self.elements = elements
    }
  }

  package let name: String
  package let `operator`: String
  package let shape: LayerShapeDocument
  package let cycles: Int
  package let latencyS: Double
  package let macs: Int
  package let multiplications: Int
  package let additions: Int
  /// 0...1.
  package let utilization: Double
  package let macsPerLaneCycle: Double
  /// The cause of most cycles.
  package let bound: String
  /// By cause.
  package let cycleBreakdown: [String: Int]
  /// By component and operand.
  package let trafficBytes: [String: [String: Moved]]
  /// What maps would move without a code; nil where no link has one.
  @OrNull package var uncodedMapBytes: UncodedMapsDocument?
  @OrNull package var zeros: Zeros?
  @OrNull package var mapping: MappingDocument?
  /// Nil for layers without a file of weights.
  @OrNull package var weights: Weights?
  /// How it is divided; nil for a design of one core, and for work of a vector unit.
  package let cores: CoreUseDocument?
  /// How busy lanes, adders and ports are; nil in documents of before.
  package let use: ResourceUseDocument?
  /// What it takes at least; nil on several cores, for work of a vector unit, and in documents of before.
  package let least: LeastDocument?

  package init(
    name: String, `operator`: String, shape: LayerShapeDocument, cycles: Int, latencyS: Double,
    macs: Int, multiplications: Int, additions: Int, utilization: Double, macsPerLaneCycle: Double,
    bound: String, cycleBreakdown: [String: Int], trafficBytes: [String: [String: Moved]],
    uncodedMapBytes: UncodedMapsDocument?, zeros: Zeros?, mapping: MappingDocument?,
    weights: Weights?, cores: CoreUseDocument? = nil, use: ResourceUseDocument? = nil,
    least: LeastDocument? = nil
  ) {
    self.name = name
    self.operator = `operator`
    self.shape = shape
    self.cycles = cycles
    self.latencyS = latencyS
    self.macs = macs
    self.multiplications = multiplications
    self.additions = additions
    self.utilization = utilization
    self.macsPerLaneCycle = macsPerLaneCycle
    self.bound = bound
    self.cycleBreakdown = cycleBreakdown
    self.trafficBytes = trafficBytes
    self.uncodedMapBytes = uncodedMapBytes
    self.zeros = zeros
    self.mapping = mapping
    self.weights = weights
    self.cores = cores
    self.use = use
    self.least = least
  }
}

/// Maps as they would cross without a code.
package struct UncodedMapsDocument: Codable, Hashable, Sendable {
  package let input: Int
  package let output: Int

  package init(
    input: Int, output: Int
  ) {
    self.input = input
    self.output = output
  }
}

/// What an import left out of a workload.
package struct LeftOutDocument: Codable, Hashable, Sendable {
  package let operators: Int
  package let macs: Int
  package let unknownOperators: Int

  package init(
    operators: Int, macs: Int, unknownOperators: Int
  ) {
    self.operators = operators
    self.macs = macs
    self.unknownOperators = unknownOperators
  }
}
