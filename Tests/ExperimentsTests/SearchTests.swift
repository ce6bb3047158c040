import Testing

@testable import Exploration

// Does every search go where it should?
@Suite struct SearchTests {
  @Test(arguments: [1, 2, 3, 10, 97, 4096, 5000])
  func permutationsMeetEveryIndexOnce(count: Int) {
    for seed in 0..<4 {
      let permutation = IndexPermutation(count: count, seed: seed)
      let image = (0..<count).map { permutation[$0] }
      #expect(image.sorted() == Array(0..<count), "seed \(seed)")
    }
    // Different seeds give different orders.
    guard count >= 97 else { return }
    let orders = Set(
      (0..<4).map { seed in
        let permutation = IndexPermutation(count: count, seed: seed)
        return (0..<count).map { permutation[$0] }
      })
    #expect(orders.count == 4)
  }

  @Test func picksAreUniform() {
    var random = PickRandom(seed: 3)
    var counts = Array(repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[random.pick(below: 6)] += 1 }
    // Chi squared with five degrees of freedom stays below 20.5 in 999 of 1000 draws.
    let chi = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(chi < 20.5)
    var first = PickRandom(seed: 3, position: 1)
    var second = PickRandom(seed: 3, position: 2)
    #expect(
      first.picks(Array(repeating: 1000, count: 8)).dropFirst().elementsEqual(
        second.picks(Array(repeating: 1000, count: 8)).dropLast()) == false)
  }

  @Test func aLatinHypercubeMeetsEveryValueEquallyOften() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: SweepFixture.axes, rest: "search: {kind: latin-hypercube, points: 12, seed: 5}")
    guard case .listed(let count, let picks) = sweep.plan else {
      Issue.record("a hypercube is a list")
      return
    }
    #expect(count == 12)
    for (axis, bound) in [3, 3, 4].enumerated() {
      var counts = Array(repeating: 0, count: bound)
      for index in 0..<count { counts[picks(index)[axis]] += 1 }
      #expect(counts == Array(repeating: 12 / bound, count: bound))
    }
  }

  @Test func randomPointsAreDifferent() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: SweepFixture.axes, rest: "search: {kind: random, points: 36, seed: 5}")
    guard case .listed(let count, let picks) = sweep.plan else {
      Issue.record("a random search is a list")
      return
    }
    #expect(Set((0..<count).map(picks)).count == 36)
  }

  private func points(_ count: Int, objectives: Int, seed: Int) -> [EvaluatedPoint] {
    var random = PickRandom(seed: seed)
    return (0..<count).map { index in
      EvaluatedPoint(
        picks: [index], objectives: (0..<objectives).map { _ in Double(random.pick(below: 9)) },
        violation: random.pick(below: 5) == 0 ? 1 : 0)
    }
  }

  @Test(arguments: 1...3)
  func frontsAreThoseOfTheDefinition(objectives: Int) {
    for seed in 0..<20 {
      let all = points(40, objectives: objectives, seed: seed)
      var rest = Set(all.indices)
      var expected: [[Int]] = []
      while !rest.isEmpty {
        let front = rest.filter { a in
          !rest.contains { NondominatedSort.dominates(all[$0], all[a]) }
        }
        expected.append(front.sorted())
        rest.subtract(front)
      }
      #expect(NondominatedSort.fronts(all) == expected, "seed \(seed)")
    }
  }

  @Test(arguments: 1...3)
  func theStaircaseFindsTheParetoFront(objectives: Int) {
    for seed in 0..<40 {
      let all = points(60, objectives: objectives, seed: seed).map(\.objectives)
      let expected = all.indices.filter { a in
        !all.contains { other in
          zip(other, all[a]).allSatisfy { $0 <= $1 } && other != all[a]
        }
      }
      var front = ParetoFront()
      for index in all.indices.sorted(by: { all[$0].lexicographicallyPrecedes(all[$1]) }) {
        front.add(index, all[index])
      }
      #expect(front.points.sorted() == expected, "seed \(seed)")
    }
  }

  @Test func anEvolutionFindsTheFrontOfASmallGrid() throws {
    let fixture = try SweepFixture()
    let grid = try fixture.sweep(
      axes: SweepFixture.axes, objectives: "latency, energy, area", name: "grid")
    try fixture.run(grid, into: "grid", jobs: 2)
    let evolution = try fixture.sweep(
      axes: SweepFixture.axes,
      rest: "search: {kind: evolutionary, population: 12, generations: 24, seed: 1}",
      objectives: "latency, energy, area", name: "evolution")
    try fixture.run(evolution, into: "evolution", jobs: 2)
    func front(_ name: String) throws -> Set<[String]> {
      let result = try SweepResult(in: fixture.path(name))
      return Set(try result.fronts.points.map { try #require(try result.store.row(at: $0)).axes })
    }
    #expect(try front("evolution") == front("grid"))
  }

  @Test func supernetEvolutionKeepsToItsBudget() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: ["{name: net, space: {resolutions: [160, 224]}}"],
      target:
        "inference: {architecture: sushi-analytic, workload: ofa-mobilenetv3, accuracy_from: ofa-mobilenetv3}",
      rest:
        "constraints: [latency <= 1 ms]\nsearch: {kind: supernet-evolution, population: 20, generations: 6, seed: 2}",
      objectives: "accuracy")
    try fixture.run(sweep, into: "search", jobs: 2)
    let result = try SweepResult(in: fixture.path("search"))
    let best = try #require(try result.advice().first)
    let latency = try #require(result.metrics.firstIndex { $0.word == "latency" })
    #expect(best.row.outcome.metrics[latency] <= 1e-3)
    // The first generation's best, twenty networks within the budget drawn at random, is beaten.
    let accuracy = try #require(result.metrics.firstIndex { $0.word == "accuracy" })
    var drawn: [Double] = []
    try result.store.forEach { row in
      if drawn.count < 20, row.outcome.status == .ok { drawn.append(row.outcome.metrics[accuracy]) }
    }
    #expect(best.row.outcome.metrics[accuracy] > drawn.max() ?? 1)
  }

  @Test func abudgetThatNothingMeetsIsSaid() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: ["{name: net, space: {resolutions: [224]}}"],
      target:
        "inference: {architecture: sushi-analytic, workload: ofa-mobilenetv3, accuracy_from: ofa-mobilenetv3}",
      rest:
        "constraints: [latency <= 1 us]\nsearch: {kind: supernet-evolution, population: 4, attempts: 20, seed: 2}",
      objectives: "accuracy")
    #expect(
      throws: StoreError.incomplete(
        "constraints: no 4 points within the constraints in 20 draws, found 0")
    ) { try fixture.run(sweep, into: "search") }
  }

  @Test func promisingPointsComeFirst() {
    func point(_ objectives: [Double], _ violation: Double = 0) -> EvaluatedPoint {
      EvaluatedPoint(picks: [], objectives: objectives, violation: violation)
    }
    // The two ends, the bend between them, a beaten point, one that misses a limit, one unknown.
    let order = PromisingOrder.positions([
      nil, point([5, 5]), point([1, 9]), point([2, 2], 0.5), point([9, 1]), point([3, 3]),
    ])
    #expect(Set(order.prefix(3)) == [2, 4, 5])
    #expect(order.suffix(3) == [1, 3, 0])
  }

  @Test func hypervolumesByHand() {
    // Two steps below (4, 4): 3 x 1 and 1 x 2 more.
    #expect(Hypervolume.volume([[1, 3], [3, 1]], reference: [4, 4]) == 3 + 2)
    #expect(Hypervolume.volume([[1, 3], [3, 1], [3, 3]], reference: [4, 4]) == 5)
    #expect(Hypervolume.volume([[5, 1]], reference: [4, 4]) == 0)
    #expect(Hypervolume.volume([[1], [3]], reference: [4]) == 3)
    // A unit cube's corner and a slab: 2 x 2 x 1 and 1 x 1 x 1 below it.
    #expect(Hypervolume.volume([[0, 0, 1], [1, 1, 0]], reference: [2, 2, 2]) == 4 + 1)
    #expect(Hypervolume.covered([[1, 1], [3, 3]], by: [[2, 2]]) == 0.5)
  }

  @Test func hypervolumesByCounting() {
    for seed in 0..<20 {
      var random = PickRandom(seed: seed)
      let points = (0..<12).map { _ in (0..<3).map { _ in Double(random.pick(below: 6)) } }
      var count = 0
      for x in 0..<6 {
        for y in 0..<6 {
          for z in 0..<6
          where points.contains(where: {
            $0[0] <= Double(x) && $0[1] <= Double(y) && $0[2] <= Double(z)
          }) {
            count += 1
          }
        }
      }
      #expect(Hypervolume.volume(points, reference: [6, 6, 6]) == Double(count), "seed \(seed)")
    }
  }
}
