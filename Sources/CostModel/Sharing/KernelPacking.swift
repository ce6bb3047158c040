/// Kernels in the last fold of an array: what each takes of its rows and columns, and how long it streams.
public struct KernelExtent: Hashable, Sendable {
  /// Rows that are used.
  public let rows: Int
  /// Columns that are used.
  public let columns: Int
  /// Elements that stream through.
  public let stream: Int
  /// Kernels that are alike, such as the groups of a layer.
  public let count: Int

  /// Makes the extent of `count` kernels, each of at least one row.
  public init(rows: Int, columns: Int, stream: Int = 1, count: Int = 1) {
    self.rows = rows
    self.columns = columns
    self.stream = stream
    self.count = count
  }
}

/// Kernels of different weights and inputs that share folds of an array block by block along its diagonal.
///
/// Kernels share a fold where neither their rows nor their columns add up to more than the array has: what
/// streams over the rows passes every column, so that two kernels in one column would add up their sums.
/// They are packed by falling rows, each into the first fold with room; the fold streams as long as the
/// longest of them.
///
/// Source of the idea: Jain et al., The OoO VLIW JIT Compiler for GPU Inference, arXiv 1901.10008, 2019, for
/// kernels on GPUs; the rule of rows and columns is that of a grid whose neighbours pass operands on.
public struct KernelPacking: Hashable, Sendable {
  /// Folds that are alike.
  public struct Fold: Hashable, Sendable {
    /// Rows that are used.
    public fileprivate(set) var rows: Int
    /// Columns that are used.
    public fileprivate(set) var columns: Int
    /// Elements of the longest stream.
    public fileprivate(set) var stream: Int
    /// Places of the array that its kernels use: sum of rows times columns.
    public fileprivate(set) var used: Int
    /// Kernels that share it.
    public fileprivate(set) var kernels: Int
    /// How many such folds there are.
    public fileprivate(set) var count: Int
  }

  /// The folds, in the order in which they were begun.
  public private(set) var folds: [Fold] = []

  /// Packs kernels onto an array; none is larger than it.
  public init(_ kernels: [KernelExtent], rows: Int, columns: Int) {
    guard kernels.count > 1 else {
      for kernel in kernels { add(kernel, rows, columns) }
      return
    }
    for kernel in kernels.sorted(by: Self.isLarger) { add(kernel, rows, columns) }
  }

  private static func isLarger(_ left: KernelExtent, _ right: KernelExtent) -> Bool {
    (left.rows, left.columns, left.stream) > (right.rows, right.columns, right.stream)
  }

  private mutating func add(_ kernel: KernelExtent, _ rows: Int, _ columns: Int) {
    var left = kernel.count
    var place = 0
    while left > 0, place < folds.count {
      let fold = folds[place]
      let each = Self.fitting(kernel, rows - fold.rows, columns - fold.columns)
      guard each > 0 else {
        place += 1
        continue
      }
      if left >= each * fold.count {
        folds[place].put(kernel, each)
        left -= each * fold.count
        place += 1
        continue
      }
      // Some of the alike folds are filled, one perhaps in part, the others stay as they are.
      let (full, rest) = left.quotientAndRemainder(dividingBy: each)
      var pieces: [Fold] = []
      func piece(_ count: Int, _ kernels: Int) {
        guard count > 0 else { return }
        var piece = fold
        piece.count = count
        if kernels > 0 { piece.put(kernel, kernels) }
        pieces.append(piece)
      }
      piece(full, each)
      piece(rest > 0 ? 1 : 0, rest)
      piece(fold.count - full - (rest > 0 ? 1 : 0), 0)
      folds.replaceSubrange(place...place, with: pieces)
      left = 0
    }
    let each = max(1, Self.fitting(kernel, rows, columns))
    let (full, rest) = left.quotientAndRemainder(dividingBy: each)
    for (count, kernels) in [(full, each), (rest > 0 ? 1 : 0, rest)] where count > 0 {
      var fold = Fold(rows: 0, columns: 0, stream: 0, used: 0, kernels: 0, count: count)
      fold.put(kernel, kernels)
      folds.append(fold)
    }
  }

  /// Kernels that fit beside one another into so many rows and columns.
  private static func fitting(_ kernel: KernelExtent, _ rows: Int, _ columns: Int) -> Int {
    let byRows = kernel.rows > 0 ? rows / kernel.rows : .max
    let byColumns = kernel.columns > 0 ? columns / kernel.columns : .max
    return max(0, min(byRows, byColumns))
  }

  /// All folds.
  public var count: Int { folds.reduce(0) { $0 + $1.count } }

  /// The share of the array's places that kernels use in these folds, 0...1.
  public func utilization(rows: Int, columns: Int) -> Double {
    let used = folds.reduce(0.0) { $0 + Double($1.used) * Double($1.count) }
    return count == 0 ? 0 : used / (Double(count) * Double(rows) * Double(columns))
  }
}

extension KernelPacking.Fold {
  fileprivate mutating func put(_ kernel: KernelExtent, _ number: Int) {
    rows += kernel.rows * number
    columns += kernel.columns * number
    stream = max(stream, kernel.stream)
    used += kernel.rows * kernel.columns * number
    kernels += number
  }
}
