internal import Components

/// How many experts the tokens of an iteration visit, and how many tokens each of them has.
public struct ExpertLoad: Hashable, Sendable {
  /// Visits: tokens times experts of a token.
  public let visits: Int
  /// Different experts of a layer that are visited, on average.
  public let touched: Double

  /// What `tokens` tokens visit.
  ///
  /// Independent choices visit `sum (1 - (1 - p)^T)` different ones, with `p` the chance that a token
  /// visits an expert, `K / E` where all are alike.
  public init(_ experts: ExpertsSpec, tokens: Int) {
    visits = tokens * experts.perToken
    switch experts.routing ?? .expected {
    case .fewest: touched = Double(experts.perToken)
    case .most: touched = Double(min(experts.count, visits))
    case .expected:
      func hit(_ chance: Double) -> Double { 1 - Self.power(1 - chance, tokens) }
      touched =
        experts.popularity.map { $0.reduce(0) { $0 + hit($1) } }
        ?? Double(experts.count)
        * hit(Double(experts.perToken) / Double(experts.count))
    }
  }

  /// `base^exponent` by squaring, the same on every platform.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return result
  }

  /// Whole experts that layer `index` of those with experts visits: all layers together visit as many
  /// as they do on average, rounded.
  public func experts(inLayer index: Int) -> Int {
    let before = (Double(index) * touched).rounded()
    let behind = (Double(index + 1) * touched).rounded()
    return max(1, min(visits, Int(behind - before)))
  }

  /// Experts of equal numbers of tokens, `experts` in all: visits are spread evenly.
  public func spread(over experts: Int) -> [(experts: Int, tokens: Int)] {
    let (each, more) = visits.quotientAndRemainder(dividingBy: experts)
    return [(more, each + 1), (experts - more, each)].filter { $0.0 > 0 && $0.1 > 0 }
  }
}
