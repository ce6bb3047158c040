public import Components
public import Networks

/// A grid of processing elements in which a row of weights stays and meets a row of the input.
///
/// An element convolves one row of a kernel with one row of the input; elements above one another
/// add their results up to one row of the output. Source of the dataflow and its parameters: Chen et
/// al., "Eyeriss", ISCA 2016 and JSSC 52(1), 2017.
public struct RowStationaryArray: Datapath {
  /// The parameters of the array.
  public struct Spec: Codable, Hashable, Sendable {
    /// Rows of processing elements.
    public let rows: Int
    /// Columns of processing elements.
    public let columns: Int
    /// Input words that an element holds: one window of each of its channels.
    public let inputScratchpad: Int
    /// Weights that an element holds: a kernel row of each of its channels and kernels.
    public let weightScratchpad: Int
    /// Partial sums that an element holds: one of each of its kernels.
    public let sumScratchpad: Int
    /// Input words that enter the array per cycle.
    public let inputBus: Int
    /// Weights that enter the array per cycle.
    public let weightBus: Int
    /// Partial sums that enter, and that leave, the array per cycle.
    public let sumBus: Int
    /// What is not done for inputs that are zero; everything is when left out.
    public let gating: Gating?
    /// How accesses to the scratchpads are priced; like those to registers when left out.
    public let scratchpadEnergy: ScratchpadEnergy?
  }

  /// How accesses to scratchpads are priced.
  public enum ScratchpadEnergy: String, Codable, CaseIterable, Sendable {
    /// Like those to registers, whatever their size.
    case register
    /// Like those to buffers of their size.
    case bySize = "by-size"
  }

  /// `row-stationary-array`.
  public static let kind = "row-stationary-array"
  /// One sentence.
  public static let summary =
    "Grid of row convolutions with scratchpads and three buses, mapped as Eyeriss maps its layers."

  /// The parameters.
  public let spec: Spec

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, value) in [
      ("rows", spec.rows), ("columns", spec.columns), ("input_scratchpad", spec.inputScratchpad),
      ("weight_scratchpad", spec.weightScratchpad), ("sum_scratchpad", spec.sumScratchpad),
      ("input_bus", spec.inputBus), ("weight_bus", spec.weightBus), ("sum_bus", spec.sumBus),
    ] where !(1...4096).contains(value) {
      throw SpecError(key, "expected 1 to 4096, found \(value)")
    }
    guard spec.weightScratchpad >= spec.inputScratchpad else {
      throw SpecError(
        "weight_scratchpad",
        "an element needs a weight for each of its \(spec.inputScratchpad) input words, "
          + "found \(spec.weightScratchpad)")
    }
    self.spec = spec
  }

  /// Rows x columns.
  public var lanes: Int { spec.rows * spec.columns }

  /// Groups, and the channels of a depthwise convolution, follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  /// The fastest of all layouts.
  public var mapper: any LayerMapper.Type { FastestRowStationaryMapper.self }

  /// A multiplier.
  public var lane: String { "multiplier" }

  /// Every weight is multiplied.
  public var needsWeights: Bool { false }

  /// What the file says.
  public var gating: Gating? { spec.gating }

  /// The memories of an element, where they are priced by their size.
  public var scratchpads: Scratchpads? {
    guard spec.scratchpadEnergy == .bySize else { return nil }
    return Scratchpads(
      input: spec.inputScratchpad, weight: spec.weightScratchpad, sum: spec.sumScratchpad)
  }

  /// Sums go to the output buffer.
  public var localBuffer: LocalBuffer? { nil }

  /// It reads no sign patterns.
  public var countsPatterns: Bool { false }

  /// Rows of kernels and of the map have their places on the grid.
  public var needsLayout: Bool { true }

  /// The array with a group laid out on it, with one of everything where no mapping says how.
  public func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    RowStationaryLayer(
      spec: spec, layout: mapping?.rowStationary ?? RowStationaryLayout(), nest: nest)
  }

  /// Passes of one kernel, channel, kernel row and output row: weights, columns of the input as high
  /// as the kernel, windows and sums.
  public func largestCount(of nest: LoopNest, granule: Tile) -> Double {
    8 * Double(nest.kernels) * nest.reduction * Double(nest.kernelRows)
      * Double(nest.outputRows) * (Double(nest.outputColumns) + 1)
  }
}

/// How a layer lies on a row-stationary array and in the buffer around it.
///
/// The letters are those of Chen et al., "Eyeriss", JSSC 52(1), 2017, Table III.
public struct RowStationaryLayout: Hashable, Sendable {
  /// Images whose rows follow one another in a pass, n.
  public var images = 1
  /// Kernels whose partial sums are in the buffer, m.
  public var kernels = 1
  /// Output rows of a strip, e.
  public var rows = 1
  /// Kernels that an element holds, p.
  public var kernelsPerElement = 1
  /// Channels that an element holds, q.
  public var channelsPerElement = 1
  /// Rows of a kernel that stand above one another; taller kernels are cut into passes.
  public var kernelRows = 1
  /// Sets of elements that hold different channels, r.
  public var channelSets = 1
  /// Sets of elements that hold different kernels, t.
  public var kernelSets = 1
  /// Elements that have work.
  public var activeElements = 1

  /// Kernels of a pass, p t.
  public var kernelsPerPass: Int { kernelsPerElement * kernelSets }
  /// Channels of a pass, q r.
  public var channelsPerPass: Int { channelsPerElement * channelSets }
}

extension RowStationaryArray.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "rows",
      "Rows of processing elements",
      source: "Eyeriss (JSSC 2017): 12"),
    KeyNote(
      "columns",
      "Columns of processing elements",
      source: "Eyeriss (JSSC 2017): 14"),
    KeyNote(
      "input_scratchpad",
      "Input words that an element holds: one window of each of its channels"),
    KeyNote(
      "weight_scratchpad",
      "Weights that an element holds: a kernel row of each of its channels and "
        + "kernels"),
    KeyNote(
      "sum_scratchpad",
      "Partial sums that an element holds: one of each of its kernels"),
    KeyNote(
      "input_bus",
      "Input words that enter the array per cycle"),
    KeyNote(
      "weight_bus",
      "Weights that enter the array per cycle"),
    KeyNote(
      "sum_bus",
      "Partial sums that enter, and that leave, the array per cycle"),
    KeyNote(
      "gating",
      "What is not done for inputs that are zero: `zero-inputs`, their "
        + "multiplications, the additions of the products and what both need of "
        + "scratchpads",
      default: "nothing: all is done",
      source: "Eyeriss (JSSC 2017)"),
    KeyNote(
      "scratchpad_energy",
      "How accesses to the scratchpads are priced: `register`, like those to "
        + "registers, whatever their size; `by-size`, like those to buffers of their "
        + "size",
      default: "register"),
  ]
}
