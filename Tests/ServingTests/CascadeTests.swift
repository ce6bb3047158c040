import Foundation
import Testing

@testable import Serving

// Closed forms of cascades against vectors worked out by hand.
@Suite struct CascadeTests {
  private let cascade = Cascade([
    .init(cost: 1, unknown: 0.4, accuracy: 0.75), .init(cost: 2.5, unknown: 0.3, accuracy: 0.8),
    .init(cost: 6, unknown: 0, accuracy: 0.85),
  ])

  private func isClose(_ left: Double, _ right: Double, _ error: Double = 1e-12) -> Bool {
    abs(left - right) <= error * max(abs(right), 1)
  }

  @Test func threeStages() {
    #expect(zip(cascade.reach, [1, 0.4, 0.12]).allSatisfy { isClose($0, $1) })
    #expect(isClose(cascade.expectedCost, 2.72))
    #expect(isClose(cascade.accuracy, 0.776))
    #expect(cascade.worstCost == 9.5)
  }

  @Test(arguments: [(1, 2.72), (4, 7.698697), (8, 13.084121), (16, 22.641964)])
  func batchesRunHalfEmpty(batch: Int, cost: Double) {
    let own = cascade.expectedCost(batch: batch) { stage, samples in
      cascade.stages[stage].cost * (0.6 + 0.4 * Double(samples))
    }
    #expect(isClose(own, cost, 5e-7))
  }

  @Test func nobodyOrEverybodyIsPassedOn() {
    func with(_ rate: Double) -> Cascade {
      Cascade(cascade.stages.map { .init(cost: $0.cost, unknown: rate, accuracy: $0.accuracy) })
    }
    #expect(with(0).expectedCost == 1 && with(0).accuracy == 0.75)
    #expect(with(1).expectedCost == 9.5 && with(1).accuracy == 0.85)
    #expect(with(1).expectedCost(batch: 4) { _, samples in Double(samples) } == 12)
    #expect(with(0).expectedCost(batch: 4) { _, samples in Double(samples) } == 4)
  }

  private func graph(
    _ gates: [Gate], _ edges: [(Int, Int, EdgeCondition)], accuracy: [Double?] = []
  ) throws -> TaskGraph {
    try TaskGraph(
      nodes: gates.enumerated().map { index, gate in
        TaskGraph.Node(
          "n\(index)", row: index, gate: gate,
          accuracy: index < accuracy.count ? accuracy[index] : nil)
      }, edges: edges.map { TaskGraph.Edge(from: $0, to: $1, when: $2) })
  }

