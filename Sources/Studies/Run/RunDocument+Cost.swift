internal import Architectures
internal import CostModel
internal import Documents
internal import Networks
internal import Reports
internal import Units

extension RunDocument {
  /// What `run` stores of an inference.
  ///
  /// - Parameters:
  ///   - run: The inference.
  ///   - cached: What the persistent buffer holds at the start, as it was asked for.
  ///   - fill: What it is filled with first.
  ///   - weights: What the file of weights says of each layer of the network.
  ///   - bounds: What each operation takes at least.
  ///   - area: By component, where there is a table.
  ///   - iteration: What a transformer did; nil for other workloads.
  ///   - provenance: Where the figures come from.
  init(
    _ run: NetworkCost, cached: String, fill: SubgraphFill, weights: [WeightSummary?],
    bounds: [LayerBound?], area: [Share<SquareMillimetres>]?,
    iteration: IterationDocument? = nil, provenance: Provenance
  ) {
    let architecture = run.design.architecture.spec
    let prices = run.design.energy.table
    self.init(
      architecture: architecture.name, workload: run.network.name, subnet: run.network.subnet,
      batch: run.batch, cached: cached, energyTable: prices.spec.name,
      dramPreset: prices.dram.name, mappingRule: run.design.mappingRule,
      activations: StoredMapsDocument(run), totals: Self.totals(run, bounds, area: area),
      layers: Self.layers(run, Self.summaries(run, weights), bounds),
      energyCaveats: run.design.energy.caveats.map(\.description), warnings: run.allWarnings,
      provenance: provenance, leftOut: run.network.leftOut.map(LeftOutDocument.init),
      fusedOperations: run.fused.isEmpty
        ? nil : Dictionary(run.fused.map { ($0.operator, $0.count) }) { first, _ in first },
      host: run.hostWork.names.isEmpty ? nil : run.hostWork.stored,
      fill: fill == .cycles ? nil : fill.rawValue, cores: CoresDocument(run),
      iteration: iteration)
  }

  private static func totals(
    _ run: NetworkCost, _ bounds: [LayerBound?], area: [Share<SquareMillimetres>]?
  ) -> WithEnergy<RunTotals> {
    let unit = run.design.energy.table.spec.unit
    let band = run.design.energy.band(of: run.energy)
    return Joined(
      RunTotals(
        cycles: run.cycles.count, latencyS: run.seconds, macs: run.macs, operations: 2 * run.macs,
        multiplications: run.multiplications, additions: run.additions,
        weightBytes: run.weightBytes.count, cachedWeightBytes: run.cachedWeightBytes.count,
        dramReadBytes: run.dramRead.count, dramWriteBytes: run.dramWrite.count,
        uncodedMapBytes: run.uncodedMaps.map {
          UncodedMapsDocument(input: $0.read.count, output: $0.written.count)
        },
        utilization: run.utilization, macsPerLaneCycle: run.macsPerLaneCycle,
        cycleBreakdown: causes(run.design) { run.cycles($0) },
        areaMm2: area.map { $0.reduce(0) { $0 + $1.amount.value } },
        areaBreakdownMm2: Dictionary((area ?? []).map { ($0.name, $0.amount.value) }) {
          first, _ in first
        }, use: ResourceUseDocument(run.use), least: LeastDocument(bounds)),
      EnergyFigures(
        run.energy, total: run.totalEnergy, in: unit,
        band: .init(low: unit.amount(band.low), high: unit.amount(band.high))))
  }

