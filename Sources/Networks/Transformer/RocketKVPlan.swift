#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

/// How RocketKV divides the compression of a cache between tokens that are given up for good and pages that are
/// chosen anew by every token.
///
/// With `S` cached tokens, a budget `T < S` and heads of `e` features: `c = S / T` in all; the part
/// `r = min(0.2 + 0.06 log2 c, 0.8)` of it, as an exponent, is the first stage's, which keeps
/// `C = floor(S / c^r)`; the second divides the rest, `c2 = C / T`, between pages of
/// `min(floor c2, ceil sqrt c2)` tokens and `round(e page / c2)` features of each, so that the choice reads
/// about `T e` elements and attention to `T / 2` tokens as many.
///
/// Source: RocketKV, ICML 2025.
public struct RocketKVPlan: Hashable, Sendable {
  /// Cached tokens, `S`.
  public let tokens: Int
  /// The budget, `T`.
  public let budget: Int
  /// The exponent of the first stage, `r`.
  public let exponent: Double
  /// Tokens that it keeps, `C`.
  public let kept: Int
  /// Tokens of a page.
  public let page: Int
  /// Features of a page that are read, either their minima or their maxima.
  public let picks: Int

  /// The plan of one head of keys; nil where the budget holds all tokens, which are read then.
  public init?(tokens: Int, budget: Int, headWidth: Int) {
    guard budget >= 1, tokens > budget, headWidth >= 1 else { return nil }
    self.tokens = tokens
    self.budget = budget
    let ratio = Double(tokens) / Double(budget)
    exponent = min(0.2 + 0.06 * log2(ratio), 0.8)
    // A power that is a whole number, such as 1024^0.8, must not be rounded to below it.
    let first = Double(tokens) / pow(ratio, exponent) * (1 + 1e-12)
    kept = max(budget, min(tokens, Int(first.rounded(.down))))
    let rest = Double(kept) / Double(budget)
    page = max(1, min(Int(rest.rounded(.down)), Int(rest.squareRoot().rounded(.up))))
    let share = Double(headWidth) * Double(page) / rest
    picks = max(1, min(headWidth, Int(share.rounded())))
  }

  /// The compression of the second stage, `c2`.
  public var rest: Double { Double(kept) / Double(budget) }
  /// Pages of what is kept, the last one part-filled.
  public var pages: Int { (kept + page - 1) / page }
  /// Tokens that are attended to.
  public var attended: Int { budget / 2 }

  /// How many times fewer elements are read than of a full cache, of heads of `headWidth` features, where the last
  /// page counts as much as it holds.
  public func reduction(headWidth: Int) -> Double {
    let read =
      Double(kept) / Double(page) * Double(picks) + Double(2 * attended) * Double(headWidth)
    return 2 * Double(tokens) * Double(headWidth) / read
  }

  /// What is kept, with the minima and maxima of pages, over what a full cache keeps.
  public var footprint: Double {
    (Double(kept) + Double(kept) / Double(page)) / Double(tokens)
  }
}
