import CostModel
import Networks
import TestSupport
import Testing
import Units

// What holds of maps on chip whatever the network and the room?
@Suite struct MapPropertyTests {
  private static let names: [(workload: String, subnet: String?)] = [
    ("ofa-resnet50", "0.6B"), ("ofa-mobilenetv3", "ofa-note8-22"), ("resnet34", nil),
    ("resnet20-cifar", nil), ("inception-v1", nil), ("squeezenet", nil), ("mobilenetv2", nil),
    ("vgg16", nil),
  ]

  /// Room from a few bytes to more than all that lives, printed with its seed.
  private func rooms(_ oracle: WholeMapOracle, seed: UInt64) -> [Int] {
    var random = SeededRandom(seed: seed)
    let most = oracle.mostThatLives
    return [1, most / 2, most - 1, most, 2 * most]
      + (0..<4).map { _ in random.within(1...most) }
  }

  @Test(arguments: names) func wholeMapsLieBetweenOptimumAndNone(
    name: (workload: String, subnet: String?)
  ) throws {
    let network = try MapSupport.network(name.workload, name.subnet)
    let oracle = WholeMapOracle(network)
    let none = try MapSupport.plan(network, "none").moved.count
    #expect(none == oracle.none)
    #expect(oracle.least(capacity: 0) == none)
    #expect(oracle.least(capacity: oracle.mostThatLives) == oracle.floor)
    var before = none
    for room in rooms(oracle, seed: 41).sorted() {
      let label: Comment = "\(name), seed 41, \(room) B"
      let plan = try MapSupport.plan(network, "resident", capacity: room)
      let least = oracle.least(capacity: room)
      #expect(none >= plan.moved.count && plan.moved.count >= least, label)
      #expect(least >= oracle.floor && least <= before, label)
      #expect(plan.peak.count <= room, label)
      if room >= oracle.mostThatLives { #expect(plan.moved.count == oracle.floor, label) }
      before = least
    }
  }

  @Test(arguments: names) func bothIsNeverWorseThanEither(
    name: (workload: String, subnet: String?)
  ) throws {
    let network = try MapSupport.network(name.workload, name.subnet)
    let oracle = WholeMapOracle(network)
    for (number, room) in rooms(oracle, seed: 42).enumerated() {
      let weights = [64 << 10, 576 << 10, 1 << 26][number % 3]
      let label: Comment = "\(name), seed 42, \(room) B, \(weights) B of weights"
      func plan(_ policy: String) throws -> MapPlan {
        try MapSupport.plan(
          network, policy, capacity: room, weights: policy == "resident" ? nil : weights)
      }
      let (resident, fused, both) = (try plan("resident"), try plan("fused"), try plan("both"))
      #expect(both.moved <= fused.moved && both.moved <= resident.moved, label)
      #expect(fused.moved.count <= oracle.none && both.moved.count >= oracle.floor, label)
      for plan in [fused, both] {
        #expect(plan.peak.count <= room, label)
        // Groups follow one another and none lies in another.
        #expect(
          zip(plan.groups, plan.groups.dropFirst()).allSatisfy {
            $0.upperBound <= $1.lowerBound
          }, label)
      }
    }
  }
}