  @Test func aGraphOfThreeStagesIsTheCascade() throws {
    let chain = try graph(
      [.rate(0.4), .rate(0.3), .open], [(0, 1, .unknown), (1, 2, .unknown)],
      accuracy: [0.75, 0.8, 0.85])
    let outlook = try #require(
      GraphOutlook(chain, prices: [1, 2.5, 6].map { NodePrice(seconds: $0) }))
    #expect(zip(outlook.reach, cascade.reach).allSatisfy { isClose($0, $1) })
    #expect(isClose(outlook.workSeconds, 2.72) && isClose(outlook.pathSeconds, 2.72))
    #expect(isClose(try #require(outlook.accuracy), 0.776))
    #expect(outlook.worstSeconds == 9.5 && outlook.shortestSeconds == 1)
  }

  // Two stages of two models with three outcomes each: UnfoldML's pipeline.
  @Test func pipelinesOfTwoDimensions() throws {
    let pipeline = try graph(
      [
        .rates(ick0: 0.6, idk: 0.25, ick1: 0.15), .rates(ick0: 0.5, idk: 0, ick1: 0.5),
        .rates(ick0: 0.3, idk: 0.4, ick1: 0.3), .rates(ick0: 0.5, idk: 0, ick1: 0.5),
      ], [(0, 1, .idk), (0, 2, .ick1), (1, 2, .ick1), (2, 3, .idk)])
    let prices = zip([1.0, 4, 2, 8], [2.0, 8, 3, 12]).map {
      NodePrice(seconds: $0, residentBytes: $1)
    }
    let outlook = try #require(GraphOutlook(pipeline, prices: prices))
    #expect(zip(outlook.reach, [1, 0.25, 0.275, 0.11]).allSatisfy { isClose($0, $1) })
    #expect(isClose(outlook.workSeconds, 3.43))
    #expect(isClose(try #require(outlook.byteSeconds), 22.21))
  }

  @Test func fanOutEndsWithTheSlowest() throws {
    let ensemble = try graph([.open, .open, .open], [])
    let outlook = try #require(
      GraphOutlook(ensemble, prices: [3, 5, 4].map { NodePrice(seconds: $0) }))
    #expect(outlook.pathSeconds == 5 && outlook.workSeconds == 12)
    // Three answers at once: nobody says what they come to together.
    #expect(outlook.accuracy == nil)
  }

  // MARK: Orders

  @Test func theCheapestOrderIsThatOfAllOrders() {
    for seed in 1...10 {
      var stream = RandomStream(seed: UInt64(seed), name: "orders")
      let count = 1 + stream.index(below: 5)
      let rates = (0..<count).map { _ in stream.uniform() }
      let costs = (0...count).map { _ in 0.1 + stream.uniform() * 4 }
      let samples = (0..<count).map { model in
        (0..<200).map { _ in stream.uniform() < rates[model] }
      }
      let worst = costs.reduce(0, +) * (0.4 + stream.uniform() * 0.7)
      // Half of the seeds have costs that depend on the model before, as nested ones do.
      let saving = seed % 2 == 0 ? 0.3 : 0
      let cost: @Sendable (Int, Int?) -> Double = { model, last in
        costs[model] * (last == nil ? 1 : 1 - saving * Double((last ?? 0) + 1) / Double(count + 1))
      }
      for orders in [
        CascadeOrder(rates: rates, deadline: worst, cost: cost),
        CascadeOrder(isUnknown: samples, deadline: worst, cost: cost),
      ] {
        let (path, all) = (orders.shortestPath(), orders.exhaustive())
        #expect((path == nil) == (all == nil), "seed \(seed)")
        guard let path, let all else { continue }
        #expect(isClose(path.expectedCost, all.expectedCost, 1e-9), "seed \(seed)")
        #expect(path.worstCost <= worst)
        if let greedy = orders.greedy() {
          #expect(greedy.expectedCost >= path.expectedCost - 1e-9, "seed \(seed)")
        }
      }
    }
  }

  @Test func aDeadlineTakesModelsAway() {
    let orders = CascadeOrder(rates: [0.4, 0.3], deadline: 8) { model, _ in [1, 2.5, 6][model] }
    // All three exceed it; the first in front of the last is the best of the rest.
    #expect(orders.shortestPath()?.models == [0])
    #expect(orders.choice([0, 1]) == nil)
    #expect(CascadeOrder(rates: [0.4], deadline: 5) { _, _ in 6 }.shortestPath() == nil)
  }

  // MARK: Thresholds

  @Test func everyCombinationIsExact() throws {
    let seed = UInt64(11)
    var stream = RandomStream(seed: seed, name: "thresholds")
    let count = 300
    let stages = [1, 2.5, 6].enumerated().map { stage, cost in
      ThresholdSweep.Stage(
        cost: cost,
        confidence: stage == 2
          ? [] : (0..<count).map { _ in (stream.uniform() * 20).rounded() / 20 },
        correct: (0..<count).map { _ in stream.uniform() < 0.6 + 0.1 * Double(stage) })
    }
    let grid = (0...10).map { Double($0) / 10 }
    let sweep = ThresholdSweep(stages, grids: [grid, grid])
    #expect(sweep.count == 121)
    var best: Double?
    sweep.forEach { number, cost, accuracy in
      let (first, second) = (grid[number / 11], grid[number % 11])
      var (spent, right) = (0.0, 0)
      for sample in 0..<count {
        var stage = 0
        spent += 1
        if stages[0].confidence[sample] < first {
          (stage, spent) = (1, spent + 2.5)
          if stages[1].confidence[sample] < second { (stage, spent) = (2, spent + 6) }
        }
        if stages[stage].correct[sample] { right += 1 }
      }
      #expect(isClose(cost, spent / Double(count)) && accuracy == Double(right) / Double(count))
      if cost <= 4 { best = max(best ?? 0, accuracy) }
    }
    #expect(sweep.best(within: 4)?.accuracy == best)
    #expect(sweep.best(within: 0.5) == nil)
    let front = sweep.front()
    #expect(
      zip(front, front.dropFirst()).allSatisfy { $0.cost < $1.cost && $0.accuracy < $1.accuracy })
  }

  // MARK: Ensembles

  @Test func areasOfSmallCurves() {
    let labels = [true, false, true, false]
    #expect(RankCurve.area(scores: [0.9, 0.1, 0.8, 0.2], labels: labels) == 1)
    #expect(RankCurve.area(scores: [0.9, 0.85, 0.8, 0.2], labels: labels) == 0.75)
    #expect(RankCurve.area(scores: [1, 1, 1, 1], labels: labels) == 0.5)
    #expect(RankCurve.area(scores: [1, 2], labels: [true, true]) == nil)
  }

  @Test func theComposerFindsTheBestOfAll() throws {
    for seed in 1...2 {
      var stream = RandomStream(seed: UInt64(seed), name: "zoo")
      let labels = (0..<60).map { $0 % 3 == 0 }
      let scores = (0..<8).map { _ in labels.map { ($0 ? 0.3 : 0) + stream.uniform() } }
      let composer = EnsembleComposer(scores: scores, labels: labels) { $0.nonzeroBitCount <= 3 }
      var count = 0
      let best = try #require(composer.exhaustive { _ in count += 1 })
      // 8 + 28 + 56 sets of at most three.
      #expect(count == 92 && best.models.count <= 3)
      let sums = labels.indices.map { sample in
        best.models.reduce(0.0) { $0 + scores[$1][sample] }
      }
      let area = try #require(RankCurve.area(scores: sums, labels: labels))
      // Sums are of single precision here.
      #expect(isClose(area, best.score, 1e-3), "seed \(seed)")
      let genetic = try #require(composer.genetic(seed: seed))
      let greedy = try #require(composer.greedy())
      #expect(genetic.score == best.score, "seed \(seed)")
      #expect(greedy.score <= best.score && genetic.score >= greedy.score)
    }
  }
}
