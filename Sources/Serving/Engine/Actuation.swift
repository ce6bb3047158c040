public import Components
public import Units

/// What it costs a device to change to another sub-network.
public struct Actuation: Codable, Hashable, Sendable {
  /// How the cost arises.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Nothing: what a change costs is in the table already.
    case none
    /// The same time for every change.
    case fixed
    /// The weights that are not cached, over a bandwidth.
    case missingBytes = "missing-bytes"
  }

  /// How the cost arises.
  public let kind: Kind
  /// The time of a change, for `fixed`.
  public let time: SimulationTime?
  /// The rate of loading, for `missing-bytes`.
  public let bandwidth: Bandwidth?

  /// Makes a rule.
  public init(kind: Kind, time: SimulationTime? = nil, bandwidth: Bandwidth? = nil) {
    self.kind = kind
    self.time = time
    self.bandwidth = bandwidth
  }

  /// Changes cost nothing.
  public static let free = Actuation(kind: .none)

  /// No change may take longer, about 13 days: times of services then add up safely.
  private static let longest = 1 << 60

  /// The cost of changing to each row with each column cached, row by row.
  func costs(_ table: ProfileTable) throws(SpecError) -> [ProfileTable.Load] {
    let places = table.subnets.count * table.subgraphs.count
    switch kind {
    case .none:
      return Array(repeating: ProfileTable.Load(), count: places)
    case .fixed:
      guard let time, time.count >= 0 else {
        throw SpecError("actuation.time", "fixed needs a time that is not negative")
      }
      guard time.count < Self.longest else {
        throw SpecError("actuation.time", "expected at most 1e6 s, found \(time)")
      }
      return Array(repeating: ProfileTable.Load(time: time), count: places)
    case .missingBytes:
      guard let bandwidth else {
        throw SpecError("actuation.bandwidth", "missing-bytes needs a bandwidth")
      }
      var costs: [ProfileTable.Load] = []
      for (row, subnet) in table.subnets.enumerated() {
        guard let weights = subnet.weightBytes, !table.resident.isEmpty else {
          throw SpecError(
            "actuation.kind", "missing-bytes needs weight_bytes and resident_bytes in the table")
        }
        for column in table.subgraphs.indices {
          let held = table.resident[row * table.subgraphs.count + column]
          let missing = Bytes(max(weights.count - held.count, 0))
          let time = Self.time(missing, bandwidth)
          guard time.count < Self.longest else {
            throw SpecError(
              "actuation.bandwidth",
              "\(subnet.name): loading \(missing.count) B takes more than 1e6 s, expected a faster "
                + "link or fewer weight_bytes in the table")
          }
          costs.append(ProfileTable.Load(bytes: missing, time: time))
        }
      }
      return costs
    }
  }

  /// Picoseconds to move `bytes`, rounded up; `SimulationTime.limit` where it takes longer.
  public static func time(_ bytes: Bytes, _ bandwidth: Bandwidth) -> SimulationTime {
    guard let rate = bandwidth.bytesPerSecond, bytes.count > 0 else { return SimulationTime(0) }
    let (quotient, remainder) = (Int128(bytes.count) * 1_000_000_000_000)
      .quotientAndRemainder(dividingBy: Int128(rate))
    guard quotient < SimulationTime.limit.count else { return .limit }
    return SimulationTime(Int(quotient) + (remainder == 0 ? 0 : 1))
  }
}

extension Actuation: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "kind",
      "How the cost arises: `none`, it is in the table already; `fixed`, the same "
        + "`time` for every change; `missing-bytes`, the weights that are not cached over "
        + "`bandwidth`"),
    KeyNote(
      "time",
      "The time of a change, for `fixed`",
      default: "nothing"),
    KeyNote(
      "bandwidth",
      "The rate of loading, for `missing-bytes`",
      default: "nothing"),
  ]
}
