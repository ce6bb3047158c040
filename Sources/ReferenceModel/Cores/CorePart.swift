public import Architectures
public import CostModel
public import Networks

/// The part of a layer that a core runs, cut from the layer's own numbers.
public struct CorePart: Sendable {
  /// The part as a layer.
  public let layer: Layer
  /// Its images.
  public let batch: Int
  /// Its numbers.
  public let operands: LayerOperands
  /// How it is cut into tiles.
  public let mapping: Mapping
  /// What it moves of maps.
  public let moves: MapMoves?
  /// Where its results stand among those of the whole layer, images x kernels x rows x columns; the
  /// same places for all parts whose sums are added up.
  let places: [Int]

  /// Cuts `part` of `whole` out of the numbers of the whole layer.
  ///
  /// - Parameters:
  ///   - part: Layer, images, moves and range as the cost model divides them.
  ///   - kind: What the range counts.
  ///   - whole: The layer.
  ///   - images: Its images.
  ///   - operands: Its numbers.
  ///   - mapping: How the part is cut into tiles.
  public init(
    _ part: LayerSplit.Part, _ kind: CoresSpec.Split, of whole: Layer, images: Int,
    _ operands: LayerOperands, mapping: Mapping
  ) {
    self.mapping = mapping
    layer = part.layer
    batch = part.batch
    moves = part.moves
    let range = part.range
    func own(_ kind: CoresSpec.Split, of known: CoresSpec.Split, _ all: Int) -> Range<Int> {
      kind == known ? range : 0..<all
    }
    let perGroup = (whole.kernels / whole.groups, whole.channels / whole.groups)
    func scaled(_ factor: Int) -> Range<Int> {
      range.lowerBound * factor..<range.upperBound * factor
    }
    let kernels =
      kind == .kernels
      ? (whole.groups > 1 ? scaled(perGroup.0) : range) : 0..<whole.kernels
    var channels = own(kind, of: .channels, whole.channels)
    if kind == .kernels, whole.groups > 1 { channels = scaled(perGroup.1) }
    let pictures = own(kind, of: .batch, images)
    let rows = own(kind, of: .pixels, whole.outputRows)
    // A core that has all rows of the output has all rows of the input, those under no window too.
    let inputRows = kind == .pixels ? Self.touched(whole.rows, by: rows) : 0..<whole.inputRows
    self.operands = LayerOperands(
      input: Self.picked(
        operands.input, [images, whole.channels, whole.inputRows, whole.inputColumns],
        [pictures, channels, inputRows, 0..<whole.inputColumns]),
      weights: Self.picked(
        operands.weights,
        [whole.kernels, perGroup.1, whole.kernelRows, whole.kernelColumns],
        [
          kernels, kind == .channels ? channels : 0..<perGroup.1, 0..<whole.kernelRows,
          0..<whole.kernelColumns,
        ]))
    places = Self.picked(
      Array(0..<images * whole.kernels * whole.outputPixels),
      [images, whole.kernels, whole.outputRows, whole.outputColumns],
      [pictures, kernels, rows, 0..<whole.outputColumns])
  }

  /// Rows of the map from the first to the last one under some of the windows.
  private static func touched(_ axis: WindowAxis, by windows: Range<Int>) -> Range<Int> {
    let elements = windows.flatMap { window in
      (0..<axis.kernel).compactMap { axis.element(window: window, tap: $0) }
    }
    guard let first = elements.min(), let last = elements.max() else { return 0..<0 }
    return first..<last + 1
  }

  /// The elements of a tensor of four extents that lie in four ranges.
  private static func picked<Element>(
    _ values: [Element], _ extents: [Int], _ ranges: [Range<Int>]
  ) -> [Element] {
    var result: [Element] = []
    for a in ranges[0] {
      for b in ranges[1] {
        for c in ranges[2] {
          for d in ranges[3] {
            result.append(
              values[((a * extents[1] + b) * extents[2] + c) * extents[3] + d])
          }
        }
      }
    }
    return result
  }
}
