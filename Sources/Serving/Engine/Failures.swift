public import Components

/// When devices fail and come back, and what becomes of the batch in flight.
///
/// Source: SuperServe (NSDI 2025), section 6: one of eight workers is killed every 12 s.
public struct Failures: Codable, Hashable, Sendable {
  /// What becomes of the queries that a failing device serves.
  public enum InFlight: String, Codable, CaseIterable, Sendable {
    /// They wait again, in the place that their arrival and their deadline give them.
    case requeue
    /// They are given up.
    case lost
  }

  /// One device for one span of time.
  public struct Outage: Codable, Hashable, Sendable {
    /// The device's number, from 0.
    public let device: Int
    /// When it fails.
    public let at: SimulationTime
    /// When it comes back, never unless given.
    public let back: SimulationTime?
    /// Makes an outage.
    public init(device: Int, at: SimulationTime, back: SimulationTime? = nil) {
      self.device = device
      self.at = at
      self.back = back
    }
  }

  /// What becomes of the queries that a failing device serves, `requeue` unless given.
  public let inFlight: InFlight
  /// The time between two failures, of the devices in turn from 0 on; none unless given.
  public let every: SimulationTime?
  /// How long a device of `every` stays away; for ever unless given.
  public let repair: SimulationTime?
  /// How many failures `every` brings; unless given, all devices but one, or with `repair` no end.
  public let count: Int?
  /// Outages one by one, in place of `every`.
  public let outages: [Outage]?

  /// Makes failures.
  public init(
    inFlight: InFlight = .requeue, every: SimulationTime? = nil, repair: SimulationTime? = nil,
    count: Int? = nil, outages: [Outage]? = nil
  ) {
    self.inFlight = inFlight
    self.every = every
    self.repair = repair
    self.count = count
    self.outages = outages?.sorted { ($0.at.count, $0.device) < ($1.at.count, $1.device) }
  }

  /// Reads failures.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      inFlight: try values.decodeIfPresent(InFlight.self, forKey: .inFlight) ?? .requeue,
      every: try values.decodeIfPresent(SimulationTime.self, forKey: .every),
      repair: try values.decodeIfPresent(SimulationTime.self, forKey: .repair),
      count: try values.decodeIfPresent(Int.self, forKey: .count),
      outages: try values.decodeIfPresent([Outage].self, forKey: .outages))
  }

  /// The outage with this number in the order of time; nil after the last.
  func outage(_ number: Int, devices: Int) -> Outage? {
    if let outages { return number < outages.count ? outages[number] : nil }
    guard let every else { return nil }
    let most = count ?? (repair == nil ? devices - 1 : Int.max)
    // Beyond the clock.
    guard number < most, number < SimulationTime.limit.count / every.count else { return nil }
    let time = SimulationTime(every.count * (number + 1))
    return Outage(device: number % devices, at: time, back: repair.map { time + $0 })
  }

  /// Refuses what says nothing, devices that are not there, and a device that fails while it is away.
  func check(devices: Int) throws(SpecError) {
    switch (every, outages) {
    case (let every?, nil): try check(every: every, devices)
    case (nil, let outages?): try check(outages, devices)
    default: throw SpecError("failures", "expected either `every` or `outages`")
    }
  }

  private func check(every: SimulationTime, _ devices: Int) throws(SpecError) {
    guard every.count > 0, every < .limit else {
      throw SpecError("failures.every", "expected more than 0 s, found \(every)")
    }
    if let repair {
      guard repair.count > 0, Int128(repair.count) < Int128(every.count) * Int128(devices) else {
        throw SpecError(
          "failures.repair",
          "expected more than 0 s and less than the time between two failures of the same device, "
            + "`every` x \(devices) devices, found \(repair)")
      }
    }
    guard let count else { return }
    guard count >= 1 else {
      throw SpecError("failures.count", "expected at least 1, found \(count)")
    }
    guard repair != nil || count <= devices else {
      throw SpecError(
        "failures.count",
        "expected at most \(devices), the devices there are, or a `repair`, found \(count)")
    }
  }

  private func check(_ outages: [Outage], _ devices: Int) throws(SpecError) {
    for key in [
      every == nil ? nil : "every", repair == nil ? nil : "repair",
      count == nil ? nil : "count",
    ].compactMap({ $0 }) {
      throw SpecError("failures.\(key)", "goes with `every`, found `outages`")
    }
    guard !outages.isEmpty else {
      throw SpecError("failures.outages", "expected at least one, or leave the key out")
    }
    var away: [Int: SimulationTime] = [:]
    for outage in outages {
      guard (0..<devices).contains(outage.device) else {
        throw SpecError(
          "failures.outages", "device \(outage.device) of \(devices), which are numbered from 0")
      }
      guard outage.at.count >= 0, outage.back.map({ $0 > outage.at }) ?? true else {
        throw SpecError(
          "failures.outages", "device \(outage.device) at \(outage.at): expected 0 s <= at < back")
      }
      if let last = away[outage.device], last >= outage.at {
        throw SpecError(
          "failures.outages",
          "device \(outage.device) fails at \(outage.at), when it has not come back from the failure "
            + "before")
      }
      away[outage.device] = outage.back ?? .limit
    }
  }
}

extension Failures: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "in_flight",
      "What becomes of the queries that a failing device serves: `requeue`, they wait "
        + "again; `lost`, they are given up",
      default: "requeue",
      source: "assumed; not published"),
    KeyNote(
      "every",
      "The time between two failures, of the devices in turn from 0 on",
      default: "none",
      source: "SuperServe (NSDI 2025), section 6: 12 s"),
    KeyNote(
      "repair",
      "How long a device of `every` stays away",
      default: "for ever"),
    KeyNote(
      "count",
      "How many failures `every` brings",
      default: "all devices but one, or with `repair` no end"),
    KeyNote(
      "outages",
      "Outages one by one, in place of `every`",
      default: "none"),
  ]
}

extension Failures.Outage: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "device",
      "The device's number, from 0"),
    KeyNote(
      "at",
      "When it fails"),
    KeyNote(
      "back",
      "When it comes back",
      default: "never"),
  ]
}
