internal import Units

/// What a stage moves of maps where that is not just its own input and its own output.
///
/// All counts are elements of all images of an inference. A stage whose moves are nil reads its whole input from DRAM
/// and writes its whole output there.
public final class MapMoves: Hashable, Sendable {
  /// A count that is divided between DRAM and the chip.
  public struct Amount: Hashable, Sendable {
    /// Elements that come from DRAM, or go there.
    public var outside: Int
    /// Elements that are on chip, or stay there.
    public var inside: Int

    /// Makes an amount.
    public init(outside: Int = 0, inside: Int = 0) {
      self.outside = outside
      self.inside = inside
    }

    /// Both.
    public var all: Int { outside + inside }

    /// Adds elements that are on chip or outside.
    mutating func add(_ elements: Int, inside isInside: Bool) {
      if isInside { inside += elements } else { outside += elements }
    }
  }

  /// Windows on a map that the input is made of on the way, in both directions.
  public struct Windows: Hashable, Sendable {
    /// Along its rows.
    public let rows: WindowAxis
    /// Along its columns.
    public let columns: WindowAxis

    /// Makes windows.
    public init(rows: WindowAxis, columns: WindowAxis) {
      self.rows = rows
      self.columns = columns
    }
  }

  /// Elements of the maps that the input is made of.
  public let input: Amount
  /// Elements that the array takes of them: fewer where they are pooled on the way.
  public let taken: Int
  /// The windows that the operation's own and those of the pooling make together; nil where the input
  /// is not pooled, or from maps of several kinds.
  public var windows: Windows? { pooling?.value }
  private let pooling: Shared<Windows>?
  /// Numbers per channel that the input is multiplied by.
  public let factors: Amount
  /// Elements that the result is added to.
  public let terms: Amount
  /// Elements of the result as they are stored.
  public let result: Amount
  /// Further results, such as the mean of every channel, which are there when the map is.
  public let vectors: Amount
  /// The kernels of a product of two activations; zero for all others.
  public let kernels: Amount

  /// Makes moves.
  public init(
    input: Amount, taken: Int, windows: Windows? = nil, factors: Amount = Amount(),
    terms: Amount = Amount(), result: Amount, vectors: Amount = Amount(), kernels: Amount = Amount()
  ) {
    self.input = input
    self.taken = taken
    pooling = windows.map(Shared.init)
    self.factors = factors
    self.terms = terms
    self.result = result
    self.vectors = vectors
    self.kernels = kernels
  }

  /// The moves of so many images.
  public func times(_ images: Int) -> MapMoves {
    guard images > 1 else { return self }
    func all(_ amount: Amount) -> Amount {
      Amount(outside: amount.outside * images, inside: amount.inside * images)
    }
    return MapMoves(
      input: all(input), taken: taken * images, windows: windows, factors: all(factors),
      terms: all(terms), result: all(result), vectors: all(vectors), kernels: all(kernels))
  }

  /// Whether all of it comes from DRAM and goes there.
  public var isOutside: Bool {
    input.inside + factors.inside + terms.inside + result.inside + vectors.inside + kernels.inside
      == 0
  }

  /// Whether two stages move the same.
  public static func == (left: MapMoves, right: MapMoves) -> Bool {
    left === right
      || left.input == right.input && left.taken == right.taken && left.windows == right.windows
        && left.factors == right.factors && left.terms == right.terms
        && left.result == right.result && left.vectors == right.vectors
        && left.kernels == right.kernels
  }

  /// Hashes one number of the counts, which is less work than each by itself.
  public func hash(into hasher: inout Hasher) {
    var digest = taken
    func add(_ amount: Amount) {
      digest = (digest &* 31 &+ amount.outside) &* 31 &+ amount.inside
    }
    add(input)
    add(factors)
    add(terms)
    add(result)
    add(vectors)
    add(kernels)
    hasher.combine(digest)
  }
}
