import Testing
import Units

@testable import Serving

/// Answers: do the logarithmic searches give what trying everything gives.
struct PolicyTests {
  @Test(arguments: 0..<60)
  func equalBruteForce(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "tables")
    let table = try monotoneTable(&random)
    for comparison in Comparison.allCases {
      var batchFirst = MaxBatch(.init(comparison: comparison))
      var accuracyFirst = MaxAccuracy(.init(comparison: comparison))
      try batchFirst.prepare(for: table)
      try accuracyFirst.prepare(for: table)
      func fits(_ row: Int, _ batch: Int, _ column: Int, _ slack: SimulationTime) -> Bool {
        let latency = table.cell(row, column, batch: batch).latency
        return comparison == .strict ? latency < slack : latency <= slack
      }
      for _ in 0..<100 {
        let column = random.index(below: 2)
        var slack = ms(random.uniform() * 12)
        if random.uniform() < 0.3 {
          slack =
            table.cell(
              random.index(below: table.subnets.count), column, batch: random.index(below: 5)
            ).latency
        }
        let batch = table.batches.indices.last { fits(0, $0, column, slack) }
        let row = batch.flatMap { batch in
          table.subnets.indices.last { fits($0, batch, column, slack) }
        }
        let found = batchFirst.pick(slack: slack, subgraph: column, limit: 4)
        #expect(found?.batch == batch && found?.subnet == row)
        let best = table.subnets.indices.last { fits($0, 0, column, slack) }
        let size = best.flatMap { best in
          table.batches.indices.last { fits(best, $0, column, slack) }
        }
        let other = accuracyFirst.pick(slack: slack, subgraph: column, limit: 4)
        #expect(other?.subnet == best && other?.batch == size)
      }
    }
  }

  @Test(arguments: 0..<60)
  func slackFitEqualsBruteForce(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "slackfit")
    let table = try monotoneTable(&random, columns: 1)
    let count = 1 + random.index(below: 20)
    for reading in SlackFit.Reading.allCases {
      var policy = try SlackFit(.init(buckets: count, reading: reading))
      try policy.prepare(for: table)
      let low = table.latency(0, 0)
      let high = table.latency(table.subnets.count - 1, 0, batch: 4)
      let tops = (1...count).map { low + (high - low) * $0 / count }
      for _ in 0..<100 {
        let slack = Int(random.uniform() * 1.2 * Double(high))
        var expected: SlackFit.Pick?
        if var bucket = tops.lastIndex(where: { $0 <= slack }) {
          while bucket >= 0, expected == nil {
            let bottom = bucket == 0 ? 0 : tops[bucket - 1]
            for batch in table.batches.indices {
              for row in table.subnets.indices {
                let latency = table.latency(row, 0, batch: batch)
                let isInside =
                  latency <= tops[bucket] && (reading == .belowTop || latency > bottom)
                // Rows rise in accuracy, so the last one wins within a batch.
                if isInside { expected = .init(subnet: row, batch: batch) }
              }
            }
            bucket -= 1
          }
        }
        #expect(policy.pick(slack: SimulationTime(slack), subgraph: 0) == expected)
      }
    }
  }

  @Test(arguments: 0..<60)
  func sushiEqualsBruteForce(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "sushi")
    // Not monotone: the searches must not depend on it.
    let rows = 1 + random.index(below: 30)
    let table = try table(
      (0..<rows).map { _ in (0..<3).map { _ in [Double(1 + random.index(below: 9))] } },
      accuracies: (0..<rows).map { _ in 0.7 + 0.01 * Double(random.index(below: 9)) })
    var accuracy = StrictAccuracy(.init(fallback: .drop))
    var latency = StrictLatency(.init(fallback: .drop))
    try accuracy.prepare(for: table)
    try latency.prepare(for: table)
    for _ in 0..<100 {
      let column = random.index(below: 3)
      let demand = QueryDemand(
        accuracy: 0.69 + 0.01 * Double(random.index(below: 11)),
        latency: ms(Double(random.index(below: 11))))
      func order(_ row: Int) -> (Int, Double, Int) {
        (table.latency(row, column), -table.subnets[row].accuracy, row)
      }
      let fastest = table.subnets.indices
        .filter { table.subnets[$0].accuracy >= demand.accuracy }
        .min { order($0) < order($1) }
      #expect(accuracy.preview(demand, holding: column) == fastest)
      let best = table.subnets.indices
        .filter { table.latency($0, column) <= demand.latency.count }
        .min {
          (-table.subnets[$0].accuracy, table.latency($0, column), $0)
            < (-table.subnets[$1].accuracy, table.latency($1, column), $1)
        }
      #expect(latency.preview(demand, holding: column) == best)
    }
  }

  @Test func lateRulesOfSlackFit() throws {
    let table = try toyTable()
    var queue = QueryQueue()
    for id in 0..<20 {
      queue.insert(Query(id: id, arrival: ms(0), demand: .init(latency: ms(1))), key: 0)
    }
    for (rule, expected) in [
      (.fastest, .serve(subnet: 0, positions: 0..<1)), (.drop, .drop(at: 0..<1)),
      (.fastestAtMaxBatch, .serve(subnet: 0, positions: 0..<16)),
    ] as [(LateRule, Decision)] {
      var policy = try SlackFit(.init(late: rule))
      try policy.prepare(for: table)
      #expect(
        policy.decide(snapshot(queue, at: ms(0.5))) == expected)
    }
  }

  @Test func aShortQueueLimitsTheBatchWhenAsked() throws {
    let table = try toyTable()
    var queue = QueryQueue()
    queue.insert(Query(id: 0, arrival: ms(0), demand: .init(latency: ms(28))), key: 0)
    func decision(_ limit: BatchLimit) throws -> Decision {
      var policy = try SlackFit(.init(batchLimit: limit))
      try policy.prepare(for: table)
      return policy.decide(snapshot(queue, at: ms(0)))
    }
    #expect(try decision(.none) == .serve(subnet: 3, positions: 0..<1))
    #expect(try decision(.queueLength) == .serve(subnet: 3, positions: 0..<1))
    queue.insert(Query(id: 1, arrival: ms(0), demand: .init(latency: ms(28))), key: 0)
    // Slack 12: without a limit 16 queries on s1; for two queries s3 in 5.6 ms.
    var policy = MaxBatch(.init(batchLimit: .queueLength))
    try policy.prepare(for: table)
    #expect(
      policy.decide(snapshot(queue, at: ms(16)))
        == .serve(subnet: 3, positions: 0..<2))
  }
}
