public import Networks

/// What a chain of layers takes that runs tile by tile of its last map.
///
/// Each tile needs a part of every map before it, larger by a halo; tiles beside each other need parts
/// that overlap. What overlaps is made again, or kept, along each direction. A layer without padding
/// works on the tile and `sum of (kernel - 1) x strides` elements more; where windows reach beyond a
/// map, what lies there is not worked on.
public struct HaloTiles: Sendable {
  /// What becomes of elements that two tiles need.
  public enum Overlap: Sendable, CaseIterable {
    /// They are made again, and read again.
    case recomputed
    /// Those of tiles in one row are kept, those of the next row made again.
    case keptAlongRows
    /// All are kept.
    case kept
  }

  /// An axis of a tile's part of each map.
  private struct Extents {
    /// Elements of each map, the input first, added over all tiles.
    var added: [Int]
    /// Elements of each map that some tile needs.
    var union: [Int]
  }

  private let layers: [Layer]
  private let rows: Extents
  private let columns: Extents
  private let tileRows: Int

  /// Tiles of `rows` x `columns` elements of the last layer's map; the last ones may be smaller.
  ///
  /// - Precondition: `layers` is not empty, each reads what the one before it writes, and no extent is
  ///   zero.
  public init(_ layers: [Layer], rows: Int, columns: Int) {
    precondition(!layers.isEmpty && rows > 0 && columns > 0, "a tile has an extent")
    self.layers = layers
    tileRows = rows
    self.rows = Self.extents(layers.map(\.rows), tile: rows)
    self.columns = Self.extents(layers.map(\.columns), tile: columns)
  }

  private static func extents(_ axes: [WindowAxis], tile: Int) -> Extents {
    let maps = axes.count + 1
    var result = Extents(
      added: Array(repeating: 0, count: maps), union: Array(repeating: 0, count: maps))
    var reached = Array(repeating: -1, count: maps)
    let all = axes[axes.count - 1].outputs
    for start in stride(from: 0, to: all, by: tile) {
      var part = start...min(all, start + tile) - 1
      for map in stride(from: maps - 1, through: 0, by: -1) {
        if map < axes.count {
          let axis = axes[map]
          let first = max(0, part.lowerBound * axis.stride - axis.before)
          let last = min(
            axis.extent - 1, part.upperBound * axis.stride - axis.before + axis.span - 1)
          part = min(first, max(last, 0))...max(last, first)
        }
        result.added[map] += part.count
        result.union[map] += part.upperBound - max(part.lowerBound - 1, reached[map])
        reached[map] = part.upperBound
      }
    }
    return result
  }

  private func area(_ map: Int, _ overlap: Overlap) -> Int {
    switch overlap {
    case .recomputed: rows.added[map] * columns.added[map]
    case .keptAlongRows: rows.added[map] * columns.union[map]
    case .kept: rows.union[map] * columns.union[map]
    }
  }

  /// Multiply-accumulates of all tiles.
  public func macs(_ overlap: Overlap) -> Int {
    layers.enumerated().reduce(0) { $0 + $1.element.weights * area($1.offset + 1, overlap) }
  }

  /// Elements of the first map that are read.
  public func inputReads(_ overlap: Overlap) -> Int {
    layers[0].channels * area(0, overlap)
  }

  /// Elements of the last map, each written once.
  public var outputWrites: Int {
    layers[layers.count - 1].kernels * area(layers.count, .kept)
  }

  /// Elements of overlaps that are kept at a time: lines along the rows of every map, and where tiles of
  /// one row share them, a few columns of the rows in work.
  public func kept(_ overlap: Overlap) -> Int {
    guard overlap != .recomputed else { return 0 }
    var new = tileRows
    var sum = 0
    for layer in layers.reversed() {
      let shared = (
        rows: max(0, layer.rows.span - layer.rows.stride),
        columns: max(0, layer.columns.span - layer.columns.stride)
      )
      new *= layer.rows.stride
      let lines = overlap == .kept ? shared.rows * layer.columns.extent : 0
      sum += layer.channels * (lines + shared.columns * (new + shared.rows))
    }
    return sum
  }
}
