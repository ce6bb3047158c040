public import Specs

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

  /// It fills the buffer in a way of its own.
  public var mapsLayers: Bool { true }

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

  /// Everything at the ends: no transfer hides within a tile.
  public func overlap(
    of tile: Tile, in nest: LoopNest, part: ChannelPart, cycles: Int
  ) -> TileOverlap {
    TileOverlap(afterLastInput: cycles, afterFirstResult: 0, lastShare: 1, afterLastRound: 0)
  }

  // MARK: Passes

  /// The part of a tile that the array takes at once.
  private struct Pass {
    let rows: Int
    let kernels: Int
    let channels: Int
    let kernelRows: Int
  }

  /// One pass after the other: kernels, then rows of kernels that are taller than the array.
  public func cost(of tile: Tile, in nest: LoopNest, part: ChannelPart) -> TileCost {
    let rows = tile.pixels / (nest.outputColumns * layout.images)
    var cost = TileCost()
    let (passes, rest) = tile.kernels.quotientAndRemainder(dividingBy: layout.kernelsPerPass)
    for (kernels, count) in [(layout.kernelsPerPass, passes), (rest, rest > 0 ? 1 : 0)]
    where count > 0 {
      var row = 0
      while row < nest.kernelRows {
        let height = min(setRows(of: nest), nest.kernelRows - row)
        cost.add(
          self.cost(
            of: Pass(rows: rows, kernels: kernels, channels: tile.channels, kernelRows: height),
            in: nest), times: count)
        row += height
      }
    }
    cost.perform(macs: tile.pixels * tile.kernels * tile.channels * nest.taps)
    // Each multiply-accumulate reads both operands and a sum, and writes the sum.
    cost.registerAccesses = 4 * cost.macs
    return cost
  }

  /// Kernel rows above one another; kernels taller than the array are cut into equal parts.
  func setRows(of nest: LoopNest) -> Int {
    quotient(nest.kernelRows, quotient(nest.kernelRows, spec.rows))
  }

  /// Weights are loaded; then windows arrive, are multiplied, and their sums leave, all at once, at
  /// the pace of the slowest.
  ///
  /// Sums are read and written in every pass, and padding is delivered like data: so the published
  /// buffer traffic of all five layers of AlexNet comes out to 0.1 MB.
  private func cost(of pass: Pass, in nest: LoopNest) -> TileCost {
    let window = nest.kernelColumns
    let rows = (pass.rows - 1) * nest.stride + pass.kernelRows
    let columns = (nest.outputColumns - 1) * nest.stride + window
    let sums = layout.images * pass.kernels * pass.rows * nest.outputColumns
    let inputs = layout.images * pass.channels * rows * columns
    let weights = pass.kernels * pass.channels * pass.kernelRows * window

    let perWindow =
      quotient(pass.kernels, layout.kernelSets) * quotient(pass.channels, layout.channelSets)
      * window
    // The last element waits for the first window of every row.
    let first = quotient(pass.channels * rows * window, spec.inputBus)
    let drain = quotient(pass.kernels * pass.rows, spec.sumBus)
    let computed = first + layout.images * nest.outputColumns * perWindow + drain
    let delivered = quotient(inputs, spec.inputBus) + perWindow + drain
    let collected = first + perWindow + quotient(sums, spec.sumBus)

    var cost = TileCost()
    cost.cycles = quotient(weights, spec.weightBus) + max(computed, delivered, collected)
    cost.inputReads = inputs
    cost.weightReads = weights
    cost.outputReads = sums
    cost.outputWrites = sums
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
