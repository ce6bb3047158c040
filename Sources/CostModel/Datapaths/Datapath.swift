public import Components
public import Networks
public import Units
public import WeightAnalysis

/// A compute array as a file describes it.
///
/// It knows nothing of memory, energy or time; `prepare` makes it ready for the tiles of one layer.
public protocol Datapath: Configurable {
  /// Lanes of the array: multipliers, or adders where there is no multiplier.
  var lanes: Int { get }
  /// Adders of partial sums and, where there are such, of activations.
  var adders: Int { get }
  /// What a lane is called: `multiplier`, or `adder` where there is no multiplier.
  var lane: String { get }
  /// Whether cycles and actions depend on the values of the weights.
  var needsWeights: Bool { get }
  /// Whether it can follow sparse rows that a workload gives in the place of weights.
  var gathersRows: Bool { get }
  /// Whether it reads sign patterns, so that quantized weights of an alphabet without them are refused.
  var countsPatterns: Bool { get }
  /// The datapath's own memory, priced like a buffer; nil where there is none.
  var localBuffer: LocalBuffer? { get }
  /// What the array does not do for inputs that are zero; nil where it does everything.
  var gating: Gating? { get }
  /// Whether gated work needs none of the array's register accesses either; registers that pass
  /// operands on are accessed whatever is in them.
  var gatesRegisters: Bool { get }
  /// Memories inside an element, priced by their size; nil where they are registers.
  var scratchpads: Scratchpads? { get }
  /// The mapping rule that cuts its layers where a file names none.
  var mapper: any LayerMapper.Type { get }
  /// Whether a mapper has to lay layers out on the array, which then takes the layout of the mapping.
  var needsLayout: Bool { get }
  /// The loop nest of one group and how many groups follow one another.
  func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int)
  /// How an array of its own order stores weights; `value` is how the design stores one.
  ///
  /// `weights` is nil at full precision, and `groups` follow one another.
  func storage(of weights: QuantizedTensor?, groups: Int, value: StoredWeights) -> StoredWeights
  /// At least the most that a counter of all tiles of `nest`, or a 64th of their cycles, adds up to,
  /// however it is cut into tiles of at least one `granule`, that of the prepared nest; in floating
  /// point, for integers may not hold it.
  func largestCount(of nest: LoopNest, granule: Tile) -> Double
  /// The datapath with one group of a layer on it.
  ///
  /// `weights` is nil at full precision. Where a layout is needed it is that of `mapping`, and of the
  /// smallest tile where there is no mapping yet.
  func prepare(_ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?) -> any PreparedLayer
}

extension Datapath {
  /// One for each lane, unless an array says otherwise.
  public var adders: Int { lanes }
  /// It cannot, unless an array says otherwise.
  public var gathersRows: Bool { false }
  /// Everything is done, unless an array says otherwise.
  public var gating: Gating? { nil }
  /// They are accessed for work that is done, unless an array says otherwise.
  public var gatesRegisters: Bool { true }
  /// Registers, unless an array says otherwise.
  public var scratchpads: Scratchpads? { nil }
  /// Every weight by itself, as the design stores it.
  public func storage(
    of weights: QuantizedTensor?, groups: Int, value: StoredWeights
  ) -> StoredWeights { value }
}

/// Work that an array leaves out without saving its time.
public enum Gating: String, Codable, CaseIterable, Sendable {
  /// Multiplications by inputs that are zero, the additions of their products and what they need of
  /// scratchpads.
  case zeroInputs = "zero-inputs"
}

/// The memories of an element, in words: each multiply-accumulate reads an input, a weight and a sum,
/// and writes the sum.
public struct Scratchpads: Hashable, Sendable {
  /// Of inputs.
  public let input: Int
  /// Of weights.
  public let weight: Int
  /// Of sums.
  public let sum: Int

  /// Makes the memories of an element.
  public init(input: Int, weight: Int, sum: Int) {
    self.input = input
    self.weight = weight
    self.sum = sum
  }
}

/// A memory inside a datapath.
public struct LocalBuffer: Hashable, Sendable {
  /// Name in energy breakdowns.
  public let name: String
  /// Capacity.
  public let size: Bytes
  /// Width of one of its sums.
  public let width: Bits

  /// Makes a memory.
  public init(name: String, size: Bytes, width: Bits) {
    self.name = name
    self.size = size
    self.width = width
  }
}
