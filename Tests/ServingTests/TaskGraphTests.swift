import Components
import Testing
import Units

@testable import Serving

// Queries that are graphs, served by the engine.
@Suite struct TaskGraphTests {
  /// A row for each node, of whole milliseconds, and batches that cost `0.6 + 0.4 b` of one.
  private func table(_ milliseconds: [Int], batches: [Int] = [1]) throws -> ProfileTable {
    try ProfileTable(
      subnets: milliseconds.indices.map {
        .init(name: "n\($0)", accuracy: 0.5, weightBytes: Bytes(1000))
      },
      subgraphs: [.init(name: "none")], batches: batches,
      cells: milliseconds.flatMap { own in
        batches.map { batch in
          ServiceCost(
            latency: SimulationTime(own * 100_000_000 * (6 + 4 * batch)),
            energy: Picojoules(Double(own)),
            dramBytes: Bytes(own * 10))
        }
      })
  }

  private func serve(
    _ graph: TaskGraph, _ fleet: DeviceFleet, _ arrivals: any ArrivalProcess,
    queries: Int, seed: Int = 1, deadline: SimulationTime = .limit, maxBatch: Int = 1,
    late: OrderSpec.Late = .serve
  ) throws -> (run: ServingRun, observed: GraphObserver, records: [GraphObserver.Record]) {
    let options = ServingOptions(queries: queries, seed: seed)
    let simulation = try ServingSimulation(
      fleet: fleet, arrivals: arrivals, demands: DemandMix(latency: deadline),
      policy: EarliestDeadlineFirst(OrderSpec(late: late, maxBatch: maxBatch)),
      caching: NoCaching(.init()), options: options, graph: graph)
    let kept = Kept()
    var observer = GraphObserver(graph, table: fleet.table, options: options) {
      kept.all.append($0)
    }
    let run = try simulation.run(observing: &observer)
    return (run, observer, kept.all)
  }

  private final class Kept { var all: [GraphObserver.Record] = [] }

  private func chain(_ rates: [Double]) throws -> TaskGraph {
    try TaskGraph(
      nodes: (0...rates.count).map { index in
        TaskGraph.Node(
          "n\(index)", row: index, gate: index < rates.count ? .rate(rates[index]) : .open,
          accuracy: 0.75 + 0.05 * Double(index))
      },
      edges: rates.indices.map { TaskGraph.Edge(from: $0, to: $0 + 1, when: .unknown) })
  }