  private static func causes(
    _ design: Design, _ cycles: (CycleCause) -> Cycles
  ) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: design.causes.map { ($0.rawValue, cycles($0).count) })
  }

  /// What is said of the weights of each entry, those of the vector unit without any.
  private static func summaries(
    _ run: NetworkCost, _ weights: [WeightSummary?]
  ) -> [WeightSummary?] {
    var rest = zip(run.network.layers, weights)
      .filter { !run.network.host.contains($0.0.name) }.map(\.1).makeIterator()
    return run.entries.map { $0.layer == nil ? nil : rest.next() ?? nil }
  }

  private static func layers(
    _ run: NetworkCost, _ weights: [WeightSummary?], _ bounds: [LayerBound?]
  ) -> [WithEnergy<RunLayer>] {
    let uses = run.uses
    return run.entries.indices.map {
      layer(run.entries[$0], weights[$0], uses[$0], bounds[$0], run)
    }
  }

  private static func layer(
    _ entry: NetworkCost.Entry, _ weights: WeightSummary?, _ use: ResourceUse,
    _ bound: LayerBound?, _ run: NetworkCost
  ) -> WithEnergy<RunLayer> {
    let cost = entry.cost
    var traffic: [String: [String: RunLayer.Moved]] = [:]
    for level in cost.traffic {
      traffic[level.name, default: [:]][level.operand.rawValue] = .init(
        read: level.read.count, write: level.write.count)
    }
    return Joined(
      RunLayer(
        name: entry.name,
        operator: entry.layer?.operation.rawValue ?? entry.vectorWork?.operator ?? "",
        shape: LayerShapeDocument(entry), cycles: cost.total.count,
        latencyS: run.design.architecture.spec.frequency.seconds(cost.total), macs: cost.macs,
        multiplications: cost.work[.multiplications], additions: cost.work.allAdditions,
        utilization: cost.utilization, macsPerLaneCycle: cost.macsPerLaneCycle,
        bound: cost.bound.rawValue, cycleBreakdown: causes(run.design) { cost.cycles[$0] },
        trafficBytes: traffic,
        uncodedMapBytes: cost.uncoded.map {
          UncodedMapsDocument(input: $0.input.count, output: $0.output.count)
        },
        zeros: entry.work.zeros.map { .init(input: $0.reads, output: $0.written) },
        mapping: cost.mapping.map(MappingDocument.init),
        weights: weights.map {
          .init(
            scheme: $0.scheme, density: $0.density, dataset: $0.dataset, elements: $0.elements)
        }, cores: CoreUseDocument(cost), use: ResourceUseDocument(use),
        least: bound.map { LeastDocument($0) }),
      EnergyFigures(
        cost.energy, total: cost.totalEnergy, in: run.design.energy.table.spec.unit))
  }
}

extension EnergyFigures {
  /// An energy by component, in the unit of the table that priced it.
  init(
    _ shares: [Share<Picojoules>], total: Picojoules, in unit: EnergyUnit, band: Band? = nil
  ) {
    // Names are unique: a buffer cannot be called like another component.
    self.init(
      unit: StoredEnergyUnit(unit), amount: unit.amount(total), band: band,
      breakdown: Dictionary(
        uniqueKeysWithValues: shares.map { ($0.name, unit.amount($0.amount)) }))
  }
}

extension StoredEnergyUnit {
  /// The unit of a table.
  init(_ unit: EnergyUnit) {
    switch unit {
    case .picojoule: self = .joules
    case .mac: self = .macs
    case .unstated: self = .unstated
    }
  }
}

extension LeftOutDocument {
  fileprivate init(_ part: LeftOutSpec) {
    self.init(
      operators: part.operators, macs: part.macs, unknownOperators: part.unknownOperators ?? 0)
  }
}

extension ResourceUseDocument {
  /// How busy the resources of a design are.
  init(_ use: ResourceUse) {
    self.init(
      performed: use.performed, gated: use.gated, idle: use.idle, adders: use.adders,
      ports: Dictionary(use.portShares.map { ($0.port.rawValue, $0.share) }) { first, _ in first })
  }
}

extension LeastDocument {
  /// What a layer takes at least.
  fileprivate init(_ bound: LayerBound) {
    self.init(
      cycles: bound.cycles.count, dramBytes: bound.leastBytes.count, limit: bound.limit.rawValue,
      limits: Dictionary(bound.least.map { ($0.limit.rawValue, $0.cycles.count) }) { first, _ in
        first
      })
  }

  /// What all layers that have a bound take at least; nil where none has.
  fileprivate init?(_ bounds: [LayerBound?]) {
    let known = bounds.compactMap { $0 }
    guard !known.isEmpty else { return nil }
    self.init(
      cycles: known.reduce(0) { $0 + $1.cycles.count },
      dramBytes: known.reduce(0) { $0 + $1.leastBytes.count })
  }
}
