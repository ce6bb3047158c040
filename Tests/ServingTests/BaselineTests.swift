import Components
import Testing
import Units

@testable import Serving

/// Answers: do the baselines of other systems decide what their descriptions say, worked out by hand.
struct BaselineTests {
  /// Queries with a deadline in milliseconds, an accuracy, and a sub-network that they name.
  private func waiting(
    _ queries: [(deadline: Double, accuracy: Double, subnet: Int?)], _ policy: any SchedulerPolicy
  ) -> QueryQueue {
    var queue = QueryQueue()
    for (index, query) in queries.enumerated() {
      let made = Query(
        id: index, arrival: ms(0),
        demand: QueryDemand(
          accuracy: query.accuracy, latency: ms(query.deadline), subnet: query.subnet))
      queue.insert(made, key: policy.key(of: made))
    }
    return queue
  }

  private func decision(
    _ policy: any SchedulerPolicy, at now: Double = 0,
    _ queries: [(deadline: Double, accuracy: Double, subnet: Int?)]
  ) throws -> Decision {
    var policy = policy
    try policy.prepare(for: toyTable())
    try policy.begin(seed: 1, devices: 1)
    return try policy.decide(snapshot(waiting(queries, policy), at: ms(now)))
  }

  /// The toy table: k (0.6 + 0.4 b) ms with k = 1, 1.6, 2.4, 4 and 73.82, 76.69, 78.25, 80.16 %.
  @Test func theCheapestVariantMeetsAccuracyAndDeadline() throws {
    let policy = try CheapestVariant(.init())
    // 76 % asks for s1. Two in 2.24 ms, four in 3.52 ms.
    #expect(try decision(policy, [(3, 0.76, nil)]) == .serve(subnet: 1, positions: 0..<1))
    let four = Array(repeating: (deadline: 3.0, accuracy: 0.76, subnet: nil as Int?), count: 4)
    #expect(try decision(policy, four) == .serve(subnet: 1, positions: 0..<2))
    // 81 % has nobody: the most accurate that takes at most 2 ms is s1, 1.6 ms; of 0.5 ms there is none.
    #expect(try decision(policy, [(2, 0.81, nil)]) == .serve(subnet: 1, positions: 0..<1))
    #expect(try decision(policy, [(0.5, 0.81, nil)]) == .serve(subnet: 0, positions: 0..<1))
    let accurate = try CheapestVariant(.init(fallback: .accuracy))
    #expect(try decision(accurate, [(2, 0.78, nil)]) == .serve(subnet: 2, positions: 0..<1))
    #expect(try decision(accurate, [(2, 0.81, nil)]) == .serve(subnet: 3, positions: 0..<1))
    #expect(
      try decision(CheapestVariant(.init(fallback: .drop)), [(2, 0.78, nil)])
        == .drop(at: 0..<1))
  }

  @Test func aBatchLeavesOutWhoAsksForMore() throws {
    let queries: [(Double, Double, Int?)] = [
      (4, 0.76, nil), (5, 0.80, nil), (6, 0.70, nil), (7, 0.79, nil), (8, 0.76, nil),
    ]
    #expect(
      try decision(CheapestVariant(.init()), queries)
        == .run(subnet: 1, positions: [0, 2, 4]))
    #expect(
      try decision(CheapestVariant(.init(reach: 3)), queries)
        == .run(subnet: 1, positions: [0, 2]))
    #expect(
      try decision(CheapestVariant(.init(maxBatch: 2)), queries)
        == .run(subnet: 1, positions: [0, 2]))
  }

  @Test func exactAdmissionGivesUpWhatCannotBeMet() throws {
    let policy = try ExactAdmission(.init(subnet: "s1"))
    // s1 alone takes 1.6 ms: in time at exactly 1.6 ms, not a picosecond later.
    #expect(try decision(policy, [(1.6, 0, nil)]) == .serve(subnet: 1, positions: 0..<1))
    #expect(try decision(policy, [(1.599_999_999, 0, nil)]) == .drop(at: 0..<1))
    // s3 alone takes 4 ms.
    #expect(try decision(policy, [(3.9, 0, 3)]) == .drop(at: 0..<1))
    let queries: [(Double, Double, Int?)] = [
      (4, 0, nil), (5, 0, 3), (6, 0, 1), (7, 0, 0), (8, 0, nil),
    ]
    // Four of s1 take 3.52 ms, and three wait for it.
    #expect(try decision(policy, queries) == .run(subnet: 1, positions: [0, 2, 4]))
    #expect(try decision(policy, at: 1.5, queries) == .run(subnet: 1, positions: [0, 2]))
  }

  @Test func theLimitGrowsByOneAndShrinksByATenth() throws {
    var policy = try AdaptiveBatching(.init(subnet: "s0", target: ms(3), start: 6))
    try policy.prepare(for: toyTable())
    try policy.begin(seed: 1, devices: 2)
    func served(_ count: Int, in length: Double) -> Int {
      let batch = (0..<count).map { Query(id: $0, arrival: ms(0), demand: .init(latency: ms(9))) }
      let state = DeviceState(index: 1, subgraph: 0)
      policy.finished(
        batch,
        Service(
          subnet: 0, device: state, start: ms(1), work: ms(1), end: ms(1 + length),
          swap: .init(), actuation: .init(), elapsed: ms(0), done: 0, share: 1,
          cell: .init(latency: ms(length))))
      return policy.limits[1]
    }
    // In time and full; in time and not full; late, whatever the size.
    #expect([served(6, in: 3), served(6, in: 3), served(7, in: 2)] == [7, 7, 8])
    #expect([served(8, in: 3.5), served(1, in: 4), served(6, in: 4)] == [7, 6, 5])
    #expect(policy.limits[0] == 6)
    // Never below one, never above the largest batch of the table.
    for _ in 0..<9 { _ = served(1, in: 9) }
    #expect(policy.limits[1] == 1)
    for _ in 0..<40 { _ = served(16, in: 1) }
    #expect(policy.limits[1] == 16)
  }

  @Test func withoutATargetDeadlinesAre() throws {
    // Full batches of s0 take 0.6 + 0.4 b ms: those of up to 16 end within 8 ms, none within 0.9 ms.
    for (latency, limit) in [(8.0, 7.0), (0.9, 1.0)] {
      let run = try ServingSimulation(
        table: toyTable(), arrivals: ClosedLoop(.init(clients: 7)),
        demands: DemandMix(latency: ms(latency)),
        policy: AdaptiveBatching(.init(subnet: "s0")), caching: NoCaching(.init()),
        options: ServingOptions(queries: 2000, warmUp: 1000)
      ).run()
      // The first and the last of some 140 batches may be cut by the warm-up and the end.
      #expect(abs(try #require(run.metrics.meanBatch) - limit) < 0.1)
    }
  }

  @Test(arguments: ["max_batch", "reach", "start", "increase"])
  func sizesAreChecked(key: String) {
    let text = "\(key): expected 1 to 65536, found 0"
    let makers: [String: [() throws -> Void]] = [
      "max_batch": [
        { _ = try CheapestVariant(.init(maxBatch: 0)) },
        { _ = try ExactAdmission(.init(subnet: "s0", maxBatch: 0)) },
        { _ = try AdaptiveBatching(.init(subnet: "s0", maxBatch: 0)) },
      ],
      "reach": [
        { _ = try CheapestVariant(.init(reach: 0)) },
        { _ = try ExactAdmission(.init(subnet: "s0", reach: 0)) },
      ],
      "start": [{ _ = try AdaptiveBatching(.init(subnet: "s0", start: 0)) }],
      "increase": [{ _ = try AdaptiveBatching(.init(subnet: "s0", increase: 0)) }],
    ]
    for maker in makers[key] ?? [] { #expect(message(maker) == text) }
    #expect(
      message { _ = try AdaptiveBatching(.init(subnet: "s0", backoff: 1)) }
        == "backoff: expected more than 0 and less than 1, found 1.0")
  }
}
