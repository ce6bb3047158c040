import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Is every action counted once, and paid for by one component?
@Suite struct LedgerTests {
  /// A tally has as many places as its key has cases, each with a place of its own.
  @Test func everyCaseHasAPlace() {
    func check<Key: TallyKey & Equatable>(_ key: Key.Type, _ size: Int) {
      #expect(Key.allCases.map(\.slot) == Array(0..<size), "\(key)")
    }
    check(Action.self, ActionCounts.size)
    check(CycleCause.self, Tally<CycleCause, 6>.size)
    check(DRAMTraffic.Kind.self, Tally<DRAMTraffic.Kind, 7>.size)
    check(MapTraffic.Kind.self, Tally<MapTraffic.Kind, 5>.size)
    check(NetworkTotals.Total.self, Tally<NetworkTotals.Total, 17>.size)
  }

  private func counts(_ random: inout SeededRandom) -> ActionCounts {
    var counts = ActionCounts()
    for action in Action.allCases { counts[action] = random.within(0...1000) }
    return counts
  }

  @Test func addingTimesOverIsRepeatedAdding() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<50 {
      let (start, other, times) = (counts(&random), counts(&random), random.within(0...9))
      var (once, again) = (start, start)
      once.add(other, times: times)
      for _ in 0..<times { again.add(other) }
      #expect(once == again)
      for action in Action.allCases {
        #expect(once[action] == start[action] + times * other[action], "\(action)")
      }
    }
  }

  @Test func onlyACommonShiftIsOne() {
    var random = SeededRandom(seed: 2)
    let start = counts(&random)
    var moved = start
    moved.shift(by: 17)
    #expect(moved.shift(from: start) == 17)
    for action in Action.allCases {
      var apart = moved
      apart[action] += 1
      #expect(apart.shift(from: start) == nil, "\(action)")
      #expect(apart != moved)
    }
  }

  /// One more of an action moves the share of its component and of no other, on designs that have every component
  /// between them.
  @Test func everyActionIsPaidForByItsComponent() throws {
    let sections = [
      "vector_unit: {lanes: 4, buffer: {size: 4 KiB, ping_pong: false}}\n"
        + "cores: {count: 2, network: {kind: bus, bandwidth: unlimited, energy_per_byte_hop: 1 pJ}}\n",
      "weight_decoder: {holds: plain, weights_per_cycle: 4, energy_per_weight: 1 pJ}\n",
    ]
    var paid: Set<Action> = []
    for section in sections {
      var text = ArchitectureText()
      text.datapath = sparseRepetition(
        mode: "sparse", tileWidth: 4, block: 8, pixels: 2, adders: (1, 3))
      let design = try design(text.text + "\n" + section)
      let layer = Layer(
        name: "l", operation: .convolution, kernels: 4, channels: 4, kernel: (1, 1),
        input: (4, 4))
      let cost = try #require(LayerCostModel(design).cost(of: layer).cost)
      func energy(_ work: ActionCounts) -> [Share<Picojoules>] {
        design.energy.energy(of: work, traffic: cost.traffic, cycles: cost.total)
      }
      let before = energy(cost.work)
      let priced = Set(before.map(\.component))
      #expect(priced.count == before.count)
      for action in Action.allCases {
        var more = cost.work
        more[action] += 1 << 40
        let moved = zip(energy(more), before).filter { $0.amount != $1.amount }.map(\.0.component)
        switch action.component {
        case nil:
          #expect(moved.isEmpty, "\(action)")
          paid.insert(action)
        // Accesses of buffers are paid for by the bits that they move.
        case .buffer(let operand)?:
          #expect(moved.isEmpty && priced.contains(.buffer(of: operand)), "\(action)")
          paid.insert(action)
        case let component? where priced.contains(component):
          #expect(moved == [component], "\(action)")
          paid.insert(action)
        case _?: #expect(moved.isEmpty, "\(action)")
        }
      }
    }
    #expect(paid == Set(Action.allCases))
  }

  /// Whatever data passes has a price, whichever operands share a buffer and whatever it is called.
  @Test func everyLevelOfTrafficIsPriced() throws {
    for seed in UInt64(1)...100 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      let text = randomArchitecture(&random).text.replacing("input_buffer", with: "l1 / 2")
      let design = try design(text)
      guard let cost = LayerCostModel(design).cost(of: layer).cost else { continue }
      let priced = Set(cost.energy.map(\.component))
      for level in cost.traffic {
        let components: [ComponentID] =
          level.level == .dram ? [.dramRead, .dramWrite] : [level.level]
        #expect(priced.isSuperset(of: components), "seed \(seed), \(level)\n\(text)")
      }
      for operand in Operand.allCases {
        let buffer = design.architecture.buffer(for: operand)
        #expect(
          cost.traffic.contains {
            $0.level == buffer.component && $0.operand == operand && $0.name == buffer.name
          }, "seed \(seed), \(operand)\n\(text)")
      }
    }
  }
}
