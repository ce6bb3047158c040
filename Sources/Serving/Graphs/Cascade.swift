#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

/// Models in a row, each but the last of which may not know and pass a sample on.
///
/// Source of the setting: IDK cascades (Wang et al., UAI 2018). With q_i the rate at which stage i, reached,
/// does not know, the reach is R_1 = 1 and R_(i+1) = R_i q_i; a stage costs c_i and what it answers is right
/// with a_i. The rest follows.
public struct Cascade: Hashable, Sendable {
  /// One model.
  public struct Stage: Hashable, Sendable {
    /// What it costs, in any unit.
    public let cost: Double
    /// The share that it does not know of what reaches it, 0...1; of the last stage it does not count.
    public let unknown: Double
    /// The share that is right of what it answers, 0...1.
    public let accuracy: Double

    /// Makes a stage.
    public init(cost: Double, unknown: Double, accuracy: Double) {
      self.cost = cost
      self.unknown = unknown
      self.accuracy = accuracy
    }
  }

  /// The models in order.
  public let stages: [Stage]

  /// Makes a cascade.
  public init(_ stages: [Stage]) { self.stages = stages }

  /// The share of samples that come to each stage.
  public var reach: [Double] {
    var share = 1.0
    return stages.map { stage in
      defer { share *= stage.unknown }
      return share
    }
  }

  /// `sum R_i c_i`.
  public var expectedCost: Double { zip(reach, stages).reduce(0) { $0 + $1.0 * $1.1.cost } }
  /// `sum R_i (1 - q_i) a_i`, where the last stage answers everything.
  public var accuracy: Double {
    zip(reach, stages).enumerated().reduce(0) { sum, entry in
      let (index, (share, stage)) = entry
      let answers = index == stages.count - 1 ? 1 : 1 - stage.unknown
      return sum + share * answers * stage.accuracy
    }
  }
  /// `sum c_i`.
  public var worstCost: Double { stages.reduce(0) { $0 + $1.cost } }

  /// The expected sum over the stages of what their batches cost, for `batch` independent samples.
  ///
  /// Stage i runs a batch that is Binomial(`batch`, R_i). `cost` gives what a stage's batch of at least one
  /// sample costs; an empty batch costs nothing.
  public func expectedCost(batch: Int, cost: (_ stage: Int, _ samples: Int) -> Double) -> Double {
    var sum = 0.0
    for (stage, share) in reach.enumerated() where share > 0 {
      for samples in 1...max(batch, 1) {
        let probability = Self.binomial(samples, of: batch, share)
        if probability > 0 { sum += probability * cost(stage, samples) }
      }
    }
    return sum
  }

  /// The probability of `count` successes in `trials`, by logarithms so that no factor overflows.
  static func binomial(_ count: Int, of trials: Int, _ share: Double) -> Double {
    if share >= 1 { return count == trials ? 1 : 0 }
    let (n, k) = (Double(trials), Double(count))
    let choose = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(choose + k * log(share) + (n - k) * log1p(-share))
  }
}
