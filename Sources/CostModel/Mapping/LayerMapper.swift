public import Architectures
public import Components
public import Inputs
public import Networks
public import Units

/// A rule that cuts layers for the on-chip memory.
///
/// `kind` is the `rule` of an architecture's `mapping`; `summary` says in a few words what it looks for.
public protocol LayerMapper: Configurable {
  /// Whether it can cut layers for `datapath`.
  static func serves(_ datapath: any Datapath) -> Bool
  /// What of its parameters is not for `datapath`, at its key; nil where all is.
  func mismatch(with datapath: any Datapath) -> SpecError?
  /// What it makes of the banks of a buffer that input and output share.
  static var banks: BankUse { get }
  /// Whether prices of energy decide what is best.
  var asksPrices: Bool { get }
  /// Whether tiles may be parts of what fills the array once, see `LayerTraits.unit`.
  var cutsGranules: Bool { get }
  /// Whether layers that are alike may be cut differently, by their names.
  var isByName: Bool { get }
  /// Layers that it names, sorted; those of no file none.
  var layerNames: [String] { get }
  /// Files that it reads, their paths as they are opened from `folder`.
  func files(in folder: String) -> [String]
  /// Reads them; asked once, before anything is planned.
  mutating func load(
    folder: String, _ read: (String) throws(InputError) -> SpecFile
  ) throws(InputError)
  /// The best mapping of a layer, or why there is none.
  func plan(_ request: MappingRequest) -> LayerPlan
}

extension LayerMapper {
  /// Every datapath that needs no layout of its own, unless a mapper says otherwise.
  public static func serves(_ datapath: any Datapath) -> Bool { !datapath.needsLayout }
  /// Parameters are for every datapath, unless a mapper says otherwise.
  public func mismatch(with datapath: any Datapath) -> SpecError? { nil }
  /// Buffers are divided by operands, unless a mapper says otherwise.
  public static var banks: BankUse { .never }
  /// Cycles and bytes, unless a mapper says otherwise.
  public var asksPrices: Bool { false }
  /// Tiles fill the array, unless a mapper says otherwise.
  public var cutsGranules: Bool { false }
  /// Layers that are alike are cut alike, unless a mapper says otherwise.
  public var isByName: Bool { false }
  /// None, unless a mapper says otherwise.
  public var layerNames: [String] { [] }
  /// None, unless a mapper says otherwise.
  public func files(in folder: String) -> [String] { [] }
  /// Nothing to read, unless a mapper says otherwise.
  public mutating func load(
    folder: String, _ read: (String) throws(InputError) -> SpecFile
  ) throws(InputError) {}
}

/// What a mapper makes of a buffer that input and output share bank by bank.
public enum BankUse: Hashable, Sendable {
  /// It knows equal shares only.
  case never
  /// It deals banks out where there are some.
  case whereThere
  /// It can do nothing without banks.
  case always
}

/// What a mapper makes of a layer.
public enum LayerPlan: Sendable {
  /// A mapping that fits, timed.
  case mapped(TimedMapping)
  /// What does not fit.
  case short(ArrayShortage)
  /// Mappings fit, of so many tiles at least: too many to be walked.
  case tooManyTiles(Double)
  /// The mapping that was asked for is none for the layer and the design, and why.
  case refused(String)
}

extension LayerPlan {
  /// The plan of a rule that found `best`, or else mappings of no fewer than `fewestTiles`, or else a shortage.
  init(_ best: TimedMapping?, fewestTiles: Double, shortage: ArrayShortage?) {
    if let best {
      self = .mapped(best)
    } else if fewestTiles < .infinity {
      self = .tooManyTiles(fewestTiles)
    } else if let shortage {
      self = .short(shortage)
    } else {
      preconditionFailure("a layer has a mapping or a shortage")
    }
  }
}

/// A mapping with what a layer takes under it.
public struct TimedMapping: Sendable {
  var summary = TilePipeline.Summary()
  var traffic = DRAMTraffic()
  /// What passes the links into each level and, at last, into the buffers; nothing where there are no levels.
  private(set) var crossings: [DRAMTraffic] = []
  /// Nothing where the input comes from DRAM as it is and the output goes there.
  var maps = MapTraffic()
  var work = ActionCounts()
  /// Cycles of all tiles with their operands always ready.
  var arrayCycles = 0
  /// How the layer is cut.
  public let mapping: Mapping

