internal import Architectures
internal import Components
public import Networks
internal import Units
public import WeightAnalysis

/// The cost of layers on one design.
///
/// Pure: equal arguments give equal results. A class without a variable, for every question to a mapper
/// has it in it.
public final class LayerCostModel: Sendable {
  /// The design.
  public let design: Design
  let memory: MemoryModel
  let extrapolates: Bool
  let triesAll: Bool
  // What is asked for every layer; the file is large.
  let overhead: LayerOverhead
  let hasPersistentBuffer: Bool
  private let packsWeights: Bool
  private let weightBits: Int
  /// What decodes coded weights; nil for designs that move them plain.
  let decoder: WeightDecoderSpec?
  /// Several cores; nil for one, for one of several, and for cores of several kinds.
  let cores: CoreSystem?
  /// Cores of several kinds; nil where all are alike.
  let kinds: CoreKindModels?
  /// The place of this design among those that a memo of layers is told of.
  private let asked: Int
  /// What of the data sheet is sustained.
  let shares: CalibrationSpec.Shares
  /// Whether it answers for attention that a calibration speaks of.
  let isAttention: Bool
  /// What answers for attention, where a calibration speaks of it.
  private let prefill: LayerCostModel?
  private let decode: LayerCostModel?
  /// The memory as operators of the vector unit find it, where they sustain other shares.
  let vectorMemories: [String: MemoryModel]

  /// Prepares the rates and capacities of `design`.
  public convenience init(_ design: Design) {
    self.init(design, extrapolates: true)
  }

  /// `extrapolates: false` walks every tile; it exists to test that the result is the same.
  public convenience init(_ design: Design, extrapolates: Bool) {
    self.init(design, extrapolates: extrapolates, triesAll: false)
  }

  /// `triesAll: true` times every mapping of a search; it exists to test that the result is the same.
  convenience init(_ design: Design, extrapolates: Bool, triesAll: Bool) {
    let kinds = CoreKindModels(design, extrapolates: extrapolates, triesAll: triesAll)
    self.init(
      design, extrapolates: extrapolates, triesAll: triesAll,
      cores: kinds == nil
        ? CoreSystem(design, extrapolates: extrapolates, triesAll: triesAll) : nil, kinds: kinds)
  }

  /// One core, or the first one of `cores`; links to DRAM are no faster than `limit`.
  init(
    _ design: Design, extrapolates: Bool, triesAll: Bool, cores: CoreSystem?,
    kinds: CoreKindModels? = nil, limit: Bandwidth = .unlimited, asked: Int = 0,
    shares own: CalibrationSpec.Shares? = nil
  ) {
    self.design = design
    self.cores = cores
    self.kinds = kinds
    self.asked = asked
    self.triesAll = triesAll
    let spec = design.architecture.spec
    let calibration = spec.calibration
    let products = calibration?.products ?? .all
    shares = own ?? products
    isAttention = own != nil
    memory = MemoryModel(design.architecture, limit: limit, share: shares.bandwidth)
    func attention(_ kernel: AttentionKernelSpec?) -> LayerCostModel? {
      guard own == nil, kernel != nil, let shares = calibration?.shares(of: kernel) else {
        return nil
      }
      return LayerCostModel(
        design, extrapolates: extrapolates, triesAll: triesAll, cores: nil, limit: limit,
        asked: asked, shares: shares)
    }
    prefill = attention(calibration?.attention?.prefill)
    decode = attention(calibration?.attention?.decode)
    vectorMemories =
      own == nil
      ? Self.vectorMemories(of: design.architecture, limit: limit) : [:]
    self.extrapolates = extrapolates
    overhead = LayerOverhead(spec)
    hasPersistentBuffer = (spec.memory.persistentBuffer?.size ?? .zero) > .zero
    packsWeights = spec.memory.packsWeights
    weightBits = spec.precision.weight.count
    decoder = spec.weightDecoder
  }

  /// How the weights of a layer of `groups` groups are stored: packed where the design packs quantized
  /// ones, and as its datapath orders them.
  public func format(of weights: QuantizedTensor?, groups: Int = 1) -> WeightFormat {
    let value =
      if let weights, packsWeights {
        WeightFormat(packing: weights.scheme, regions: weights.regions)
      } else {
        WeightFormat(bits: weightBits)
      }
    return design.datapath.storage(of: weights, groups: groups, value: value)
  }

