internal import Architectures
internal import Components
internal import CostModel
internal import Documents
internal import Units

extension CoresDocument {
  /// The cores of the design of `run`, and what crossed their network; nil for one core.
  init?(_ run: NetworkCost) {
    guard let cores = run.design.architecture.spec.severalCores, let network = cores.network else {
      return nil
    }
    let design = run.design
    let kinds = zip(design.kinds, run.coreShares).map { kind, share in
      Kind(
        name: kind.name, count: kind.count,
        datapath: kind.design.architecture.spec.datapath.kind, lanes: kind.design.lanes,
        layers: share.layers, cycles: share.cycles.count, macs: share.macs)
    }
    self.init(
      count: cores.total, split: (cores.split ?? .best).rawValue,
      network: Network(
        kind: network.kind.rawValue, columns: network.columns,
        bandwidthBytesPerS: network.bandwidth.bytesPerSecond,
        multicast: network.multicast ?? false,
        hopLatencyCycles: network.hopLatency?.count ?? 1,
        linkBytes: run.totals[.linkBytes]),
      objective: kinds.isEmpty ? nil : (cores.objective ?? .latency).rawValue,
      kinds: kinds.isEmpty ? nil : kinds,
      pipeline: cores.pipeline.map {
        let stages = run.entries.compactMap(\.cost.cores?.stage)
        return Pipeline(
          objective: ($0.objective ?? .latency).rawValue, mapsBytes: $0.maps.count,
          segments: stages.count { $0.place == 0 }, layers: stages.count)
      })
  }
}

extension CoreUseDocument {
  /// How a layer of `cost` is divided; nil for a design of one core.
  init?(_ cost: LayerCost) {
    guard let use = cost.cores else { return nil }
    self.init(
      split: use.split?.rawValue, used: use.used, shares: use.shares,
      cycles: use.cycles.map(\.count), limit: use.limit.rawValue,
      dramCycles: use.dramCycles.count, busiestLinkBytes: use.busiestLink.count,
      linkBytes: cost.work[.linkBytes], kind: use.kind,
      stage: use.stage.map {
        Stage(
          segment: $0.segment, place: $0.place, stages: $0.count, tiles: $0.tiles,
          busyCycles: $0.busy.count, idleCycles: $0.idle.count, segmentCycles: $0.total.count)
      })
  }
}
