public import Components

/// A fixed number of clients, each sending its next query a think time after its last answer.
public struct ClosedLoop: ArrivalProcess {
  /// How think times vary.
  public enum Think: String, Codable, CaseIterable, Sendable {
    /// Always the same.
    case fixed
    /// Exponential with the given mean.
    case exponential
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Number of clients, 1 unless given.
    public let clients: Int
    /// Think time, 0 s unless given.
    public let thinkTime: SimulationTime
    /// How think times vary, `fixed` unless given.
    public let think: Think

    /// Makes the parameters.
    public init(
      clients: Int = 1, thinkTime: SimulationTime = SimulationTime(0), think: Think = .fixed
    ) {
      self.clients = clients
      self.thinkTime = thinkTime
      self.think = think
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        clients: try values.decodeIfPresent(Int.self, forKey: .clients) ?? 1,
        thinkTime: try values.decodeIfPresent(SimulationTime.self, forKey: .thinkTime)
          ?? SimulationTime(0),
        think: try values.decodeIfPresent(Think.self, forKey: .think) ?? .fixed)
    }
  }

  /// `closed-loop`.
  public static let kind = "closed-loop"
  /// One sentence.
  public static let summary = "A fixed number of clients that wait for their answers."
  private let spec: Spec
  private var stream = RandomStream(seed: 0, name: "")

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    guard (1...1_000_000).contains(spec.clients) else {
      throw SpecError("clients", "expected 1 to 1000000, found \(spec.clients)")
    }
    guard spec.thinkTime.count >= 0 else { throw SpecError("think_time", "must not be negative") }
    self.spec = spec
  }

  /// The number of clients.
  public var population: Int? { spec.clients }
  /// Depends on the service.
  public var meanRate: Double? { nil }
  /// Takes the stream of think times.
  public mutating func start(seed: UInt64, name: String) {
    stream = RandomStream(seed: seed, name: name)
  }
  /// The completion plus a think time.
  public mutating func next(after previous: SimulationTime) -> SimulationTime? {
    switch spec.think {
    case .fixed: previous + spec.thinkTime
    case .exponential:
      previous + SimulationTime(seconds: stream.exponential() * spec.thinkTime.seconds)
    }
  }
}

extension ClosedLoop.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "clients",
      "Number of clients, each with one query under way at most",
      default: "1"),
    KeyNote(
      "think_time",
      "Time between an answer and the next query of a client",
      default: "0 s"),
    KeyNote(
      "think",
      "How think times vary: `fixed`, always the same; `exponential`, with `think_time` "
        + "as their mean",
      default: "fixed"),
  ]
}
