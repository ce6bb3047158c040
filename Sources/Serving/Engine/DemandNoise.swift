public import Components

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

/// Noise on the constraints that queries state, so that what is served tells less of where one sub-network ends
/// and the next begins.
///
/// Policies see the noisy constraints; every figure is about the true ones. Source: PSML (Protecting the
/// privacy of models behind constraints that clients state, 2023), whose noise is taken to be Laplace's
/// (assumed).
public struct DemandNoise: Codable, Hashable, Sendable {
  /// How it is distributed.
  public enum Distribution: String, Codable, CaseIterable, Sendable {
    /// Both sides of zero, exponential: the scale is the mean magnitude.
    case laplace
    /// Normal: the scale is the standard deviation.
    case gaussian
    /// Anywhere between minus and plus the scale.
    case uniform
  }

  /// Scale of what is added to the accuracy, a share of 1; nothing when left out.
  public let accuracy: Double?
  /// Scale of what is added to the latency; nothing when left out.
  public let latency: SimulationTime?
  /// How it is distributed; Laplace's when left out.
  public let distribution: Distribution?

  /// Makes noise.
  public init(
    accuracy: Double? = nil, latency: SimulationTime? = nil, distribution: Distribution? = nil
  ) {
    self.accuracy = accuracy
    self.latency = latency
    self.distribution = distribution
  }

  /// Checks the scales.
  public func check() throws(SpecError) {
    if let accuracy, !(0...1).contains(accuracy) {
      throw SpecError("noise.accuracy", "expected a share from 0 to 1, found \(accuracy)")
    }
    if let latency, latency.count < 0 {
      throw SpecError("noise.latency", "must not be negative, found \(latency)")
    }
  }
}

extension DemandNoise: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "accuracy", "Scale of the noise on the accuracy that queries state, a share of 1",
      default: "none"),
    KeyNote(
      "latency", "Scale of the noise on the latency that queries state", default: "none"),
    KeyNote(
      "distribution",
      "`laplace`, the scale is the mean magnitude; `gaussian`, the standard deviation; `uniform`, the bound",
      default: "laplace",
      source: "assumed; PSML (2023) adds noise, its distribution is not published here"),
  ]
}

/// Draws noise, and remembers what queries really asked for.
struct DemandNoiseSource {
  private let noise: DemandNoise
  private var accuracies: RandomStream
  private var latencies: RandomStream
  private var truths: [Int: QueryDemand] = [:]

  init(_ noise: DemandNoise, seed: UInt64) {
    self.noise = noise
    accuracies = RandomStream(seed: seed, name: "noise/accuracy")
    latencies = RandomStream(seed: seed, name: "noise/latency")
  }

  /// The query as a policy sees it: accuracies stay within 0 and 1, latencies above zero.
  mutating func stated(_ query: Query) -> Query {
    let demand = query.demand
    truths[query.id] = demand
    var (accuracy, latency) = (demand.accuracy, demand.latency)
    if let scale = noise.accuracy, scale > 0 {
      accuracy = min(1, max(0, accuracy + draw(&accuracies) * scale))
    }
    if let scale = noise.latency, scale.count > 0, latency < .limit {
      let seconds = latency.seconds + draw(&latencies) * scale.seconds
      latency = max(SimulationTime(1), SimulationTime(seconds: seconds))
    }
    var stated = query
    stated.demand = QueryDemand(
      accuracy: accuracy, latency: latency, subnet: demand.subnet, group: demand.group,
      chain: demand.chain)
    return stated
  }

  /// The query with what it really asked for.
  func original(_ query: Query) -> Query {
    guard let truth = truths[query.id] else { return query }
    var query = query
    query.demand = query.demand.subnet.map { truth.on($0) } ?? truth
    return query
  }

  /// Forgets a query that has left.
  mutating func forget(_ query: Query) { truths[query.id] = nil }

  /// A draw of scale 1.
  private func draw(_ stream: inout RandomStream) -> Double {
    // In (0, 1), so that logarithms are finite.
    let unit = max(stream.uniform(), 0x1p-54)
    switch noise.distribution ?? .laplace {
    case .uniform: return 2 * unit - 1
    case .laplace: return unit < 0.5 ? log(2 * unit) : -log(2 * (1 - unit))
    case .gaussian:
      return (-2 * log(unit)).squareRoot() * cos(2 * .pi * stream.uniform())
    }
  }
}

extension ServingExecution {
  /// The query as it joins the queue.
  @inline(__always)
  mutating func stated(_ query: Query) -> Query { noise?.stated(query) ?? query }

  /// The query as figures are about it.
  @inline(__always)
  func original(_ query: Query) -> Query { noise?.original(query) ?? query }

  /// The queue and what is under way with what queries really asked for.
  func original(
    _ snapshot: Snapshot, _ underWay: [UnderWay]
  ) -> (snapshot: Snapshot, underWay: [UnderWay]) {
    guard let noise else { return (snapshot, underWay) }
    var snapshot = snapshot
    var queue = QueryQueue()
    for place in 0..<snapshot.queue.count {
      queue.insert(noise.original(snapshot.queue[place]), key: place)
    }
    snapshot.queue = queue
    return (
      snapshot,
      underWay.map {
        UnderWay(
          device: $0.device, since: $0.since, batch: $0.batch.map(noise.original),
          service: $0.service)
      }
    )
  }
}
