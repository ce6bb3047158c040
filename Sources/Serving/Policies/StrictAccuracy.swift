public import Components

/// The fastest sub-network that is accurate enough, given what is cached.
///
/// Source: SUSHI (Behnam et al., MLSys 2023), STRICT_ACCURACY.
public struct StrictAccuracy: SchedulerPolicy {
  /// What is served when no sub-network is accurate enough.
  public enum Fallback: String, Codable, CaseIterable, Sendable {
    /// The most accurate one.
    case mostAccurate = "most-accurate"
    /// Nothing.
    case drop
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// What is served when none is accurate enough, `most-accurate` unless given.
    public let fallback: Fallback
    /// Makes the parameters.
    public init(fallback: Fallback = .mostAccurate) { self.fallback = fallback }
    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      fallback = try values.decodeIfPresent(Fallback.self, forKey: .fallback) ?? .mostAccurate
    }
  }

  /// `strict-accuracy`.
  public static let kind = "strict-accuracy"
  /// One sentence.
  public static let summary = "SushiSched: the fastest sub-network that is accurate enough."
  private let spec: Spec
  /// Accuracies, rising.
  private var accuracies: [Double] = []
  /// For each column and each position in `accuracies`, the fastest from there on.
  private var fastest: [[Int32]] = []
  private var mostAccurate: [Int] = []

  /// Makes the policy.
  public init(_ spec: Spec) { self.spec = spec }

  /// Ranks the sub-networks by accuracy; ties in latency go to the more accurate one.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) {
    let order = table.subnets.indices.sorted {
      (table.subnets[$0].accuracy, $1) < (table.subnets[$1].accuracy, $0)
    }
    accuracies = order.map { table.subnets[$0].accuracy }
    let top = accuracies.last ?? 0
    fastest = table.subgraphs.indices.map { column in
      var champion = order.last ?? 0
      var ranked: [Int32] = []
      for row in order.reversed() {
        if table.latency(row, column) < table.latency(champion, column) { champion = row }
        ranked.append(Int32(champion))
      }
      return ranked.reversed()
    }
    mostAccurate = table.subgraphs.indices.map { column in
      let best = order.filter { table.subnets[$0].accuracy == top }
      return best.min {
        (table.latency($0, column), $0) < (table.latency($1, column), $1)
      } ?? 0
    }
  }

  /// The oldest query, alone.
  public mutating func decide(_ snapshot: Snapshot) -> Decision {
    let query = snapshot.queue[0]
    let subgraph = snapshot.device.subgraph
    guard let row = query.startedSubnet ?? preview(query.demand, holding: subgraph) else {
      return .drop(at: 0..<1)
    }
    return .serve(subnet: row, positions: 0..<1)
  }

  /// One query at a time, on a sub-network that it keeps.
  public var canBeInterrupted: Bool { true }
  /// Answers.
  public var canPreview: Bool { true }

  /// The fastest row whose accuracy is at least the query's.
  public func preview(_ demand: QueryDemand, holding subgraph: Int) -> Int? {
    var (low, high) = (0, accuracies.count)
    while low < high {
      let middle = (low + high) / 2
      if accuracies[middle] < demand.accuracy { low = middle + 1 } else { high = middle }
    }
    if low < accuracies.count { return Int(fastest[subgraph][low]) }
    return spec.fallback == .drop ? nil : mostAccurate[subgraph]
  }
}

extension StrictAccuracy.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "fallback",
      "What is served where no sub-network is accurate enough: `most-accurate` or "
        + "`drop`, nothing",
      default: "most-accurate",
      source: "assumed; not published")
  ]
}
