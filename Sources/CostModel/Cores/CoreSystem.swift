internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// The cores of a design beside the first one, and how layers are divided among all.
struct CoreSystem: Sendable {
  let count: Int
  let split: CoresSpec.Split
  let network: CoreNetwork
  /// A core whose links to DRAM are as fast as those of the network; nil where that makes no
  /// difference to the first one.
  private let far: LayerCostModel?

  /// The cores of `design`; nil where there is one.
  init?(_ design: Design, extrapolates: Bool, triesAll: Bool) {
    guard let cores = design.architecture.spec.severalCores, let link = cores.network else {
      return nil
    }
    count = cores.count
    split = cores.split ?? .best
    network = CoreNetwork(link, at: design.architecture.spec.frequency)
    let links = design.architecture.spec.memory.transfers
    let fastest = max(links.input.bandwidth, links.weight.bandwidth, links.output.bandwidth)
    far =
      link.bandwidth < fastest
      ? LayerCostModel(
        design, extrapolates: extrapolates, triesAll: triesAll, cores: nil,
        limit: link.bandwidth) : nil
  }

  /// What a memo of layers is told of cores but the first one.
  var asking: [LayerMemo.Design] { far.map { [$0.asking] } ?? [] }

  /// The place of a core among the designs that a memo is told of.
  func asked(of core: Int) -> Int { core == 0 || far == nil ? 0 : 1 }

  /// What answers for a core; `first` is the one beside the memory.
  func model(of core: Int, _ first: LayerCostModel) -> LayerCostModel {
    core == 0 ? first : far ?? first
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

  /// What `part` takes on one core, the one beside the memory being `first`.
  mutating func timing(
    of part: LayerSplit.Part, weights: QuantizedTensor?, core: Int, of cores: CoreSystem,
    _ first: LayerCostModel, memo: inout LayerMemo
  ) -> LayerCostModel.Timing {
    let key = Key(
      layer: part.layer, batch: part.batch, moves: part.moves, isFirst: core == 0)
    if let timing = known[key] { return timing }
    let timing = cores.model(of: core, first).timing(
      of: part.layer, weights: weights, placement: OperationPlacement(moves: part.moves),
      batch: part.batch, asked: cores.asked(of: core), memo: &memo)
    known[key] = timing
    return timing
  }
}
