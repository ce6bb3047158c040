public import Components
public import Inputs
internal import Units

/// Iterations whose time is a sum of simple parts: for tests, teaching and bounds.
public struct FormulaCosts: IterationCosting, IterationCosts {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Time of every iteration.
    public let start: SimulationTime
    /// Time of every new token.
    public let token: SimulationTime
    /// Time of every request in the iteration.
    public let request: SimulationTime?
    /// Time of every cached token that is read, once for each request.
    public let context: SimulationTime?

    /// Makes the parameters.
    public init(
      start: SimulationTime, token: SimulationTime, request: SimulationTime? = nil,
      context: SimulationTime? = nil
    ) {
      self.start = start
      self.token = token
      self.request = request
      self.context = context
    }
  }

  /// `formula`.
  public static let kind = "formula"
  /// One sentence.
  public static let summary =
    "Times per iteration, per new token, per request and per cached token read, and nothing else."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    let parts = [
      ("start", spec.start), ("token", spec.token), ("request", spec.request ?? SimulationTime(0)),
      ("context", spec.context ?? SimulationTime(0)),
    ]
    for (key, value) in parts {
      // A day for each part keeps every sum of an iteration within the clock's 64 bits.
      guard (0...86_400_000_000_000_000).contains(value.count) else {
        throw SpecError(key, "expected 0 s to a day, found \(value)")
      }
    }
    guard spec.start.count + spec.token.count > 0 else {
      throw SpecError("start", "an iteration takes time, expected more than 0 s here or in `token`")
    }
    self.spec = spec
  }

  /// Itself.
  public func costs(
    from source: any IterationSource, decodeTokens: Int
  ) throws(InputError) -> any IterationCosts { self }

  /// The sum of the parts.
  ///
  /// - Throws: `ServiceModelError` where that is beyond the clock.
  public mutating func cost(of load: IterationLoad) throws(ServiceModelError) -> ServiceCost {
    let requests = load.decodes.count + load.chunks.count
    let cached = load.decodes.reduce(0, +) + load.chunks.reduce(0) { $0 + $1.context }
    let time =
      Int128(spec.start.count) + Int128(spec.token.count) * Int128(load.tokens)
      + Int128(spec.request?.count ?? 0) * Int128(requests)
      + Int128(spec.context?.count ?? 0) * Int128(cached)
    guard time < Int128(SimulationTime.limit.count) else {
      throw ServiceModelError("an iteration takes longer than the clock goes, 53 days")
    }
    return ServiceCost(latency: SimulationTime(Int(time)))
  }
}

extension FormulaCosts.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("start", "Time of every iteration"),
    KeyNote("token", "Time of every new token"),
    KeyNote("request", "Time of every request in the iteration", default: "0 s"),
    KeyNote(
      "context", "Time of every cached token that is read, once for each request",
      default: "0 s"),
  ]
}
