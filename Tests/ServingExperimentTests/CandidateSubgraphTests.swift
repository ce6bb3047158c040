import Architectures
import Components
import CostModel
import FoundationEssentials
import Networks
import Serving
import TestSupport
import Testing
import Units

@testable import Studies

/// Answers: is the set of candidate sub-graphs as large as asked, all different, within the buffer,
/// and does a larger set start with the smaller one.
struct CandidateSubgraphTests {
  private static let root = Repository.root.path

  private func table(_ subgraphs: Int?, _ subnets: [String]? = ["0.6B", "0.9B", "4.1B"]) throws
    -> ProfileTable
  {
    try ProfileBuilder(
      .init(
        architecture: "sushi-analytic", workload: "ofa-resnet50", subnets: subnets, batches: nil,
        subgraphs: subgraphs), folders: SpecFolders(root: Self.root)
    ).table()
  }

  @Test func aLargerSetStartsWithTheSmallerOne() throws {
    let large = try table(12)
    #expect(
      large.subgraphs.prefix(8).map(\.name) == [
        "none", "0.6B", "0.9B", "4.1B", "mix", "0.6B+0.9B", "0.6B+4.1B", "0.9B+4.1B",
      ])
    for size in [1, 2, 4, 7] {
      let small = try table(size)
      #expect(small.subgraphs == Array(large.subgraphs.prefix(size + 1)))
      #expect(
        small.encodings?.subgraphs == large.encodings.map { Array($0.subgraphs.prefix(size + 1)) })
    }
  }

  @Test func theyAreDifferentAndFitTheBuffer() throws {
    let table = try table(12)
    let vectors = try #require(table.encodings?.subgraphs)
    #expect(table.subgraphs.count == 13 && Set(vectors).count == 13)
    #expect(Set(table.subgraphs.map(\.name)).count == 13)
    for column in table.subgraphs { #expect(column.load.bytes <= Bytes(1728 * 1024)) }
    // Greedy choice fills the buffer to less than one kernel of the last layer.
    for column in table.subgraphs.dropFirst() {
      #expect(column.load.bytes > Bytes(1700 * 1024), "\(column.name)")
    }
  }

  @Test func withoutASizeThereAreTheSubnetworksAndTheirMix() throws {
    #expect(try table(nil).subgraphs.map(\.name) == ["none", "0.6B", "0.9B", "4.1B", "mix"])
    // The mix of one sub-network is that sub-network: no second one exists.
    #expect(throws: (any Error).self) { try table(2, ["0.6B"]) }
    #expect(try table(1, ["0.6B"]).subgraphs.map(\.name) == ["none", "0.6B"])
  }

  /// More of a network in the mix never makes its own sub-graph worse for it.
  @Test func moreWeightOnANetworkServesItBetter() throws {
    let table = try table(20)
    func latency(_ name: String) throws -> SimulationTime {
      let column = try table.subgraph(named: name, key: "test")
      return table.cell(0, column).latency
    }
    #expect(try latency("0.6B") <= latency("0.6B+4.1B"))
    #expect(try latency("0.6B") <= table.cell(0, 0).latency)
    #expect(try latency("0.6B+4.1B") <= table.cell(0, 0).latency)
  }
}
