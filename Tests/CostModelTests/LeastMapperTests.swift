import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Is a bound of all mappings below what any of them takes?
@Suite struct LeastMapperTests {
  @Test(arguments: [
    ("sushi-analytic", "resnet20-cifar"), ("systolic-32-ws", "resnet20-cifar"),
    ("nvdla-large", "mobilenetv1"), ("sushi-zcu104", "resnet20-cifar"),
  ])
  func noMappingGoesBelowIt(_ name: String, _ workload: String) throws {
    let network = try Workload(Repository.file("workloads/\(workload).yaml")).network(subnet: nil)
    for objective in MappingObjective.allCases {
      let design = try design(named: name).cut(by: SearchMapper(objective), SearchMapper.kind)
      // The first bound is below the closer one, and both are below what mappings take.
      let first = try #require(design.withLeastCounts(isClose: false))
      let close = try #require(design.withLeastCounts(isClose: true))
      for (least, other) in [
        (first, close), (first, design), (close, design), (close, design.withLargestTiles),
      ] {
        let bound = try Evaluator(least).evaluate(network)
        let cost = try Evaluator(other).evaluate(network)
        for (least, entry) in zip(bound.entries, cost.entries) {
          let where_ = "\(name), \(objective.rawValue), \(other.mappingRule), \(entry.name)"
          #expect(least.cost.total <= entry.cost.total, "\(where_)")
          #expect(least.cost.dramRead <= entry.cost.dramRead, "\(where_)")
          #expect(least.cost.dramWrite <= entry.cost.dramWrite, "\(where_)")
          #expect(
            least.cost.totalEnergy.value <= entry.cost.totalEnergy.value * (1 + 1e-12),
            "\(where_)")
        }
        #expect(bound.cycles <= cost.cycles)
        #expect(bound.totals.dramBytes <= cost.totals.dramBytes)
      }
    }
  }

  @Test func whereNoneIsKnownThereIsNone() throws {
    let search = SearchMapper(.latency)
    for name in ["edge-sram", "big-little", "eyeriss-v1"] {
      #expect(
        try design(named: name).cut(by: search, SearchMapper.kind).withLeastCounts(isClose: true)
          == nil, "\(name)")
    }
    #expect(try design(named: "sushi-analytic").withLeastCounts(isClose: false) == nil)
  }
}