  init(_ mapping: Mapping) { self.mapping = mapping }

  /// Adds what passes the links of levels, `times` over.
  mutating func add(_ other: [DRAMTraffic], times: Int) {
    if crossings.isEmpty {
      crossings = Array(repeating: DRAMTraffic(), count: other.count)
    }
    for place in other.indices { crossings[place].add(other[place], times: times) }
  }

  /// All cycles, transfers included.
  public var cycles: Cycles { Cycles(summary.total) }
}

/// The best of the mappings that were tried: fewest cycles, then least DRAM traffic, then the first.
struct BestMapping {
  private(set) var mapping: TimedMapping?
  private var rank = (cycles: Int.max, moved: Bits.zero)

  mutating func offer(_ timed: TimedMapping) {
    let own = (cycles: timed.summary.total, moved: timed.traffic.moved)
    guard mapping == nil || own < rank else { return }
    rank = own
    mapping = timed
  }
}

/// A layer to be mapped, and everything that a mapper may ask about its design.
public struct MappingRequest {
  /// The layer.
  public let layer: Layer
  /// Images.
  public let batch: Int
  /// What answers for the design.
  let model: LayerCostModel
  /// What is on chip before and after.
  public let placement: OperationPlacement
  /// Bits of weights that one image, or as many as share a nest, fetch for each sweep over the
  /// weights of all groups: what is not on chip already.
  let fetchedWeights: Bits
  /// Whether all weights are fetched, at the design's precision.
  let fetchesAll: Bool
  /// The layer on the array, so many images at once, under a mapping where there is one already.
  let task: (_ images: Int, _ mapping: Mapping?) -> LayerTask
  /// How the kernels are stored, nil for the design's precision.
  let format: WeightFormat?
  /// Where mappings are remembered, nil where nothing is.
  let known: MappingMemo.Place?

  /// The array.
  public var datapath: any Datapath { model.design.datapath }
  /// The on-chip memory.
  public var room: BufferRoom {
    memory.room(kernelBits: layer.kernelRole == .weight ? nil : memory.precision.input.count)
  }
  /// Rates and overlaps of the transfers.
  var memory: MemoryModel { model.memory }
  /// Whether a search times every mapping, whatever its bound says; only to test it.
  var triesAll: Bool { model.triesAll }

  /// Results of all images.
  var outputs: Int { layer.kernels * layer.outputPixels * batch }

  /// Cycles of the layer before its first transfer.
  var overhead: Int { model.overhead.cycles(of: layer).count }

  /// Picojoules of the layer under a mapping.
  func energy(_ timed: TimedMapping) -> Double {
    model.energy(of: layer, format, timed, hasMoves: placement.moves != nil)
  }

  /// Times the layer under a mapping, transfers included.
  public func time(_ mapping: Mapping) -> TimedMapping {
    time(mapping) { task(mapping.images, mapping) }
  }

  /// Times a task that was made before.
  func time(_ task: LayerTask, _ mapping: Mapping) -> TimedMapping { time(mapping) { task } }

  private func time(_ mapping: Mapping, _ task: () -> LayerTask) -> TimedMapping {
    func make() -> TimedMapping {
      memory.time(task(), mapping: mapping, extrapolates: model.extrapolates)
    }
    return known?.timing(mapping, make) ?? make()
  }
}

/// Something of the array or its buffers that is too small for a layer.
public struct ArrayShortage: Hashable, Sendable {
  /// What is too small.
  public let resource: String
  /// What the smallest tile needs.
  public let demand: Bits
  /// What there is.
  public let bound: Bits
  /// What could be changed.
  public let lever: Lever

  /// The same of a mapping that somebody wrote.
  var sentence: String { Self.sentence(resource, needs: demand, has: bound) }

  /// Says that a mapping has no room in `resource`.
  static func sentence(_ resource: String, needs: Bits, has: Bits) -> String {
    "does not fit: needs \(Bytes(holding: needs)) of \(resource), which has \(Bytes(holding: has))"
  }

  /// What would let the layer fit.
  public enum Lever: Hashable, Sendable {
    /// A larger share of the buffer that holds the operand.
    case buffer(of: Operand)
    /// A change in words.
    case text(String)
  }
}
