/// Which keys the new tokens of one sequence attend to.
public struct AttentionShape: Hashable, Sendable {
  /// New tokens.
  public let new: Int
  /// Cached tokens that any of them attends to.
  public let cached: Int
  /// Pairs of a new token and a token that it attends to.
  public let pairs: Int

  /// The new tokens of a sequence after `context` cached ones; each sees `window` tokens at most, itself
  /// included, and where attention is causal none behind it.
  public init(new: Int, context: Int, window: Int?, isCausal: Bool) {
    self.new = new
    guard isCausal else {
      cached = context
      pairs = new * (context + new)
      return
    }
    let window = window ?? Int.max
    cached = min(context, window - 1)
    // The first so many see all that are before them; sums of 1, 2, ...
    let whole = max(0, min(new, window == Int.max ? new : window - context))
    pairs =
      whole * context + whole * (whole + 1) / 2 + (whole == new ? 0 : (new - whole) * window)
  }

  /// Different keys that are read.
  public var keys: Int { cached + new }

  /// Rows and columns of a product.
  public struct Rectangle: Hashable, Sendable {
    /// Queries, or as many rows as queries are folded to.
    public let rows: Int
    /// Keys.
    public let keys: Int
  }

  /// The pairs as products that the array computes: rows that see few keys are folded together so
  /// that each product's rows see all of its keys, and every pair is computed once.
  ///
  /// Of a prompt the first row and the last make one row, and so on. What is left over is a row of its
  /// own.
  public var folded: [Rectangle] {
    if pairs.isMultiple(of: keys) { return [Rectangle(rows: pairs / keys, keys: keys)] }
    if cached == 0, pairs.isMultiple(of: keys + 1) {
      return [Rectangle(rows: pairs / (keys + 1), keys: keys + 1)]
    }
    return [
      Rectangle(rows: pairs / keys, keys: keys), Rectangle(rows: 1, keys: pairs % keys),
    ]
  }

  /// The same without a mask: every new token and every key.
  public var whole: [Rectangle] { [Rectangle(rows: new, keys: keys)] }
}
