internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// The cores of a design that are alike, and how layers are divided among them.
struct CoreSystem: Sendable {
  let count: Int
  /// The place of the first of them on the network; the core at 0 is beside the memory.
  let first: Int
  let split: CoresSpec.Split
  let network: CoreNetwork
  /// A core whose links to DRAM are as fast as those of the network; nil where that makes no
  /// difference to the one beside the memory.
  let far: LayerCostModel?

  /// The cores of `design`, the first of them at `first`; nil where there is one in all.
  ///
  /// A memo is asked at `asked` for the core beside the memory, and behind that for others.
  init?(
    _ design: Design, extrapolates: Bool, triesAll: Bool, first: Int = 0, asked: Int = 0
  ) {
    guard let cores = design.architecture.spec.severalCores, let link = cores.network else {
      return nil
    }
    count = cores.count
    self.first = first
    split = cores.split ?? .best
    network = CoreNetwork(link, at: design.architecture.spec.frequency)
    let links = design.architecture.spec.memory.transfers
    let fastest = max(links.input.bandwidth, links.weight.bandwidth, links.output.bandwidth)
    far =
      link.bandwidth < fastest
      ? LayerCostModel(
        design, extrapolates: extrapolates, triesAll: triesAll, cores: nil,
        limit: link.bandwidth, asked: asked + 1) : nil
  }

  /// What answers for one of these cores; `near` is the one beside the memory.
  func model(of core: Int, _ near: LayerCostModel) -> LayerCostModel {
    first + core == 0 ? near : far ?? near
  }

  /// The ways in which a layer may be divided, beside not at all.
  ///
  /// Quantized weights stay whole: a data path that counts their values knows those of whole kernels.
  func splits(
    of layer: Layer, moves: MapMoves?, batch: Int, hasWeights: Bool
  ) -> [LayerSplit] {
    let kinds: [CoresSpec.Split] =
      split == .best ? [.kernels, .pixels, .channels, .batch] : [split]
    return kinds.flatMap { kind -> [LayerSplit] in
      // Sums are added up towards the memory by the cores on the way, which have to be of one kind.
      guard kind != .channels || first == 0 else { return [] }
      guard !hasWeights || kind == .pixels || kind == .batch else { return [] }
      let extent = LayerSplit.extent(kind, of: layer, batch: batch)
      let counts =
        split == .best
        ? LayerSplit.counts(extent, most: count)
        : [min(extent, count)].filter { $0 > 1 }
      return counts.compactMap {
        LayerSplit(kind, of: layer, moves: moves, batch: batch, cores: $0)
      }
    }
  }
}

/// Timings of the parts of a layer that were asked for before: parts are often alike.
struct PartTimings {
  private struct Key: Hashable {
    let layer: Layer
    let batch: Int
    let moves: MapMoves?
    let isFirst: Bool
  }

  private var known: [Key: LayerCostModel.Timing] = [:]

  /// What `part` takes on one of `cores`; `near` is the one beside the memory.
  mutating func timing(
    of part: LayerSplit.Part, weights: QuantizedTensor?, core: Int, of cores: CoreSystem,
    _ near: LayerCostModel, memo: inout LayerMemo
  ) -> LayerCostModel.Timing {
    let key = Key(
      layer: part.layer, batch: part.batch, moves: part.moves, isFirst: core == 0)
    if let timing = known[key] { return timing }
    let timing = cores.model(of: core, near).timing(
      of: part.layer, weights: weights, placement: OperationPlacement(moves: part.moves),
      batch: part.batch, memo: &memo)
    known[key] = timing
    return timing
  }
}