  /// Latency, energy and traffic of `layer` with its operands where `placement` says.
  ///
  /// `weights` is nil for a layer of full precision.
  public func cost(
    of layer: Layer, weights: QuantizedTensor? = nil, placement: OperationPlacement = .offChip,
    batch: Int = 1
  ) -> LayerOutcome {
    var memo = LayerMemo(capacity: 0)
    return cost(of: layer, weights: weights, placement: placement, batch: batch, memo: &memo)
  }

  /// The same cost, its timing taken from `memo` where a design that agrees on everything that
  /// decides it has been asked before; only for layers of full precision.
  func cost(
    of layer: Layer, weights: QuantizedTensor? = nil, placement: OperationPlacement, batch: Int,
    memo: inout LayerMemo
  ) -> LayerOutcome {
    if let kinds {
      return placed(
        layer, weights: weights, placement: placement, batch: batch, on: kinds, memo: &memo)
    }
    if let cores {
      return divided(
        layer, weights: weights, placement: placement, batch: batch, on: cores, memo: &memo)
    }
    return priced(
      timing(of: layer, weights: weights, placement: placement, batch: batch, memo: &memo),
      of: layer)
  }

  /// What a layer takes on one core, from `memo` where it knows.
  func timing(
    of layer: Layer, weights: QuantizedTensor?, placement: OperationPlacement, batch: Int,
    memo: inout LayerMemo
  ) -> Timing {
    // Quantized layers differ by their values, and all by their names where a mapper goes by these.
    guard weights == nil, !design.mapper.isByName, !memo.isEmpty else {
      return timing(of: layer, weights: weights, placement: placement, batch: batch)
    }
    return memo.timing(of: layer.shape, placement: placement, batch: batch, asked: asked) {
      self.timing(of: layer, weights: nil, placement: placement, batch: batch, known: $0)
    }
  }

  /// Tells `memo` which design asks next.
  func enter(_ memo: inout LayerMemo) { memo.enter(kinds?.asking ?? asking) }

  /// Whether parts of different layers may be alike.
  var hasParts: Bool { cores != nil || kinds != nil }

  /// Whether consecutive layers may run beside one another.
  var hasPipeline: Bool { design.architecture.spec.cores?.pipeline != nil }

  /// Whether layers that are alike may cost differently, by their names.
  var isByName: Bool { design.mapper.isByName || kinds?.isByName ?? false }

  /// What a memo is told: of several cores what the one beside the memory is, then what others are.
  var asking: [LayerMemo.Design] { [question] + (cores?.far.map { [$0.question] } ?? []) }

  /// What of the design decides what layers take on one core.
  private var question: LayerMemo.Design {
    LayerMemo.Design(
      memory: memory, datapath: design.datapathText, mapper: design.mapperText,
      calibration: design.architecture.spec.calibration, decoder: decoder,
      prices: design.mapper.asksPrices ? LayerMemo.Prices(model: design.energy) : nil)
  }

  /// Cycles and counts of a layer, before anything is priced.
  enum Timing: Sendable {
    /// The best mapping's.
    case feasible(TimedMapping, WeightFormat?, hasMoves: Bool)
    /// No tile fits.
    case infeasible(ArrayShortage)
    /// Too large to be counted, too many tiles, or a mapping that is none.
    case excessive(Infeasibility.Cause)
  }

  func timing(
    of whole: Layer, weights: QuantizedTensor?, placement: OperationPlacement, batch images: Int,
    known: MappingMemo.Place? = nil
  ) -> Timing {
    if let own = attention(whole) {
      return own.timing(
        of: whole, weights: weights, placement: placement, batch: images, known: known)
    }
    if whole.gathered != nil, !design.datapath.gathersRows {
      return .excessive(.mapping(Self.noGathering(design)))
    }
    let (layer, batch) = Self.lowered(whole, images)
    let format = format(of: layer, weights)
    let bare = bare(layer, format, images: batch)
    if let cause = excess(layer, bare, placement.moves) { return .excessive(cause) }
    let request = request(of: layer, weights, format, placement, batch, bare, known: known)
    switch design.mapper.plan(request) {
    case .mapped(let best): return .feasible(best, format, hasMoves: placement.moves != nil)
    case .short(let shortage): return .infeasible(shortage)
    case .tooManyTiles(let tiles): return .excessive(.tiles(tiles))
    case .refused(let reason): return .excessive(.mapping(reason))
    }
  }

