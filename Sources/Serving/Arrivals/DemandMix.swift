public import Components

/// How the constraints of the queries are drawn, each quantity from a stream of its own.
public struct DemandMix: Codable, Hashable, Sendable {
  /// A range that is drawn from uniformly; equal ends give a constant.
  public struct AccuracyRange: Codable, Hashable, Sendable {
    /// The lowest value, 0...1.
    public let low: Double
    /// The highest value, 0...1.
    public let high: Double
    /// Makes a range.
    public init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }
  }

  /// A range that is drawn from uniformly; equal ends give a constant.
  public struct LatencyRange: Codable, Hashable, Sendable {
    /// The lowest value.
    public let low: SimulationTime
    /// The highest value.
    public let high: SimulationTime
    /// Makes a range.
    public init(low: SimulationTime, high: SimulationTime) {
      self.low = low
      self.high = high
    }
  }

  /// Accuracy constraints; none unless given.
  public let accuracy: AccuracyRange?
  /// Latency constraints; left out where every row of a trace has its own.
  public let latency: LatencyRange?
  /// Weight of each sub-network, in table order, for queries that name one; none unless given.
  public let subnetWeights: [Double]?
  /// The sub-networks that a query runs on one after the other, by name; one, that the policy or the query
  /// chooses, unless given.
  public let pieces: [String]?
  /// Queries of several kinds, each with demands and a target of its own; all are alike unless given.
  public let classes: [QueryClass]?

  /// Makes a mix.
  public init(
    accuracy: AccuracyRange? = nil, latency: LatencyRange? = nil, subnetWeights: [Double]? = nil,
    pieces: [String]? = nil, classes: [QueryClass]? = nil
  ) {
    self.pieces = pieces
    self.accuracy = accuracy
    self.latency = latency
    self.subnetWeights = subnetWeights
    self.classes = classes
  }

  /// A mix of equal queries.
  public init(latency: SimulationTime, accuracy: Double? = nil) {
    self.init(
      accuracy: accuracy.map { AccuracyRange(low: $0, high: $0) },
      latency: LatencyRange(low: latency, high: latency))
  }

  func check(subnets: Int, trace: TraceDemands?) throws(SpecError) {
    try checkDemands(
      subnets: subnets,
      needsLatency: trace?.sayEveryLatency != true && !everyClassHasLatency(trace))
    try checkClasses(subnets: subnets, trace: trace)
  }

  /// Whether every query is of a class that has a latency of its own.
  private func everyClassHasLatency(_ trace: TraceDemands?) -> Bool {
    guard let classes, classes.allSatisfy({ $0.latency != nil && $0.share != nil })
    else { return false }
    // A row of another class draws from the demands of all.
    return (trace?.classes ?? []).allSatisfy { name in classes.contains { $0.name == name } }
  }

  /// Checks everything but the classes.
  func checkDemands(subnets: Int, needsLatency: Bool) throws(SpecError) {
    if let accuracy {
      guard accuracy.low >= 0, accuracy.low <= accuracy.high, accuracy.high <= 1 else {
        throw SpecError("accuracy", "expected 0 <= low <= high <= 1")
      }
    }
    if let latency {
      guard latency.low.count > 0, latency.low <= latency.high else {
        throw SpecError("latency", "expected 0 s < low <= high")
      }
    } else if needsLatency {
      throw SpecError(
        "demands",
        "missing key `latency`, expected {low, high}: only a trace whose every row has a latency or "
          + "a deadline does without, and classes that each have one")
    }
    if let pieces {
      guard (1...Self.mostPieces).contains(pieces.count) else {
        throw SpecError(
          "pieces", "expected 1 to \(Self.mostPieces) sub-networks, found \(pieces.count)")
      }
      guard subnetWeights == nil else {
        throw SpecError("pieces", "expected either `pieces` or `subnet_weights`")
      }
    }
    if let weights = subnetWeights {
      guard weights.count == subnets, weights.allSatisfy({ $0 >= 0 && $0.isFinite }),
        weights.contains(where: { $0 > 0 })
      else {
        throw SpecError(
          "subnet_weights", "expected \(subnets) finite weights, none negative, not all zero")
      }
    }
  }
}

extension DemandMix: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "accuracy",
      "Range of the accuracy constraints, drawn uniformly",
      default: "none"),
    KeyNote(
      "latency",
      "Range of the latency constraints, drawn uniformly",
      default: "left out only where every row of a trace has its own"),
    KeyNote(
      "subnet_weights",
      "Weight of each sub-network, in table order, for queries that name one",
      default: "none"),
    KeyNote(
      "pieces",
      "Sub-networks that a query runs on one after the other; in place of `subnet_weights`",
      default: "one, that the policy or the query chooses"),
    KeyNote(
      "classes",
      "Queries of several kinds, each with demands and a target of its own",
      default: "all are alike"),
  ]
}

extension DemandMix.AccuracyRange: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "low",
      "The lowest value, 0 to 1"),
    KeyNote(
      "high",
      "The highest value, 0 to 1"),
  ]
}

extension DemandMix.LatencyRange: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "low",
      "The lowest value, above 0 s"),
    KeyNote(
      "high",
      "The highest value"),
  ]
}