  @Test(arguments: [1, 2, 3])
  func drawsAgreeWithTheClosedForm(seed: Int) throws {
    let graph = try chain([0.4, 0.3])
    let count = 20_000
    let served = try serve(
      graph, DeviceFleet(table([10, 25, 60]), count: 1), ClosedLoop(.init()), queries: count,
      seed: seed)
    #expect(served.observed.completed == count && served.run.inFlight == 0)
    for (runs, share) in zip(served.observed.runs, [1, 0.4, 0.12]) {
      let error = (share * (1 - share) / Double(count)).squareRoot()
      #expect(abs(Double(runs) / Double(count) - share) <= 3 * error, "seed \(seed)")
    }
    let outlook = try #require(
      GraphOutlook(graph, prices: graph.prices(in: table([10, 25, 60]), holding: [0])))
    let mean = try #require(served.observed.latency.meanSeconds)
    // The variance of a query's time: 10, 35 or 95 ms with 0.6, 0.28 and 0.12.
    let variance = 0.6 * 1e-4 + 0.28 * 1.225e-3 + 0.12 * 9.025e-3 - 0.0272 * 0.0272
    #expect(abs(mean - outlook.pathSeconds) <= 3 * (variance / Double(count)).squareRoot())
    let accuracy = try #require(served.observed.accuracy) / Double(count)
    #expect(abs(accuracy - 0.776) < 3e-3)
    // 2.72 and ten bytes each.
    let bytes = try #require(served.run.metrics.dramBytesPerQuery)
    #expect(abs(bytes - 272) < 8)
  }

  @Test func ratesOfNoughtAndOne() throws {
    let fleet = DeviceFleet(try table([10, 25, 60]), count: 1)
    let first = try serve(try chain([0, 0]), fleet, ClosedLoop(.init()), queries: 50)
    #expect(first.observed.runs == [50, 0, 0])
    #expect(first.records.allSatisfy { $0.nodes == [0] && $0.work.seconds == 0.01 })
    let all = try serve(try chain([1, 1]), fleet, ClosedLoop(.init()), queries: 50)
    #expect(all.observed.runs == [50, 50, 50])
    // The next query comes when the answer to the last one is there.
    #expect(zip(all.records, all.records.dropFirst()).allSatisfy { $0.end == $1.arrival })
    #expect(all.records.allSatisfy { $0.answers == [2] && ($0.end - $0.arrival).seconds == 0.095 })
  }

  @Test func samplesDecideWhoIsPassedOn() throws {
    let graph = try TaskGraph(
      nodes: [
        .init(
          "small", row: 0, gate: .samples([.answered, .unknown, .unknown]),
          correct: [true, false, false]),
        .init("large", row: 1, correct: [true, true, false]),
      ], edges: [.init(from: 0, to: 1, when: .unknown)])
    let served = try serve(
      graph, DeviceFleet(table([10, 25]), count: 1), ClosedLoop(.init()), queries: 30)
    #expect(served.observed.runs == [30, 20])
    // Samples 0 and 1 are right in the end, 2 is not.
    #expect(served.observed.accuracy == 20)
    #expect(served.records[2].sample == 2 && served.records[2].accuracy == 0)
  }

  // A node runs once all edges to it are decided, whatever branch was left out.
  @Test func joinsWaitForWhoeverRuns() throws {
    // 0 -> 1 (answered), 0 -> 2 (unknown), 1 -> 3, 2 -> 3, 3 -> 5, 4 -> 5.
    let graph = try TaskGraph(
      nodes: (0..<6).map { .init("n\($0)", row: $0, gate: $0 == 0 ? .rate(0.5) : .open) },
      edges: [
        .init(from: 0, to: 1, when: .answered), .init(from: 0, to: 2, when: .unknown),
        .init(from: 1, to: 3), .init(from: 2, to: 3), .init(from: 3, to: 5), .init(from: 4, to: 5),
      ])
    let served = try serve(
      graph, DeviceFleet(table([1, 2, 3, 4, 20, 1]), count: 2), ClosedLoop(.init()), queries: 200)
    #expect(served.records.allSatisfy { $0.nodes.last == 5 && $0.nodes.count == 5 })
    // Node 4 takes longer than all others together.
    #expect(served.records.allSatisfy { ($0.end - $0.arrival).seconds == 0.021 })
  }

  @Test func aBatchIsOfOneNode() throws {
    let graph = try chain([0.5])
    let served = try serve(
      graph, DeviceFleet(table([10, 20], batches: [1, 2, 4, 8]), count: 1),
      PoissonArrivals(.init(rate: #require(ArrivalRate(base: 150)))), queries: 3000, maxBatch: 8)
    #expect(served.observed.completed == 3000)
    #expect(served.observed.batched == served.observed.runs)
    let sizes = zip(served.observed.batched, served.observed.batches).map {
      Double($0) / Double($1)
    }
    // The second stage's batches are the emptier ones.
    #expect(sizes[0] > 1.5 && sizes[1] < sizes[0])
  }

  @Test func latencyLiesBetweenThePathAndTheWork() throws {
    for seed in 1...8 {
      var stream = RandomStream(seed: UInt64(seed), name: "graphs")
      let count = 3 + stream.index(below: 6)
      let kinds = 1 + stream.index(below: 3)
      var edges: [TaskGraph.Edge] = []
      for to in 1..<count {
        for from in 0..<to where from == to - 1 || stream.uniform() < 0.3 {
          let isMoved = stream.uniform() < 0.4
          edges.append(
            TaskGraph.Edge(
              from: from, to: to,
              delay: SimulationTime(isMoved ? 1_000_000_000 * stream.index(below: 5) : 0),
              latency: SimulationTime(isMoved ? 500_000_000 : 0),
              link: isMoved ? stream.index(below: 2) : nil))
        }
      }
      let graph = try TaskGraph(
        nodes: (0..<count).map {
          .init("n\($0)", row: $0, kind: stream.index(below: kinds))
        }, edges: edges)
      let milliseconds = (0..<count).map { _ in 1 + stream.index(below: 30) }
      let own = try table(milliseconds)
      let fleet = try DeviceFleet(
        (0..<kinds).map {
          DeviceKind(name: "k\($0)", count: 1 + stream.index(below: 2), table: own)
        })
      let outlook = try #require(
        GraphOutlook(graph, prices: milliseconds.map { NodePrice(seconds: Double($0) / 1000) }))
      let served = try serve(graph, fleet, ClosedLoop(.init()), queries: 20, seed: seed)
      let moved = edges.reduce(0.0) { $0 + $1.delay.seconds + $1.latency.seconds }
      for record in served.records {
        let latency = (record.end - record.arrival).seconds
        #expect(latency >= outlook.pathSeconds - 1e-9, "seed \(seed)")
        #expect(latency <= record.work.seconds + moved + 1e-9, "seed \(seed)")
        #expect(record.nodes.count == count)
      }
    }
  }

  // A query that is late is given up as a whole, once what runs of it has ended.
  @Test func whatIsGivenUpIsGivenUpOnce() throws {
    let graph = try TaskGraph(
      nodes: (0..<3).map { .init("n\($0)", row: $0) },
      edges: [.init(from: 0, to: 2), .init(from: 1, to: 2)])
    let served = try serve(
      graph, DeviceFleet(table([5, 5, 5]), count: 2),
      PoissonArrivals(.init(rate: #require(ArrivalRate(base: 200)))), queries: 500,
      deadline: SimulationTime(12_000_000_000), late: .drop)
    #expect(served.run.completions + served.run.drops == 500 && served.run.inFlight == 0)
    #expect(served.run.drops > 0 && served.run.completions > 0)
    #expect(served.records.count == 500)
    #expect(served.records.filter { $0.isMet == nil }.count == served.run.drops)
  }

  @Test func ensemblesKeepTheBoundOfTheirSlowestModel() throws {
    let graph = try TaskGraph(
      nodes: (0..<3).map { .init("n\($0)", row: $0, kind: $0) }, edges: [])
    let own = try table([10, 30, 20])
    let fleet = try DeviceFleet((0..<3).map { DeviceKind(name: "k\($0)", count: 1, table: own) })
    let period = SimulationTime(1_000_000_000_000)
    for seed in 1...5 {
      let served = try serve(
        graph, fleet, PeriodicArrivals(.init(sources: 25, period: period)), queries: 500,
        seed: seed)
      var bound = NetworkCalculusBound(serviceTime: SimulationTime(30_000_000_000))
      for record in served.records.sorted(by: { $0.query < $1.query }) {
        bound.record(arrival: record.arrival)
      }
      let most = served.records.map { ($0.end - $0.arrival).count }.max() ?? 0
      #expect(Int128(most) <= bound.picoseconds, "seed \(seed)")
      #expect(served.records.allSatisfy { $0.answers.count == 3 })
    }
  }

  // MARK: Graphs that are wrong

  private func message(_ nodes: [TaskGraph.Node], _ edges: [TaskGraph.Edge]) -> String {
    do {
      _ = try TaskGraph(nodes: nodes, edges: edges)
      return ""
    } catch {
      return error.description
    }
  }

  private let three = (0..<3).map { TaskGraph.Node("n\($0)", row: $0) }

  @Test func whatIsWrongIsSaid() {
    #expect(
      message(three, [.init(from: 0, to: 1), .init(from: 1, to: 2), .init(from: 2, to: 1)])
        == "edges[1]: the edges go in a circle, n2 -> n1 -> n2: expected none")
    #expect(
      message(three, [.init(from: 0, to: 1)])
        == "nodes[2]: no edge leads to or from `n2`: expected one, or a graph without any edges")
    #expect(
      message(three, [.init(from: 0, to: 1, when: .unknown), .init(from: 1, to: 2)])
        == "edges[0].when: `n0` has no gate, which always answers: expected always, answered, found unknown"
    )
    #expect(
      message([three[0], three[0]], []) == "nodes[1].name: expected a name of its own, found `n0`")
    #expect(
      message([.init("a", row: 0, gate: .rate(1.5))], [])
        == "nodes[0].gate.rate: expected 0 % to 100 %, found 150 %")
    #expect(
      message(
        [
          .init("a", row: 0, gate: .samples([.answered, .unknown])),
          .init("b", row: 1, correct: [true]),
        ], [])
        == "nodes[1].gate: its tensors have 1 samples, expected 2, as those of `a`")
  }
}
