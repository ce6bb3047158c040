import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// What do layers take that run beside one another on several cores?
@Suite struct PipelineTests {
  private typealias Tile = PipelineSchedule.Tile

  // Three tiles of 10 cycles, each of which the next core works on for 4 once it has arrived: the first
  // ends at 10, arrives at 12; the last at 30, arrives at 32 and is done at 36.
  @Test func theSlowestStageSetsThePace() throws {
    let first = (1...3).map { _ in Tile(cycles: 10, needs: 0, releases: 0, bytes: 8) }
    let second = (1...3).map { Tile(cycles: 4, needs: $0, releases: $0, bytes: 0) }
    let fast = try #require(PipelineSchedule([first, second], ways: [2], room: 24))
    #expect(fast.ends == [[10, 20, 30], [16, 26, 36]])
    // The other way round each core waits for the slow one: 4 + 2 + 3 x 10.
    let slow = try #require(
      PipelineSchedule(
        [
          first.map { Tile(cycles: 4, needs: 0, releases: 0, bytes: $0.bytes) },
          second.map { Tile(cycles: 10, needs: $0.needs, releases: $0.releases, bytes: 0) },
        ], ways: [2], room: 24))
    #expect(slow.ends == [[4, 8, 12], [16, 26, 36]])
  }

  // With room for one tile the first core begins the next one when the word has come that the last one
  // is done: 4 to 6, 6 to 16, 18 to 22, 24 to 34 and so on.
  @Test func aTileWaitsForRoom() throws {
    let first = (1...3).map { _ in Tile(cycles: 4, needs: 0, releases: 0, bytes: 8) }
    let second = (1...3).map { Tile(cycles: 10, needs: $0, releases: $0, bytes: 0) }
    let one = try #require(PipelineSchedule([first, second], ways: [2], room: 8))
    #expect(one.ends == [[4, 22, 40], [16, 34, 52]])
    #expect(PipelineSchedule([first, second], ways: [2], room: 7) == nil)
    // A tile that needs two of those before never has them in the room of one.
    let both = second.map { Tile(cycles: 10, needs: 3, releases: $0.releases, bytes: 0) }
    #expect(PipelineSchedule([first, both], ways: [2], room: 16) == nil)
    #expect(PipelineSchedule([first, both], ways: [2], room: 24) != nil)
  }

  private func network(_ random: inout SeededRandom) throws -> Network {
    var lines =
      "input: [\(random.within(1...6)), \(random.within(6...16)), \(random.within(4...12))]"
    lines += "\nlayers:\n"
    for place in 0..<random.within(2...6) {
      let kernel = random.pick([1, 3])
      let stride = random.within(0...3) == 0 ? 2 : 1
      lines +=
        "  - {name: c\(place), operator: convolution, output_channels: \(random.within(1...12)), "
        + "kernel: \(kernel), stride: \(stride), padding: \(kernel / 2)}\n"
    }
    return try MapSupport.network(lines)
  }

  private func text(
    _ random: inout SeededRandom, _ pipeline: (Int) -> String
  ) -> (without: String, with: String, cores: Int) {
    var text = randomArchitecture(&random)
    text.persistent = nil
    let count = random.within(2...4)
    let network = random.pick(["kind: bus", "kind: ring", "kind: mesh, columns: 2"])
    let bandwidth = random.pick(["unlimited", "\(random.within(20...4000)) MB/s"])
    let base = text.more
    func file(_ own: String) -> String {
      text.more =
        base + """
          cores: {count: \(count), \(own)network: {\(network), bandwidth: \(bandwidth), \
          energy_per_byte_hop: 1 pJ}}
          """
      return text.text
    }
    let room = random.pick([1 << 20, 1 << 20, random.within(16...2000)])
    return (file(""), file("pipeline: {\(pipeline(room))}, "), count)
  }

  @Test(arguments: ["latency", "energy"])
  func neverWorseThanWithout(_ objective: String) throws {
    var (compared, beside) = (0, 0)
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      let network = try network(&random)
      let batch = random.pick([1, 1, 3])
      let (without, with, cores) = text(&random) { "maps: \($0) B, objective: \(objective)" }
      let design = try design(with)
      guard
        let plain = try? Evaluator(TestSupport.design(without)).evaluate(network, batch: batch),
        let cost = try? Evaluator(design).evaluate(network, batch: batch)
      else { continue }
      compared += 1
      let label = "seed \(seed)\n\(with)"
      let stages = cost.entries.compactMap(\.cost.cores?.stage)
      beside += stages.isEmpty ? 0 : 1
      if objective == "latency" { #expect(cost.cycles <= plain.cycles, "\(label)") }
      if stages.isEmpty { #expect(cost.cycles == plain.cycles, "\(label)") }
      check(cost, plain, cores, label)
    }
    #expect(compared > 40 && beside > 4, "\(compared) compared, \(beside) beside one another")
  }

  private func check(_ cost: NetworkCost, _ plain: NetworkCost, _ cores: Int, _ label: String) {
    for entry in cost.entries {
      let parts = CycleCause.allCases.map { entry.cost.cycles[$0].count }
      #expect(
        parts.allSatisfy { $0 >= 0 } && parts.reduce(0, +) == entry.cost.total.count, "\(label)")
      #expect((0...1).contains(entry.cost.utilization), "\(label)")
      guard let stage = entry.cost.cores?.stage else { continue }
      #expect(stage.busy <= stage.total && stage.count <= cores, "\(label)")
      #expect(stage.place < stage.count, "\(label)")
    }
    #expect(cost.macs == plain.macs, "\(label)")
    let sum = cost.entries.reduce(0) { $0 + $1.cost.total.count }
    #expect(sum == cost.cycles.count, "\(label)")
    let energy = cost.entries.reduce(0) { $0 + $1.cost.totalEnergy.value }
    #expect(abs(energy - cost.totalEnergy.value) <= 1e-9 * energy, "\(label)")
    // Layers of a segment have its cycles in all, and its rows do not go to DRAM.
    let stages = cost.entries.filter { $0.cost.cores?.stage != nil }
    for own in Dictionary(grouping: stages, by: { $0.cost.cores?.stage?.segment ?? -1 }).values {
      let cycles = own.reduce(0) { $0 + $1.cost.total.count - $1.cost.cycles[.overhead].count }
      #expect(cycles == own[0].cost.cores?.stage?.total.count, "\(label)")
      for entry in own.dropLast() {
        #expect(entry.cost.traffic(.dram, .output).write == .zero, "\(label)")
        #expect(entry.cost.traffic(.network, .output).read > .zero, "\(label)")
      }
      for entry in own.dropFirst() {
        #expect(entry.cost.traffic(.mapBuffer, .input).write > .zero, "\(label)")
        #expect(entry.cost.traffic(.dram, .input).read == .zero, "\(label)")
      }
    }
  }

  // Every way to cut a row of layers into consecutive parts, tried one by one.
  @Test func theChoiceIsTheBestOfAllDivisions() {
    for seed in UInt64(1)...200 {
      var random = SeededRandom(seed: seed)
      let count = random.within(1...8)
      let single = (0..<count).map { _ in (first: Double(random.within(1...40)), second: 0) }
      let links = (0..<count).map { $0 + 1 < count && random.within(0...4) > 0 }
      let most = random.within(1...4)
      var known: [Range<Int>: Int?] = [:]
      for start in 0..<count {
        for end in start + 1..<count + 1 where end - start > 1 {
          known[start..<end] =
            random.within(0...3) == 0 ? .some(nil) : random.within(1...30 * (end - start))
        }
      }
      func cost(_ range: Range<Int>) -> Double? {
        if range.count == 1 { return single[range.lowerBound].first }
        guard range.count <= most, range.dropLast().allSatisfy({ links[$0] }) else { return nil }
        return (known[range] ?? nil).map(Double.init)
      }
      func least(from start: Int) -> Double {
        guard start < count else { return 0 }
        return (start + 1...count).compactMap { end in
          cost(start..<end).map { $0 + least(from: end) }
        }.min() ?? .infinity
      }
      let choice = PipelineChoice(single, links: links, most: most) { range in
        cost(range).map {
          PipelineChoice.Segment(entries: range, costs: [], rank: (first: $0, second: 0))
        }
      }
      let covered = choice.segments.flatMap { Array($0.entries) }
      let rest = single.indices.filter { !covered.contains($0) }.reduce(0) { $0 + single[$1].first }
      let own = choice.segments.reduce(rest) { $0 + $1.rank.first }
      #expect(own == least(from: 0), "seed \(seed)")
    }
  }

  @Test func withoutRoomLayersFollowOneAnother() throws {
    var random = SeededRandom(seed: 7)
    let network = try network(&random)
    var text = ArchitectureText()
    func cycles(_ more: String) throws -> NetworkCost {
      text.more = """
        cores: {count: 2, \(more)network: {kind: ring, bandwidth: 1 GB/s, \
        energy_per_byte_hop: 1 pJ}}
        """
      return try Evaluator(try design(text.text)).evaluate(network)
    }
    let tight = try cycles("pipeline: {maps: 1 B}, ")
    #expect(tight.entries.allSatisfy { $0.cost.cores?.stage == nil })
    #expect(try cycles("").cycles == tight.cycles)
  }

  // The tree of a mesh of three columns: up the column, along the first row, down the column.
  @Test func routesBetweenCores() {
    func hops(_ kind: NetworkOnChipSpec.Kind, _ from: Int, _ to: Int) -> Int {
      CoreNetwork(kind: kind, columns: 3, rate: .unlimited, multicasts: false, hop: 1)
        .route(from: from, to: to).count
    }
    #expect(hops(.bus, 0, 1) == 1 && hops(.bus, 2, 3) == 1 && hops(.bus, 2, 2) == 0)
    #expect(hops(.ring, 0, 1) == 1 && hops(.ring, 1, 2) == 2 && hops(.ring, 1, 3) == 1)
    #expect(hops(.mesh, 0, 1) == 1 && hops(.mesh, 3, 4) == 3 && hops(.mesh, 2, 5) == 1)
  }
}
