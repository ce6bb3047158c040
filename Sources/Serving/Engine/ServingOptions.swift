public import Architectures
public import Components
internal import Units

/// Everything about a run that is neither a policy nor an arrival process.
public struct ServingOptions: Codable, Hashable, Sendable {
  /// Queries to send, at most; a trace may hold fewer.
  public var queries: Int
  /// The seed of all random streams, 1 unless given.
  public var seed: Int
  /// Number of equal devices, 1 unless given.
  public var devices: Int
  /// Queries at the start that are served but not measured, 0 unless given.
  public var warmUp: Int
  /// Stops the run at this time, whatever is still in flight; never unless given.
  public var until: SimulationTime?
  /// What a change of sub-network costs; nothing unless given.
  public var actuation: Actuation
  /// Whether loading the first sub-graph is charged, `false` unless given.
  public var chargesInitialLoad: Bool
  /// Energy of one byte of a sub-graph load or an actuation; the table's unless given.
  public var energyPerLoadedByte: EnergyValue?
  /// Equal segments per sub-network at whose ends service can be interrupted; none unless given.
  public var segments: Int?
  /// Frame period whose fluidity is measured; none unless given.
  public var framePeriod: SimulationTime?
  /// Service time of the network-calculus bound; none unless given.
  public var boundServiceTime: SimulationTime?
  /// When devices fail and come back; never unless given.
  public var failures: Failures?
  /// What devices draw and may draw; nothing and without end unless given.
  public var power: DevicePower?

  /// The most queries that wait, of which a further one is given up; no limit unless given.
  public var mostWaiting: Int?

  /// Makes options with every default.
  public init(queries: Int, seed: Int = 1, devices: Int = 1, warmUp: Int = 0) {
    self.queries = queries
    self.seed = seed
    self.devices = devices
    self.warmUp = warmUp
    actuation = .free
    chargesInitialLoad = false
  }

  /// Reads the options.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    queries = try values.decode(Int.self, forKey: .queries)
    seed = try values.decodeIfPresent(Int.self, forKey: .seed) ?? 1
    devices = try values.decodeIfPresent(Int.self, forKey: .devices) ?? 1
    warmUp = try values.decodeIfPresent(Int.self, forKey: .warmUp) ?? 0
    until = try values.decodeIfPresent(SimulationTime.self, forKey: .until)
    actuation = try values.decodeIfPresent(Actuation.self, forKey: .actuation) ?? .free
    chargesInitialLoad =
      try values.decodeIfPresent(Bool.self, forKey: .chargesInitialLoad) ?? false
    energyPerLoadedByte = try values.decodeIfPresent(EnergyValue.self, forKey: .energyPerLoadedByte)
    segments = try values.decodeIfPresent(Int.self, forKey: .segments)
    framePeriod = try values.decodeIfPresent(SimulationTime.self, forKey: .framePeriod)
    boundServiceTime = try values.decodeIfPresent(SimulationTime.self, forKey: .boundServiceTime)
    failures = try values.decodeIfPresent(Failures.self, forKey: .failures)
    power = try values.decodeIfPresent(DevicePower.self, forKey: .power)
    mostWaiting = try values.decodeIfPresent(Int.self, forKey: .mostWaiting)
  }

  func check() throws(SpecError) {
    guard (1...1_000_000_000_000).contains(queries) else {
      throw SpecError("queries", "expected 1 to 1e12, found \(queries)")
    }
    guard (1...4096).contains(devices) else {
      throw SpecError("devices", "expected 1 to 4096, found \(devices)")
    }
    guard (0..<queries).contains(warmUp) else {
      throw SpecError("warm_up", "expected 0 to \(queries - 1), found \(warmUp)")
    }
    if let price = energyPerLoadedByte, !EnergyTable.isPriced(price.amount.value) {
      throw SpecError(
        "energy_per_loaded_byte",
        "expected 0 or 1e-12 to 1e12, found \(price.amount.value.plain) \(price.unit.rawValue)")
    }
    guard seed >= 0 else { throw SpecError("seed", "must not be negative, found \(seed)") }
    if let mostWaiting, !(1...1_000_000_000).contains(mostWaiting) {
      throw SpecError("most_waiting", "expected 1 to 1e9, found \(mostWaiting)")
    }
    try failures?.check(devices: devices)
    try power?.check()
    for (key, time) in [("frame_period", framePeriod), ("bound_service_time", boundServiceTime)] {
      if let time, time.count <= 0 { throw SpecError(key, "must be more than 0 s") }
    }
  }
}

extension ServingOptions: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "queries",
      "Queries to send at most, 1 to 1e12; a trace may hold fewer"),
    KeyNote(
      "seed",
      "The seed of all random streams",
      default: "1"),
    KeyNote(
      "devices",
      "Number of equal devices, 1 to 4096",
      default: "1"),
    KeyNote(
      "warm_up",
      "Queries at the start that are served but not measured",
      default: "0"),
    KeyNote(
      "until",
      "Stops the run at this time, whatever is still in flight",
      default: "never"),
    KeyNote(
      "actuation",
      "What a change of sub-network costs a device",
      default: "nothing"),
    KeyNote(
      "charges_initial_load",
      "Whether loading the first sub-graph is charged",
      default: "false"),
    KeyNote(
      "energy_per_loaded_byte",
      "Energy of one byte of a sub-graph load or an actuation",
      default: "the table's"),
    KeyNote(
      "segments",
      "Equal segments per sub-network, at whose ends service can be interrupted",
      default: "none: a service runs to its end"),
    KeyNote(
      "frame_period",
      "Frame period whose fluidity is measured",
      default: "none"),
    KeyNote(
      "bound_service_time",
      "Service time of the network-calculus bound",
      default: "none"),
    KeyNote(
      "failures",
      "When devices fail and come back, and what becomes of the work in flight",
      default: "never"),
    KeyNote(
      "power",
      "What devices draw between services, what they may draw, and a battery for all of them",
      default: "nothing is drawn, nothing limited, nothing runs out"),
    KeyNote(
      "most_waiting",
      "The most queries that wait, 1 to 1e9; one that arrives when so many do is given up",
      default: "no limit: memory grows with the queries that wait"),
  ]
}
