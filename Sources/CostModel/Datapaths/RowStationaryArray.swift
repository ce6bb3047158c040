public import Architectures
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
  }

  /// `row-stationary-array`.
  public static let kind = "row-stationary-array"
  /// One sentence.
  public static let summary =
    "Grid of row convolutions with scratchpads and three buses, mapped as Eyeriss maps its layers."

  /// The parameters.
  public let spec: Spec
  /// How the layer at hand is laid out; one of everything until `plan` chooses.
  let layout: RowStationaryLayout

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
    self.init(spec, layout: RowStationaryLayout())
  }

  private init(_ spec: Spec, layout: RowStationaryLayout) {
    self.spec = spec
    self.layout = layout
  }

  /// The array with a layer laid out on it.
  func laid(out layout: RowStationaryLayout) -> RowStationaryArray {
    RowStationaryArray(spec, layout: layout)
  }

  /// The fastest layout, or the Eyeriss chip's.
  public var mappingRules: [MappingRule] { [.fastest, .eyeriss] }

  /// It fills the buffer in a way of its own.
  public var mapsLayers: Bool { true }

  /// The array with the layer of a mapping on it.
  public func laid(out mapping: Mapping) -> any Datapath {
    laid(out: mapping.rowStationary ?? layout)
  }

  /// Rows x columns.
  public var lanes: Int { spec.rows * spec.columns }

  /// Groups, and the channels of a depthwise convolution, follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  /// A row of one of everything; `plan` chooses the tile.
  public func granule(of nest: LoopNest) -> Tile {
    Tile(pixels: nest.outputColumns, kernels: 1, channels: 1)
  }

  /// Everything at the ends: no transfer hides within a tile, but for the cycle in which its last
  /// input is there and the one in which its results are.
  public func overlap(
    of tile: Tile, in nest: LoopNest, part: ChannelPart, cycles: Int
  ) -> TileOverlap {
    TileOverlap(afterLastInput: cycles - 1, afterFirstResult: 1, lastShare: 1, afterLastRound: 1)
  }

  // MARK: Passes

  /// The part of a tile that the array takes at once.
  struct Part {
    let rows: Int
    let kernels: Int
    let channels: Int
    let kernelRows: Int
  }

  /// One pass after the other: kernels, then rows of kernels that are taller than the array.
  public func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost {
    var cost = TileCost()
    let (passes, rest) = tile.kernels.quotientAndRemainder(dividingBy: layout.kernelsPerPass)
    for (kernels, count) in [(layout.kernelsPerPass, passes), (rest, rest > 0 ? 1 : 0)]
    where count > 0 {
      for height in partHeights(of: nest) {
        cost.add(
          self.cost(of: self.part(of: tile, kernels, height, in: nest), in: nest), times: count)
      }
    }
    cost.counts.perform(macs: tile.pixels * tile.kernels * tile.channels * nest.taps)
    // Each multiply-accumulate reads both operands and a sum, and writes the sum.
    cost.counts[.registerAccesses] = 4 * cost.counts[.macs]
    return cost
  }

  /// The tile's last pass reads the input for the last time, image by image, column by column.
  public func cyclesAfterReading(
    part: Int, of whole: Int, of tile: Tile, in nest: LoopNest
  ) -> Int {
    let rest = tile.kernels % layout.kernelsPerPass
    let last = self.part(
      of: tile, rest > 0 ? rest : layout.kernelsPerPass, partHeights(of: nest).last ?? 0, in: nest)
    return pass(last, in: nest).cycles(after: part, of: whole)
  }

  private func part(of tile: Tile, _ kernels: Int, _ height: Int, in nest: LoopNest) -> Part {
    Part(
      rows: tile.pixels / (nest.outputColumns * layout.images), kernels: kernels,
      channels: tile.channels, kernelRows: height)
  }

  /// Kernel rows of each part, the last one may have fewer.
  func partHeights(of nest: LoopNest) -> [Int] {
    let height = layout.kernelRows
    return stride(from: 0, to: nest.kernelRows, by: height).map {
      min(height, nest.kernelRows - $0)
    }
  }

  func pass(_ part: Part, in nest: LoopNest) -> RowStationaryPass {
    let rows = nest.rows.positions(windows: part.rows, taps: part.kernelRows)
    return RowStationaryPass(
      weightCycles: quotient(
        part.kernels * part.channels * part.kernelRows * nest.kernelColumns, spec.weightBus),
      columnCycles: quotient(part.channels * rows, spec.inputBus),
      windowCycles: quotient(part.kernels, layout.kernelSets)
        * quotient(part.channels, layout.channelSets) * nest.kernelColumns,
      sumCycles: quotient(part.kernels * part.rows, spec.sumBus), images: layout.images,
      outputColumns: nest.outputColumns,
      inputColumns: nest.columns.positions(
        windows: nest.outputColumns, taps: nest.kernelColumns),
      columns: nest.columns)
  }

  /// Sums are read and written in every pass, and padding is delivered like data: so the published
  /// buffer traffic of all five layers of AlexNet comes out to 0.1 MB.
  private func cost(of part: Part, in nest: LoopNest) -> TileCost {
    let pass = pass(part, in: nest)
    let rows = nest.rows.positions(windows: part.rows, taps: part.kernelRows)
    let sums = layout.images * part.kernels * part.rows * nest.outputColumns
    var cost = TileCost()
    cost.cycles = pass.cycles
    cost.counts[.inputReads] = layout.images * part.channels * rows * pass.inputColumns
    cost.counts[.weightReads] = part.kernels * part.channels * part.kernelRows * nest.kernelColumns
    cost.counts[.outputReads] = sums
    cost.counts[.outputWrites] = sums
    return cost
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
