internal import Architectures
public import Networks
internal import Units
public import WeightAnalysis

/// The cost of layers on one design.
///
/// Pure: equal arguments give equal results.
public struct LayerCostModel: Sendable {
  /// The design.
  public let design: Design
  let memory: MemoryModel
  private let extrapolates: Bool
  private let triesAll: Bool

  /// Prepares the rates and capacities of `design`.
  public init(_ design: Design) {
    self.init(design, extrapolates: true)
  }

  /// `extrapolates: false` walks every tile; it exists to test that the result is the same.
  public init(_ design: Design, extrapolates: Bool) {
    self.init(design, extrapolates: extrapolates, triesAll: false)
  }

  /// `triesAll: true` times every mapping of a search; it exists to test that the result is the same.
  init(_ design: Design, extrapolates: Bool, triesAll: Bool) {
    self.design = design
    self.triesAll = triesAll
    memory = MemoryModel(design.architecture)
    self.extrapolates = extrapolates
  }

  /// How the weights of a layer are stored: packed where the design packs quantized ones.
  public func format(of weights: QuantizedTensor?) -> WeightFormat {
    guard let weights, design.architecture.spec.memory.packsWeights else {
      return WeightFormat(bits: design.architecture.spec.precision.weight.count)
    }
    return WeightFormat(packing: weights.scheme)
  }

  /// Latency, energy and traffic of `layer` with its operands where `placement` says.
  ///
  /// `weights` is nil for a layer of full precision.
  public func cost(
    of layer: Layer, weights: QuantizedTensor? = nil, placement: OperationPlacement = .offChip,
    batch: Int = 1
  ) -> LayerOutcome {
    priced(timing(of: layer, weights: weights, placement: placement, batch: batch), of: layer)
  }

  /// The same cost, its timing taken from `memo` where a design that agrees on everything that
  /// decides it has been asked before; only for layers of full precision.
  func cost(
    of layer: Layer, placement: OperationPlacement, batch: Int, memo: inout LayerMemo
  ) -> LayerOutcome {
    let timing = memo.timing(of: layer.shape, placement: placement, batch: batch) {
      self.timing(of: layer, weights: nil, placement: placement, batch: batch)
    }
    return priced(timing, of: layer)
  }

  /// Tells `memo` which design asks next.
  func enter(_ memo: inout LayerMemo) {
    memo.enter(
      LayerMemo.Design(
        memory: memory, datapath: design.datapathText, mapping: design.mapping))
  }

  /// How the kernels of a layer are stored, nil for weights of the design's precision.
  private func format(of layer: Layer, _ weights: QuantizedTensor?) -> WeightFormat? {
    guard layer.kernelRole == .weight else {
      return WeightFormat(bits: memory.precision.input.count)
    }
    return weights == nil ? nil : format(of: weights)
  }

  /// What the array does for `batch` images: images whose kernels are their own follow one another
  /// like groups, maps that share them are images of a larger batch.
  static func lowered(_ layer: Layer, _ batch: Int) -> (layer: Layer, batch: Int) {
    layer.kernelRole == .weight
      ? (layer, batch * layer.maps) : (layer.unrolled(batch: batch), layer.maps)
  }

  /// Cycles and counts of a layer, before anything is priced.
  enum Timing: Sendable {
    /// The best mapping's.
    case feasible(MemoryModel.Result, WeightFormat?)
    /// No tile fits.
    case infeasible(ArrayShortage)
    /// Too large to be counted, or too many tiles.
    case excessive(Infeasibility.Cause)
  }

  /// A layer's loop nest with everything its timing depends on beside the mapping.
  private struct Task {
    let nest: LoopNest
    let datapath: any Datapath
    let parts: [MemoryModel.Groups]
  }

  /// `images` of the batch at once, as often as it takes.
  private func task(
    _ layer: Layer, _ weights: QuantizedTensor?, _ placement: OperationPlacement, _ batch: Int,
    images: Int
  ) -> Task {
    var (nest, groups) = design.datapath.nest(of: layer, batch: images)
    nest.gather = memory.transfers.input.gather
    nest.weightFormat = format(of: layer, weights)
    let parts = parts(nest, groups: groups, placement)
    return Task(
      nest: nest, datapath: design.datapath.prepared(for: nest, weights: weights),
      parts: apart(parts, nest, groups > 1 ? weights : nil).map {
        MemoryModel.Groups(
          count: $0.count * (batch / images), onChip: $0.onChip, datapath: $0.datapath)
      })
  }

  /// Weights on chip are dealt out group by group; a group that has some of its own differs.
  private func parts(
    _ nest: LoopNest, groups: Int, _ placement: OperationPlacement
  ) -> [MemoryModel.Groups] {
    let groupBits = memory.weightBits(kernels: nest.kernels, channels: nest.channels, in: nest)
    let resident = min(placement.weights.bits, groupBits * groups)
    let full = groupBits.count == 0 ? 0 : resident.count / groupBits.count
    let rest = Bits(resident.count - full * groupBits.count)
    let partly = rest.count > 0 ? 1 : 0
    return [(full, groupBits), (partly, rest), (groups - full - partly, .zero)].map {
      MemoryModel.Groups(count: $0, onChip: OnChip(placement, weights: $1))
    }
  }

  /// One part per group where the weights of a group decide its cost.
  private func apart(
    _ parts: [MemoryModel.Groups], _ nest: LoopNest, _ weights: QuantizedTensor?
  ) -> [MemoryModel.Groups] {
    guard let weights,
      design.datapath.prepared(for: nest, weights: weights, group: 0) != nil
    else { return parts }
    return parts.flatMap { Array(repeating: $0.onChip, count: $0.count) }.enumerated().map {
      MemoryModel.Groups(
        count: 1, onChip: $0.element,
        datapath: design.datapath.prepared(for: nest, weights: weights, group: $0.offset))
    }
  }

