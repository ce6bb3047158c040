public import Components
public import Networks
internal import WeightAnalysis

/// Many cores with matrix units, each of which works on one tile of a product at a time, as graphics
/// processors do.
///
/// The tiles of a product, those of all its groups together, are dealt out in waves of one for each
/// core, and the last wave may be part-filled. Of the tile shapes that there are the fastest is
/// taken. Operands are read from DRAM once, and again from the buffer by every tile (assumed: the
/// buffer, which all cores share, holds what tiles that run together read).
///
/// Source: tile and wave quantization, NVIDIA, "Matrix Multiplication Background User's Guide"; blocks
/// of queries in attention, Dao, "FlashAttention-2", ICLR 2024, 3.2.
public struct TensorCoreArray: Datapath {
  /// The extents of a tile.
  public struct TileShape: Codable, Hashable, Sendable {
    /// Positions, such as tokens or pixels.
    public let rows: Int
    /// Output features.
    public let columns: Int
  }

  /// The parameters of the array.
  public struct Spec: Codable, Hashable, Sendable {
    /// Cores.
    public let cores: Int
    /// Multiply-accumulates of one core per cycle.
    public let macs: Int
    /// The tile shapes that there are.
    public let tiles: [TileShape]
    /// Queries of a block of attention.
    public let attentionRows: Int
    /// How much slower smaller tiles are.
    public let smallTileExponent: Double?
    /// Cycles of a tile's reduction that it takes to fill and drain, in elements.
    public let ramp: Double?
    /// How compute and transfers add up.
    public let overlapExponent: Double?
  }

  /// `tensor-core-array`.
  public static let kind = "tensor-core-array"
  /// One sentence.
  public static let summary =
    "Many cores with matrix units that work on tiles in waves (graphics processors)."

  /// The parameters.
  public let spec: Spec

  /// The most tile shapes.
  private static let mostTiles = 64

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    func check(_ key: String, _ value: Int, _ range: ClosedRange<Int>) throws(SpecError) {
      guard range.contains(value) else {
        throw SpecError(
          key, "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
      }
    }
    try check("cores", spec.cores, 1...65_536)
    try check("macs", spec.macs, 1...65_536)
    try check("attention_rows", spec.attentionRows, 1...65_536)
    guard (1...Self.mostTiles).contains(spec.tiles.count) else {
      throw SpecError(
        "tiles", "expected 1 to \(Self.mostTiles) shapes, found \(spec.tiles.count)")
    }
    for (index, tile) in spec.tiles.enumerated() {
      try check("tiles[\(index)].rows", tile.rows, 1...65_536)
      try check("tiles[\(index)].columns", tile.columns, 1...65_536)
    }
    func check(
      _ key: String, _ value: Double?, _ range: ClosedRange<Double>, _ text: String
    ) throws(SpecError) {
      guard let value, !range.contains(value) else { return }
      throw SpecError(key, "expected \(text), found \(value)")
    }
    try check("small_tile_exponent", spec.smallTileExponent, 0...1, "0 to 1")
    try check("ramp", spec.ramp, 0...65_536, "0 to 65536")
    try check("overlap_exponent", spec.overlapExponent, 1...64, "1 to 64")
    self.spec = spec
  }

  /// Cores x multiply-accumulates of each.
  public var lanes: Int { spec.cores * spec.macs }

  /// A multiplier.
  public var lane: String { "multiplier" }

  /// Every weight is multiplied.
  public var needsWeights: Bool { false }

  /// Sums stay in registers.
  public var localBuffer: LocalBuffer? { nil }

  /// It reads no sign patterns.
  public var countsPatterns: Bool { false }

  /// It deals layers out itself.
  public var needsLayout: Bool { true }

  /// Its own.
  public var mapper: any LayerMapper.Type { FastestTileMapper.self }

  /// Groups are worked on side by side.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false).beside(layer), layer.groups)
  }

  /// The cores with all groups on them.
  public func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    TensorCoreLayer(spec: spec, nest: nest, compute: 1)
  }

  /// The largest tile shape in as many waves as it takes, and what every tile reads again; the fastest
  /// shape takes no longer.
  public func largestCount(of nest: LoopNest, granule: Tile) -> Double {
    let pixels = Double(nest.outputRows) * Double(nest.outputColumns)
    let rows = Double(max(spec.attentionRows, spec.tiles.map(\.rows).max() ?? 1))
    let columns = Double(spec.tiles.map(\.columns).max() ?? 1)
    let queries = nest.attention.map { Double($0.queries) * (Double($0.tokens) + rows) } ?? 0
    let padded =
      (max(pixels, queries) + rows + Double(TensorCoreLayer.fragment))
      * (Double(nest.kernels) + columns) * (nest.reduction + (spec.ramp ?? 0))
    return 4 * (padded + nest.products)
  }
}

extension TensorCoreArray.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("cores", "Cores, each with matrix units of its own"),
    KeyNote("macs", "Multiply-accumulates of one core per cycle, dense"),
    KeyNote(
      "tiles",
      "The tile shapes that kernels are made for; each product takes the fastest",
      source: "NVIDIA, Matrix Multiplication Background User's Guide"),
    KeyNote(
      "attention_rows",
      "Queries of one head that a core works on at a time in attention; each such block walks all keys",
      source: "FlashAttention-2 (ICLR 2024)"),
    KeyNote(
      "small_tile_exponent",
      "Smaller tiles sustain `(elements / elements of the largest) ^ exponent` of a core's rate",
      default: "0, all tiles alike"),
    KeyNote(
      "ramp",
      "Elements of the reduction that a tile takes longer, to fill and drain", default: "0"),
    KeyNote(
      "overlap_exponent",
      "Compute time c and transfer time t take `(c^n + t^n)^(1/n)` together",
      default: "none, the longer of both"),
  ]
}

extension TensorCoreArray.TileShape: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("rows", "Positions, such as tokens or pixels"),
    KeyNote("columns", "Output features"),
  ]
}
