public import Components

/// Queries of one kind, with demands and a target of their own.
public struct QueryClass: Codable, Hashable, Sendable {
  /// Its name, that of a trace's rows where they have one.
  public let name: String
  /// The share of the queries that are of this class, of those of which a trace says nothing; either
  /// every class has one or none has.
  public let share: Double?
  /// Accuracy constraints; those of all queries unless given.
  public let accuracy: DemandMix.AccuracyRange?
  /// Latency constraints; those of all queries unless given.
  public let latency: DemandMix.LatencyRange?
  /// Weight of each sub-network, in table order; those of all queries unless given.
  public let subnetWeights: [Double]?
  /// The sub-networks that its queries run on one after the other; those of all queries unless given.
  public let pieces: [String]?
  /// The share of its deadlines that should be met, which reports compare with what is; none unless
  /// given.
  public let attainment: Double?

  /// Makes a class.
  public init(
    name: String, share: Double? = nil, accuracy: DemandMix.AccuracyRange? = nil,
    latency: DemandMix.LatencyRange? = nil, subnetWeights: [Double]? = nil,
    pieces: [String]? = nil, attainment: Double? = nil
  ) {
    self.pieces = pieces
    self.name = name
    self.share = share
    self.accuracy = accuracy
    self.latency = latency
    self.subnetWeights = subnetWeights
    self.attainment = attainment
  }
}

extension DemandMix {
  /// The most classes of a scenario, and the most that have figures of their own.
  public static let mostClasses = 100

  /// The names of all classes: those of the mix, then what a trace says beside them.
  public func classNames(with trace: TraceDemands?) -> [String] {
    let own = (classes ?? []).map(\.name)
    return own + (trace?.classes ?? []).filter { !own.contains($0) }
  }

  /// The mix of a class: its own demands, and those of all where it leaves them out.
  func mix(of group: QueryClass) -> DemandMix {
    DemandMix(
      accuracy: group.accuracy ?? accuracy, latency: group.latency ?? latency,
      subnetWeights: group.subnetWeights ?? (group.pieces == nil ? subnetWeights : nil),
      pieces: group.pieces ?? (group.subnetWeights == nil ? pieces : nil))
  }

  /// Refuses classes that have no name of their own, or shares that do not add up.
  func checkClasses(subnets: Int, trace: TraceDemands?) throws(SpecError) {
    guard let classes else { return }
    guard (1...Self.mostClasses).contains(classes.count) else {
      throw SpecError(
        "classes",
        "expected 1 to \(Self.mostClasses) classes, or leave the key out, found \(classes.count)")
    }
    var names: Set<String> = []
    for (index, group) in classes.enumerated() {
      let key = "classes[\(index)]"
      guard !group.name.isEmpty else { throw SpecError("\(key).name", "expected a name") }
      guard names.insert(group.name).inserted else {
        throw SpecError("\(key).name", "`\(group.name)` is there twice")
      }
      if let target = group.attainment, !(target > 0 && target <= 1) {
        throw SpecError(
          "\(key).attainment", "expected a share above 0 and at most 1, found \(target)")
      }
      do throws(SpecError) {
        try mix(of: group).checkDemands(subnets: subnets, needsLatency: false)
      } catch {
        // A demand that the class leaves out is that of all queries, and wrong there.
        guard group.says(error.path) else { throw error }
        throw SpecError("\(key).\(error.path)", error.message)
      }
    }
    try checkShares(of: classes, trace)
  }

  private func checkShares(
    of classes: [QueryClass], _ trace: TraceDemands?
  ) throws(SpecError) {
    let shares = classes.compactMap(\.share)
    guard shares.count == classes.count else {
      if let index = classes.firstIndex(where: { $0.share == nil }), !shares.isEmpty {
        throw SpecError("classes[\(index)]", "missing key `share`, which the other classes have")
      }
      guard trace?.classes.isEmpty == false else {
        throw SpecError(
          "classes",
          "expected a `share` in each: only a trace whose rows have a class does without")
      }
      return
    }
    for (index, share) in shares.enumerated() where !(0...1).contains(share) {
      throw SpecError("classes[\(index)].share", "expected 0 to 1, found \(share)")
    }
    let sum = shares.reduce(0, +)
    // Shares such as 0.1 are not exact.
    guard abs(sum - 1) <= 1e-9 else {
      throw SpecError("classes", "expected shares that add up to 1, found \(sum)")
    }
  }
}

extension QueryClass {
  /// Whether it has a demand under a key of its own.
  fileprivate func says(_ key: String) -> Bool {
    switch key {
    case "accuracy": accuracy != nil
    case "latency": latency != nil
    case "subnet_weights": subnetWeights != nil
    case let key where key.hasPrefix("pieces"): pieces != nil
    default: false
    }
  }
}

extension QueryClass: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Its name in reports, and that of a trace's rows where they have a class"),
    KeyNote(
      "share",
      "Share of the queries that are of it, 0 to 1; all shares add up to 1",
      default: "what a trace says"),
    KeyNote(
      "accuracy",
      "Range of its accuracy constraints",
      default: "that of all queries"),
    KeyNote(
      "latency",
      "Range of its latency constraints",
      default: "that of all queries"),
    KeyNote(
      "subnet_weights",
      "Weight of each sub-network, in table order, for its queries",
      default: "those of all queries"),
    KeyNote(
      "pieces",
      "Sub-networks that its queries run on one after the other",
      default: "those of all queries"),
    KeyNote(
      "attainment",
      "Share of its deadlines that should be met, which reports compare with what is",
      default: "no target"),
  ]
}