  private func timing(
    of whole: Layer, weights: QuantizedTensor?, placement: OperationPlacement, batch images: Int
  ) -> Timing {
    let (layer, batch) = Self.lowered(whole, images)
    if let cause = excess(layer, batch) { return .excessive(cause) }
    func time(_ task: Task, _ mapping: Mapping) -> MemoryModel.Result {
      memory.time(
        task.nest, task.parts, mapping: mapping, datapath: task.datapath.laid(out: mapping),
        extrapolates: extrapolates)
    }
    let request = request(of: layer, weights, placement, batch) { mapping in
      time(task(layer, weights, placement, batch, images: mapping.images), mapping)
    }
    var best: MemoryModel.Result?
    var shortage: ArrayShortage?
    var fewest = Double.infinity
    switch design.datapath.plan(request) {
    case .mapped(let mapping): best = request.time(mapping)
    case .short(let reason): shortage = reason
    case nil:
      // Images side by side, or each by itself: together they never cost more than apart.
      for images in batch == 1 ? [1] : [batch, 1] {
        let task = task(layer, weights, placement, batch, images: images)
        let (mappings, reason) = memory.mappings(
          of: task.nest, granule: task.datapath.granule(of: task.nest),
          keepsSums: task.datapath.keepsSums)
        shortage = shortage ?? reason
        for mapping in mappings {
          let tiles =
            CostBound.tiles(of: task.nest, mapping) * Double(batch / images)
          fewest = min(fewest, tiles)
          guard tiles <= Double(CostBound.tiles) else { continue }
          let sum = time(task, mapping)
          if best.map({ sum.isBetter(than: $0) }) ?? true { best = sum }
        }
      }
    }
    if let best { return .feasible(best, format(of: layer, weights)) }
    if fewest < .infinity { return .excessive(.tiles(fewest)) }
    guard let shortage else { preconditionFailure("a layer has a mapping or a shortage") }
    return .infeasible(shortage)
  }

  /// Why the counts of a layer may be more than integers hold; nil where they cannot.
  private func excess(_ layer: Layer, _ batch: Int) -> Infeasibility.Cause? {
    precondition(batch >= 1, "a batch has at least one image")
    let (nest, groups) = design.datapath.nest(of: layer, batch: batch)
    let bound = CostBound(
      nest, groups: groups, on: design.datapath, memory,
      overhead: design.architecture.spec.overhead(of: layer))
    return bound.largest <= CostBound.limit ? nil : .counts(bound.largest)
  }

  /// What a datapath's own mapper is asked.
  private func request(
    of layer: Layer, _ weights: QuantizedTensor?, _ placement: OperationPlacement, _ batch: Int,
    time: @escaping (Mapping) -> MemoryModel.Result
  ) -> MappingRequest {
    var (nest, groups) = design.datapath.nest(of: layer, batch: 1)
    nest.gather = memory.transfers.input.gather
    nest.weightFormat = format(of: layer, weights)
    let all = memory.weightBits(kernels: nest.kernels, channels: nest.channels, in: nest)
    let fetched = parts(nest, groups: groups, placement).reduce(Bits.zero) {
      $0 + (all - $1.onChip.weights) * $1.count
    }
    return MappingRequest(
      layer: layer, batch: batch, rule: design.mapping,
      room: memory.room(
        kernelBits: layer.kernelRole == .weight ? nil : memory.precision.input.count),
      memory: memory, placement: placement, fetchedWeights: fetched,
      fetchesAll: placement.weights == .zero && nest.weightFormat == nil,
      triesAll: triesAll,
      time: time)
  }

  /// Latency, energy and traffic of `layer` under a mapping that no rule has to choose.
  func cost(
    of layer: Layer, mapping: Mapping, placement: OperationPlacement = .offChip, batch: Int
  ) -> LayerCost? {
    let (layer, batch) = Self.lowered(layer, batch)
    let task = task(layer, nil, placement, batch, images: mapping.images)
    let result = memory.time(
      task.nest, task.parts, mapping: mapping, datapath: task.datapath.laid(out: mapping),
      extrapolates: extrapolates)
    return priced(.feasible(result, nil), of: layer).cost
  }

  /// What the tiles of a layer did under `mapping`, the one that its cost names.
  ///
  /// Layers of more than `limit` tiles give their number only.
  public func timeline(
    of layer: Layer, mapping: Mapping, weights: QuantizedTensor? = nil,
    placement: OperationPlacement = .offChip, batch: Int = 1, limit: Int
  ) -> TileTimeline {
    let (layer, batch) = Self.lowered(layer, batch)
    let task = task(layer, weights, placement, batch, images: mapping.images)
    return memory.timeline(
      task.nest, task.parts, mapping: mapping, datapath: task.datapath.laid(out: mapping),
      limit: limit)
  }

  /// What the first `tiles` tiles of a layer did under `mapping`, the one that its cost names.
  public func opening(
    of layer: Layer, mapping: Mapping, weights: QuantizedTensor? = nil,
    placement: OperationPlacement = .offChip, batch: Int = 1, tiles: Int
  ) -> TileTimeline {
    let (layer, batch) = Self.lowered(layer, batch)
    let task = task(layer, weights, placement, batch, images: mapping.images)
    return memory.opening(
      task.nest, task.parts, mapping: mapping, datapath: task.datapath.laid(out: mapping),
      tiles: tiles)
  }
}

extension MemoryModel.Result {
  /// Fewer cycles, then less DRAM traffic.
  func isBetter(than other: MemoryModel.Result) -> Bool {
    if summary.total != other.summary.total { return summary.total < other.summary.total }
    return traffic.moved < other.traffic.moved
  }
}
