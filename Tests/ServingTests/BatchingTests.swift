import Testing
import Units

@testable import Serving

/// Answers: how large are batches, on tables of any shape, and does a query that has begun go on.
struct BatchingTests {
  /// Latencies that need not rise with the batch or the row.
  private func unevenTable(_ random: inout RandomStream) throws -> ProfileTable {
    let rows = 1 + random.index(below: 4)
    return try table(
      (0..<rows).map { _ in
        (0..<2).map { _ in (0..<4).map { _ in Double(1 + random.index(below: 12)) } }
      }, accuracies: (0..<rows).map { _ in 0.5 + 0.1 * Double(random.index(below: 4)) },
      batches: [1, 2, 4, 8])
  }

  private func queue(_ deadlines: [Double], key: (Query) -> Int) -> QueryQueue {
    var queue = QueryQueue()
    for (id, deadline) in deadlines.enumerated() {
      let query = Query(id: id, arrival: ms(0), demand: .init(latency: ms(deadline)))
      queue.insert(query, key: key(query))
    }
    return queue
  }

  @Test(arguments: 0..<60)
  func limitedBatchesFitOnUnevenTables(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "uneven")
    let table = try unevenTable(&random)
    var batchFirst = MaxBatch(.init(comparison: .inclusive))
    var accuracyFirst = MaxAccuracy(.init(comparison: .inclusive))
    try batchFirst.prepare(for: table)
    try accuracyFirst.prepare(for: table)
    let rows = Array(table.subnets.indices)
    for _ in 0..<60 {
      let (column, limit) = (random.index(below: 2), random.index(below: 4))
      let slack = ms(Double(random.index(below: 14)))
      func fits(_ row: Int, _ batch: Int) -> Bool {
        table.cell(row, column, batch: batch).latency <= slack
      }
      func best(_ batch: Int) -> Int? {
        rows.filter { fits($0, batch) }.min {
          (-table.subnets[$0].accuracy, table.latency($0, column, batch: batch), $0)
            < (-table.subnets[$1].accuracy, table.latency($1, column, batch: batch), $1)
        }
      }
      let least = rows.min { table.subnets[$0].accuracy < table.subnets[$1].accuracy } ?? 0
      let largest = (0...limit).last { fits(least, $0) }
      let found = batchFirst.pick(slack: slack, subgraph: column, limit: limit)
      #expect(found?.batch == largest && found?.subnet == largest.flatMap(best))
      let other = accuracyFirst.pick(slack: slack, subgraph: column, limit: limit)
      #expect(other?.subnet == best(0))
      #expect(other?.batch == best(0).flatMap { row in (0...limit).last { fits(row, $0) } })
    }
  }

  @Test(arguments: 0..<60)
  func fixedBatchesKeepTheEarliestDeadline(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "fixed")
    let table = try unevenTable(&random)
    for _ in 0..<40 {
      let most = 1 + random.index(below: 10)
      var policy = try FixedSubnet(.init(subnet: "s0", maxBatch: most, batching: .deadline))
      try policy.prepare(for: table)
      let deadlines = (0...random.index(below: 12)).map { _ in Double(1 + random.index(below: 20)) }
      let queue = queue(deadlines, key: policy.key)
      let now = ms(Double(random.index(below: 4)))
      let earliest = ms(deadlines.min() ?? 0)
      let counts = 1...min(most, queue.count, table.largestBatch)
      let fitting = counts.filter { count in
        now + table.cell(0, 1, batch: table.batchIndex(holding: count)).latency <= earliest
      }
      // Where none fits, one query is served all the same.
      #expect(
        policy.decide(snapshot(queue, at: now, holding: 1))
          == .serve(subnet: 0, positions: 0..<(fitting.last ?? 1)))
      #expect(queue[0].deadline == earliest)
    }
  }

  @Test func batchesAreFullWhereTheyMayBeAndLateQueriesAreTreatedAsAsked() throws {
    let table = try toyTable()
    func decision(_ spec: BatchSpec, at now: Double) throws -> Decision {
      var policy = try MinimumAccuracy(spec)
      try policy.prepare(for: table)
      let queue = queue(Array(repeating: 4, count: 20), key: policy.key)
      return policy.decide(snapshot(queue, at: ms(now)))
    }
    // k (0.6 + 0.4 b) with k = 1: 3.8 ms for eight queries, 7 ms for sixteen.
    #expect(
      try decision(.init(batching: .deadline), at: 0) == .serve(subnet: 0, positions: 0..<8))
    #expect(try decision(.init(), at: 0) == .serve(subnet: 0, positions: 0..<16))
    #expect(
      try decision(.init(maxBatch: 6, batching: .deadline), at: 0)
        == .serve(subnet: 0, positions: 0..<6))
    #expect(
      try decision(.init(maxBatch: 6, batching: .deadline), at: 0.3)
        == .serve(subnet: 0, positions: 0..<4))
    for (late, expected) in [
      (nil, .serve(subnet: 0, positions: 0..<1)), (.fastest, .serve(subnet: 0, positions: 0..<1)),
      (.drop, .drop(at: 0..<1)),
      (.fastestAtMaxBatch, .serve(subnet: 0, positions: 0..<6)),
    ] as [(LateRule?, Decision)] {
      #expect(
        try decision(.init(maxBatch: 6, batching: .deadline, late: late), at: 3.5) == expected)
    }
    #expect(
      message { _ = try MinimumAccuracy(.init(batching: .full, late: .drop)) }
        == "late: only `batching: deadline` looks at deadlines, found `full`")
  }

  /// Nothing else waits and the slack is ample: the most accurate sub-network, unless the literal
  /// reading plans a batch of sixteen.
  @Test func aLoneQueryGetsTheMostAccurateSubNetwork() throws {
    let table = try toyTable()
    func decision(_ policy: any SchedulerPolicy) throws -> Decision {
      var policy = policy
      try policy.prepare(for: table)
      return try policy.decide(snapshot(queue([9], key: policy.key), at: ms(0)))
    }
    let best = Decision.serve(subnet: 3, positions: 0..<1)
    let least = Decision.serve(subnet: 0, positions: 0..<1)
    for policy in [
      try SlackFit(.init()), MaxBatch(.init(batchLimit: .queueLength)), MaxAccuracy(.init()),
    ] as [any SchedulerPolicy] {
      #expect(try decision(policy) == best)
    }
    #expect(
      try decision(SlackFit(.init(reading: .belowTop, tieBreak: .fastest, batchLimit: .none)))
        == least)
    #expect(try decision(MaxBatch(.init())) == least)
  }

  /// Time passes between segments, so that another sub-network would be chosen if asked again.
  @Test func aQueryThatHasBegunStaysOnItsSubNetwork() throws {
    let table = try table([[[1]], [[4]]])
    let policies: [any SchedulerPolicy] = [
      StrictLatency(.init(budget: .remaining)),
      StrictLatency(.init(budget: .remaining, fallback: .drop)),
      try SlackFit(.init(buckets: 3)), MaxBatch(.init(comparison: .inclusive)),
      MaxAccuracy(.init(comparison: .inclusive, late: .drop)),
      try FixedSubnet(.init(subnet: "s1", batching: .deadline, late: .drop)),
      StrictAccuracy(.init(fallback: .drop)),
    ]
    for policy in policies {
      var options = ServingOptions(queries: 1)
      options.segments = 4
      var log = EventLog()
      let run = try ServingSimulation(
        table: table, arrivals: ScriptedArrivals(0),
        demands: DemandMix(latency: ms(4), accuracy: 0.55), policy: policy,
        caching: NoCaching(.init()), options: options
      ).run(observing: &log)
      #expect(log.completions == [0: ms(4)] && log.served == [1], "\(policy)")
      #expect(run.metrics.services == 4 && run.drops == 0)
    }
  }

  @Test func onlyBatchesOfOneCanBeInterrupted() throws {
    func interruptible(_ policy: any SchedulerPolicy, _ table: ProfileTable) throws -> Bool {
      var policy = policy
      try policy.prepare(for: table)
      return policy.canBeInterrupted
    }
    for policy in [
      try SlackFit(.init()), MaxBatch(.init()), MaxAccuracy(.init()), try MinimumAccuracy(.init()),
    ] as [any SchedulerPolicy] {
      #expect(try !interruptible(policy, toyTable()))
      #expect(try interruptible(policy, table([[[1]]])))
    }
    #expect(try interruptible(FixedSubnet(.init(subnet: "s0", maxBatch: 1)), toyTable()))
    #expect(try interruptible(EarliestDeadlineFirst(.init()), toyTable()))
  }
}
