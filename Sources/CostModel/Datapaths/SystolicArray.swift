public import Components
public import Networks

/// A grid of processing elements with operands passed from neighbour to neighbour.
///
/// One loop nest serves all three dataflows: the two spatial extents are folded onto rows and
/// columns, the third streams. Source of the fold formulas: SCALE-Sim (Samajdar et al., ISPASS
/// 2020), `T + R + C - 2` per fold for output-stationary, `2R + C + T - 2` for the others.
public struct SystolicArray: Datapath {
  /// Which operand stays in the array.
  public enum Dataflow: String, Codable, CaseIterable, Sendable {
    /// Outputs stay: pixels on rows, kernels on columns, reduction streams.
    case outputStationary = "output-stationary"
    /// Weights stay: reduction on rows, kernels on columns, pixels stream.
    case weightStationary = "weight-stationary"
    /// Inputs stay: reduction on rows, pixels on columns, kernels stream.
    case inputStationary = "input-stationary"
  }

  /// How consecutive folds follow one another.
  public enum Folds: String, Codable, CaseIterable, Sendable {
    /// Each fold fills and drains on its own.
    case serial
    /// The next fold enters while the last one drains.
    case overlapped
    /// Each fold fills and drains over the rows and columns it uses, and takes five cycles more,
    /// four where it is one row or one column, as STONNE's output-stationary mesh.
    case cropped
  }

  /// When the stationary operand is loaded.
  public enum StationaryLoad: String, Codable, CaseIterable, Sendable {
    /// Before each fold.
    case exposed
    /// During the fold before; only the first load is seen.
    case hidden
  }

  /// The parameters of the array.
  public struct Spec: Codable, Hashable, Sendable {
    /// Rows of processing elements.
    public let rows: Int
    /// Columns of processing elements.
    public let columns: Int
    /// Which operand stays in the array.
    public let dataflow: Dataflow
    /// How consecutive folds follow one another.
    public let folds: Folds
    /// When the stationary operand is loaded.
    public let stationaryLoad: StationaryLoad
    /// What is not done for inputs that are zero; everything is when left out.
    public let gating: Gating?

    /// Makes the parameters.
    public init(
      rows: Int, columns: Int, dataflow: Dataflow, folds: Folds, stationaryLoad: StationaryLoad,
      gating: Gating? = nil
    ) {
      self.rows = rows
      self.columns = columns
      self.dataflow = dataflow
      self.folds = folds
      self.stationaryLoad = stationaryLoad
      self.gating = gating
    }
  }

  /// `systolic-array`.
  public static let kind = "systolic-array"
  /// One sentence.
  public static let summary =
    "Systolic grid, output-, weight- or input-stationary, with serial, overlapped or cropped folds."

  /// The parameters.
  public let spec: Spec

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, value) in [("rows", spec.rows), ("columns", spec.columns)]
    where !(1...65_536).contains(value) {
      throw SpecError(key, "expected 1 to 65536, found \(value)")
    }
    guard spec.dataflow != .outputStationary || spec.stationaryLoad == .exposed else {
      throw SpecError(
        "stationary_load", "an output-stationary array loads nothing, expected exposed")
    }
    guard spec.folds != .cropped || spec.dataflow == .outputStationary else {
      throw SpecError(
        "folds", "cropped folds keep outputs in the array, expected serial or overlapped")
    }
    self.spec = spec
  }

  /// What the file says.
  public var gating: Gating? { spec.gating }

  /// Operands pass from neighbour to neighbour, zeros like all others.
  public var gatesRegisters: Bool { false }

  /// Rows x columns.
  public var lanes: Int { spec.rows * spec.columns }

  /// Groups, and the channels of a depthwise convolution, follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  /// Nothing is known of a compiler: the fastest of all tilings.
  public var mapper: any LayerMapper.Type { SearchMapper.self }

  /// A multiplier.
  public var lane: String { "multiplier" }

  /// Every weight is multiplied.
  public var needsWeights: Bool { false }

  /// Sums stay in the array or go to the output buffer.
  public var localBuffer: LocalBuffer? { nil }

  /// It reads no sign patterns.
  public var countsPatterns: Bool { false }

  /// Extents are folded onto the grid.
  public var needsLayout: Bool { false }

  /// The grid with one group on it.
  public func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    SystolicLayer(spec: spec, nest: nest)
  }

  /// Folds x (what streams + filling and draining), each streamed element in a tile of its own at
  /// worst; folds over kernels or pixels read the other operand again, folds over the reduction the
  /// sums.
  public func largestCount(of nest: LoopNest, granule: Tile) -> Double {
    let pixels = Double(nest.outputRows) * Double(nest.outputColumns)
    let kernels = Double(nest.kernels)
    let reductionFolds =
      folds(Double(nest.channels), granule.channels)
      * folds(Double(granule.channels) * Double(nest.taps), spec.rows)
    let sums = pixels * kernels * reductionFolds
    let (cycles, reads): (Double, Double)
    switch spec.dataflow {
    case .outputStationary:
      let rows = folds(pixels, min(spec.rows, granule.pixels))
      let columns = folds(kernels, min(spec.columns, granule.kernels))
      cycles = rows * columns * nest.reduction
      reads = max(pixels * nest.reduction * columns, nest.reduction * kernels * rows)
    case .weightStationary:
      let columns = folds(kernels, min(spec.columns, granule.kernels))
      cycles = reductionFolds * columns * pixels
      reads = max(pixels * nest.reduction * columns, sums)
    case .inputStationary:
      let columns = folds(pixels, min(spec.columns, granule.pixels))
      cycles = reductionFolds * columns * kernels
      reads = max(kernels * nest.reduction * columns, sums)
    }
    let perFold = Double(2 * spec.rows + spec.columns + 6)
    return max(cycles * perFold / 64, reads, 4 * nest.products)
  }
}

extension SystolicArray.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "rows",
      "Rows of processing elements"),
    KeyNote(
      "columns",
      "Columns of processing elements"),
    KeyNote(
      "dataflow",
      "Which operand stays: `output-stationary`, pixels on rows, kernels on "
        + "columns, the reduction streams; `weight-stationary`, reduction on rows, "
        + "kernels on columns, pixels stream; `input-stationary`, reduction on rows, "
        + "pixels on columns, kernels stream",
      source: "SCALE-Sim (ISPASS 2020)"),
    KeyNote(
      "folds",
      "How folds follow one another: `serial`, each fills and drains on its own; "
        + "`overlapped`, the next enters while the last one drains; `cropped`, each "
        + "over the rows and columns that it uses, and a few cycles more",
      source: "SCALE-Sim (ISPASS 2020); `cropped`: STONNE (CAL 2021)"),
    KeyNote(
      "stationary_load",
      "When the operand that stays is loaded: `exposed`, before each fold; "
        + "`hidden`, during the fold before, so that only the first load is seen"),
    KeyNote(
      "gating",
      "What is not done for inputs that are zero: `zero-inputs`, their "
        + "multiplications, the additions of the products and what both need of "
        + "scratchpads",
      default: "nothing: all is done",
      source: "Eyeriss (JSSC 2017)"),
  ]
}
