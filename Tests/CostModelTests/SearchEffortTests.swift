import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Does a search look at few mappings, whatever the machine that it runs on?
@Suite struct SearchEffortTests {
  /// Mappings that a search for all layers of ResNet-50, each shape once, looks at and times.
  private func effort(_ name: String, _ objective: MappingObjective) throws -> MappingSearch.Effort
  {
    let model = LayerCostModel(try design(named: name))
    let network = try Workload(Repository.file("workloads/resnet50.yaml")).network(subnet: nil)
    var seen: Set<Layer> = []
    var sum = MappingSearch.Effort()
    for layer in network.layers where seen.insert(layer.shape).inserted {
      let bare = model.bare(layer, nil, images: 1)
      let request = model.request(of: layer, nil, nil, .offChip, 1, bare, known: nil)
      var search = MappingSearch(request, objective)
      _ = search.plan()
      sum.bounded += search.effort.bounded
      sum.timed += search.effort.timed
    }
    return sum
  }

  /// Bounds and timings of all layers, a half more than there were when this was written (123,466 and 2,002,
  /// 70,386 and 3,471, 169,934 and 24): what would make a search slow shows here, not on a clock.
  @Test(arguments: [
    ("sushi-analytic", 185_000, 3_000), ("nvdla-large", 106_000, 5_200),
    ("systolic-32-ws", 255_000, 40),
  ]) func fewMappingsAreLookedAt(_ name: String, _ bounded: Int, _ timed: Int) throws {
    let effort = try effort(name, .latency)
    #expect(effort.bounded <= bounded && effort.timed <= timed, "\(effort)")
  }

  /// The same for `energy` (97,055 and 4,421, 59,004 and 1,744, 187,370 and 4,710).
  @Test(arguments: [
    ("sushi-analytic", 146_000, 6_600), ("nvdla-large", 89_000, 2_600),
    ("systolic-32-ws", 281_000, 7_000),
  ]) func fewMappingsAreLookedAtForEnergy(_ name: String, _ bounded: Int, _ timed: Int) throws {
    let effort = try effort(name, .energy)
    #expect(effort.bounded <= bounded && effort.timed <= timed, "\(effort)")
  }
}
