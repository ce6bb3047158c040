internal import Architectures
internal import CostModel
internal import Documents
internal import Networks
internal import Units

extension StoredMapsDocument {
  /// Policy, bytes by definition, and every map with who reads it from where.
  init(_ run: NetworkCost) {
    let plan = run.maps
    let spec = run.design.architecture.spec
    let stages = plan.maps.stages
    var readers = plan.maps.maps.map { _ in [StoredMapsDocument.Reader]() }
    for place in stages.indices {
      for (index, read) in stages[place].reads.enumerated() {
        readers[read.map].append(
          .init(
            name: stages[place].name, as: read.use.word,
            from: plan.isHeld(index, of: place) ? "chip" : "dram"))
      }
    }
    var holdings: [MapPlan.Holding?] = plan.maps.maps.map { _ in nil }
    for holding in plan.holdings where holdings[holding.map] == nil {
      holdings[holding.map] = holding
    }
    self.init(
      policy: plan.policy.rawValue, stated: spec.activations != nil,
      capacityBytes: plan.policy == .none ? nil : plan.capacity.count,
      memory: spec.mapKeeper?.name, readBytes: plan.read.count, writtenBytes: plan.written.count,
      peakBytes: plan.peak.count,
      groups: plan.groups.map { stages in stages.map { plan.maps.stages[$0].name } },
      maps: plan.maps.maps.indices.map {
        Map($0, of: plan, readers: readers[$0], holding: holdings[$0])
      })
  }
}

extension StoredMapsDocument.Map {
  fileprivate init(
    _ map: Int, of plan: MapPlan, readers: [StoredMapsDocument.Reader], holding: MapPlan.Holding?
  ) {
    let own = plan.maps.maps[map]
    self.init(
      name: own.name, elements: own.elements * plan.batch,
      producer: own.producer.map { plan.maps.stages[$0].name },
      written: own.producer != nil && plan.isStored(map), readers: readers,
      onChipBytes: holding?.bytes.count ?? 0,
      onChip: holding.map { $0.isWindow ? "rows" : "whole" })
  }
}

extension StoredMaps.Use {
  /// What documents call it.
  fileprivate var word: String {
    switch self {
    case .input: "input"
    case .factor: "factor"
    case .term: "term"
    case .kernels: "kernels"
    }
  }
}