  /// Why a design cannot gather the rows of neighbours.
  private static func noGathering(_ design: Design) -> String {
    let kind = design.architecture.spec.datapath.kind
    let array =
      kind == SparseGEMMArray.kind ? "a \(kind) with rows bound to elements" : "a \(kind)"
    return
      "\(array) cannot follow the sparse rows of an adjacency; use a \(SparseGEMMArray.kind) with "
      + "free rows, or say `form: dense` of the adjacency, which multiplies by its zeros too"
  }

  /// Why the counts of a layer may be more than integers hold; nil where they cannot.
  private func excess(
    _ layer: Layer, _ bare: BareLayer, _ moves: MapMoves?
  ) -> Infeasibility.Cause? {
    let bound = bound(layer, bare, moves)
    return bound <= CostBound.limit ? nil : .counts(bound)
  }

  /// No count of a layer, which is lowered already, is larger.
  func bound(_ layer: Layer, _ bare: BareLayer, _ moves: MapMoves?) -> Double {
    CostBound(
      bare.nest, groups: bare.groups, bare.layer.traits, on: design.datapath, memory,
      cutsGranules: design.mapper.cutsGranules, moves: moves, overhead: overhead.cycles(of: layer),
      compute: shares.compute
    ).largest
  }

  /// Latency, energy and traffic of `layer` under a mapping that no rule has to choose.
  package func cost(
    of layer: Layer, mapping: Mapping, weights: QuantizedTensor? = nil,
    placement: OperationPlacement = .offChip, batch: Int
  ) -> LayerCost? {
    let own = attention(layer) ?? self
    let task = own.task(layer, weights, placement, batch, mapping)
    let timed = own.memory.time(task, mapping: mapping, extrapolates: extrapolates)
    let format = format(of: Self.lowered(layer, batch).layer, weights)
    return priced(.feasible(timed, format, hasMoves: placement.moves != nil), of: layer).cost
  }

  /// What the tiles of a layer did under `mapping`, the one that its cost names.
  ///
  /// Layers of more than `limit` tiles give their number only.
  public func timeline(
    of layer: Layer, mapping: Mapping, weights: QuantizedTensor? = nil,
    placement: OperationPlacement = .offChip, batch: Int = 1, limit: Int
  ) -> TileTimeline {
    let own = attention(layer) ?? self
    return own.memory.timeline(
      own.task(layer, weights, placement, batch, mapping), mapping: mapping, limit: limit)
  }

  /// What the first `tiles` tiles of a layer did under `mapping`, the one that its cost names.
  public func opening(
    of layer: Layer, mapping: Mapping, weights: QuantizedTensor? = nil,
    placement: OperationPlacement = .offChip, batch: Int = 1, tiles: Int
  ) -> TileTimeline {
    let own = attention(layer) ?? self
    return own.memory.opening(
      own.task(layer, weights, placement, batch, mapping), mapping: mapping, tiles: tiles)
  }

  /// What answers for `layer` where it is attention that a calibration speaks of.
  func attention(_ layer: Layer) -> LayerCostModel? {
    layer.attention.flatMap { $0.isDecode ? decode : prefill }
  }

  /// The memory as operators find it that a calibration names.
  private static func vectorMemories(
    of architecture: Architecture, limit: Bandwidth
  ) -> [String: MemoryModel] {
    var memories: [String: MemoryModel] = [:]
    for entry in architecture.spec.calibration?.vector ?? [] {
      guard let share = entry.bandwidth?.value else { continue }
      let memory = MemoryModel(architecture, limit: limit, share: share)
      for name in entry.operators { memories[name.word] = memory }
    }
    return memories
  }
}
