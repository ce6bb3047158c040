public import Architectures
public import Networks

/// The operands that all cores of a layer take alike.
public struct CommonOperands: Hashable, Sendable {
  /// The input map.
  public var input = false
  /// The kernels.
  public var weight = false
}

/// A layer divided among cores.
///
/// Each part is a layer of its own: some of the kernels, of the rows of the output map, of the input
/// channels, or of the images. Parts differ by one at most, the larger ones first.
public struct LayerSplit: Sendable {
  /// What one core runs.
  public struct Part: Hashable, Sendable {
    /// Its share as a layer.
    public let layer: Layer
    /// Its images.
    public let batch: Int
    /// What it moves of maps; nil where that is its own input and output.
    public let moves: MapMoves?
    /// Its kernels, rows, channels or images among those of the layer.
    public let range: Range<Int>
  }

  /// What is divided; `best` where one core runs all of it.
  public let kind: CoresSpec.Split
  /// What each core runs, the one beside the memory first.
  public let parts: [Part]
  /// The operands that all of them take alike.
  public let common: CommonOperands

  /// How many parts a layer can have at most when `kind` is divided.
  public static func extent(_ kind: CoresSpec.Split, of layer: Layer, batch: Int) -> Int {
    switch kind {
    case .best: 1
    case .kernels: layer.groups > 1 ? layer.groups : layer.kernels
    case .pixels: layer.outputRows
    case .channels: layer.groups > 1 ? 1 : layer.channels
    case .batch: batch
    }
  }

  /// Divides `layer` among `count` cores; nil where there are fewer parts than that, or where a part
  /// would read nothing but zeros around the map.
  public init?(
    _ kind: CoresSpec.Split, of layer: Layer, moves: MapMoves?, batch: Int, cores count: Int
  ) {
    let extent = Self.extent(kind, of: layer, batch: batch)
    guard count > 1, count <= extent else { return nil }
    var parts: [Part] = []
    for range in Self.ranges(extent, count) {
      guard let own = layer.part(kind, range) else { return nil }
      var moved: MapMoves?
      if kind == .channels {
        moved = Self.summing(moves, layer, range, batch)
      } else if let moves {
        moved = moves.part(kind, range, extent, hasGroups: layer.groups > 1)
        guard moved != nil else { return nil }
      }
      parts.append(
        Part(
          layer: own, batch: kind == .batch ? range.count : batch, moves: moved, range: range))
    }
    self.kind = kind
    self.parts = parts
    common = Self.common(kind, layer)
  }

  /// A layer that one core runs.
  init(whole layer: Layer, moves: MapMoves?, batch: Int) {
    kind = .best
    parts = [Part(layer: layer, batch: batch, moves: moves, range: 0..<1)]
    common = CommonOperands()
  }

  /// Even shares of `extent`, those that are one larger first.
  static func ranges(_ extent: Int, _ count: Int) -> [Range<Int>] {
    let (share, rest) = extent.quotientAndRemainder(dividingBy: count)
    return (0..<count).map { part in
      let first = part * share + min(part, rest)
      return first..<first + share + (part < rest ? 1 : 0)
    }
  }

  /// The numbers of cores, from 2 to `most`, that are worth a try: those that make the largest part
  /// smaller than one core fewer does.
  ///
  /// They do not depend on how many cores there are beside, so more cores only add choices.
  static func counts(_ extent: Int, most: Int) -> [Int] {
    guard extent > 1, most > 1 else { return [] }
    return (2...min(most, extent)).filter {
      quotient(extent, $0) < quotient(extent, $0 - 1)
    }
  }

  private static func common(_ kind: CoresSpec.Split, _ layer: Layer) -> CommonOperands {
    switch kind {
    case .kernels: CommonOperands(input: layer.groups == 1, weight: false)
    case .pixels: CommonOperands(input: false, weight: true)
    case .batch: CommonOperands(input: false, weight: layer.kernelRole == .weight)
    case .channels, .best: CommonOperands()
    }
  }

  /// What a core that holds its partial sums moves: only the first one adds terms, and none stores.
  private static func summing(
    _ moves: MapMoves?, _ layer: Layer, _ range: Range<Int>, _ batch: Int
  ) -> MapMoves {
    let own =
      moves
      ?? MapMoves(.array(layer), holdsInput: false, keepsOutput: false, images: batch)
    return own.ofChannels(
      range, layer.channels, sums: layer.kernels * layer.outputPixels * layer.maps * batch)
  }
}

extension Layer {
  /// The layer that does `range` of the kernels, rows, channels or images of this one.
  func part(_ kind: CoresSpec.Split, _ range: Range<Int>) -> Layer? {
    var (kernels, channels, groups, rows) = (kernels, channels, groups, self.rows)
    switch kind {
    case .kernels where groups > 1:
      kernels = kernels / groups * range.count
      channels = channelsPerGroup * range.count
      groups = range.count
    case .kernels: kernels = range.count
    case .channels:
      // The entries of sparse rows are not divided by the nodes that they gather from.
      guard gathered == nil else { return nil }
      channels = range.count
    case .pixels:
      guard let own = rows.part(range) else { return nil }
      rows = own
    case .batch, .best: break
    }
    var part = Layer(
      name: name, operation: operation, kernels: kernels, channels: channels, rows: rows,
      columns: columns, groups: groups, kernelRole: kernelRole, maps: maps)
    part.zeros = zeros
    part.storage = storage
    part.isContinuation = isContinuation
    part.attention = attention
    part.gathered = kind == .kernels ? gathered.map { $0.part(range) } : gathered
    return part
  }
}

extension WindowAxis {
  /// The windows `range` with the elements of the map that lie under them; nil where there are none.
  ///
  /// Elements between the first and the last one stay, so the part reads what these windows read of
  /// the whole map.
  func part(_ range: Range<Int>) -> WindowAxis? {
    guard let under = elements(under: range) else { return nil }
    let (start, end) = (range.lowerBound * stride, (range.upperBound - 1) * stride + span)
    var part = self
    part.extent = under.count
    part.before = before + under.lowerBound * spread - start
    part.after = end - start - part.before - part.spreadExtent
    return part
  }

  /// The elements of the map from the first to the last one under the windows `range`; nil where there are
  /// none.
  func elements(under range: Range<Int>) -> ClosedRange<Int>? {
    let first = max(0, range.lowerBound * stride - before + spread - 1) / spread
    let end = (range.upperBound - 1) * stride + span
    guard end > before else { return nil }
    let last = min(extent - 1, (end - 1 - before) / spread)
    return first <= last ? first...last : nil
  }
}
