internal import Foundation

/// Which stitches of two networks are kept, by probes behind their blocks and by cost.
///
/// A probe gives each block a distribution over the classes for every sample. `theta(P, Q)` is the mean over the
/// samples of `KL(P || Q)`; the score of the stitch behind block i of the first and before block j + 1 of the
/// second network is `gamma = theta(P_i, Q_j) / theta(Q_j, Q_(j+1))`: how far the stitch jumps, over the step
/// that the second network takes there. Of every bucket of cost all within `1 + tau` of the least gamma are kept,
/// the least one always.
///
/// Source: KLAS (ICLR 2026).
struct StitchSelection {
  /// Rows of one distribution each.
  struct Probe: Sendable {
    /// Samples x classes.
    let values: [Double]
    /// Classes.
    let classes: Int

    /// Probability that stands for none, so that a divergence is finite (assumed).
    static let least = 1e-12

    /// Mean over the samples of the divergence from `other`, in nats.
    func divergence(from other: Probe) -> Double {
      var sum = 0.0
      for (own, theirs) in zip(values, other.values) where own > 0 {
        sum += own * log(own / max(theirs, Self.least))
      }
      return max(0, sum / Double(values.count / classes))
    }
  }

  /// Gamma of a stitch; infinite where the second network takes no step and the stitch does.
  static func gamma(_ first: Probe, _ second: Probe, next: Probe) -> Double {
    let (jump, step) = (first.divergence(from: second), second.divergence(from: next))
    return step > 0 ? jump / step : jump > 0 ? .infinity : 0
  }

  /// The bucket of each cost, of `count` that divide the range of costs evenly.
  static func buckets(_ costs: [Double], count: Int) -> [Int] {
    guard let least = costs.min(), let most = costs.max(), most > least else {
      return costs.map { _ in 0 }
    }
    return costs.map { min(count - 1, Int(($0 - least) / (most - least) * Double(count))) }
  }

  /// Which stitches are kept: of each bucket those within `1 + tau` of its least gamma, the least one always.
  static func kept(_ gammas: [Double], buckets: [Int], tau: Double) -> [Bool] {
    var least: [Int: Int] = [:]
    for (index, bucket) in buckets.enumerated() {
      if least[bucket].map({ gammas[index] < gammas[$0] }) ?? true { least[bucket] = index }
    }
    return gammas.indices.map { index in
      guard let best = least[buckets[index]] else { return false }
      return index == best || gammas[index] <= gammas[best] * (1 + tau)
    }
  }
}
