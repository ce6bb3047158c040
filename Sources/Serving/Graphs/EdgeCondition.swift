/// What a gate says of a node's answer.
public enum GateOutcome: UInt8, CaseIterable, Sendable {
  /// Good enough: the answer stands.
  case answered
  /// "I don't know": someone else should say.
  case unknown
  /// Confident of low risk: stay with this stage.
  case ick0
  /// Not confident: a costlier model of the same stage should say.
  case idk
  /// Confident of high risk: go on to the next stage.
  case ick1
}

/// When an edge of a graph of inferences is taken.
public enum EdgeCondition: String, Codable, CaseIterable, Sendable {
  /// The node's answer stands.
  case answered
  /// The node does not know (IDK cascades: Wang et al., UAI 2018).
  case unknown
  /// Whatever the node says.
  case always
  /// Confident of low risk (UnfoldML, NeurIPS 2022).
  case ick0
  /// Not confident (UnfoldML).
  case idk
  /// Confident of high risk (UnfoldML).
  case ick1

  /// Whether an outcome takes the edge.
  @inline(__always)
  public func isMet(by outcome: GateOutcome) -> Bool {
    switch self {
    case .always: true
    case .answered: outcome == .answered
    case .unknown: outcome == .unknown
    case .ick0: outcome == .ick0
    case .idk: outcome == .idk
    case .ick1: outcome == .ick1
    }
  }

  /// The outcome that takes it; nil for any.
  var outcome: GateOutcome? {
    switch self {
    case .always: nil
    case .answered: .answered
    case .unknown: .unknown
    case .ick0: .ick0
    case .idk: .idk
    case .ick1: .ick1
    }
  }
}

/// How a node's outcome comes about.
public enum Gate: Hashable, Sendable {
  /// There is no gate: every answer stands.
  case open
  /// Drawn for every query by itself: `unknown` with this probability, else `answered`.
  case rate(Double)
  /// Drawn for every query by itself, of three outcomes with these probabilities.
  case rates(ick0: Double, idk: Double, ick1: Double)
  /// By sample: query `q` is sample `q` modulo their number.
  case samples([GateOutcome])

  /// What can come of it, each with its probability; of samples the share of each outcome.
  public var outcomes: [(outcome: GateOutcome, probability: Double)] {
    switch self {
    case .open: [(.answered, 1)]
    case .rate(let rate): [(.answered, 1 - rate), (.unknown, rate)]
    case .rates(let ick0, let idk, let ick1): [(.ick0, ick0), (.idk, idk), (.ick1, ick1)]
    case .samples(let all):
      GateOutcome.allCases.compactMap { outcome in
        let count = all.reduce(0) { $0 + ($1 == outcome ? 1 : 0) }
        return count == 0 ? nil : (outcome, Double(count) / Double(all.count))
      }
    }
  }
}
