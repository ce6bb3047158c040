import Architectures
import Components
import Foundation
import Inputs
import Networks
import Reports
import Studies
import TestSupport
import Testing

// Do energies of a relative table stay relative in everything that is made of a profile?
@Suite struct EnergyUnitTests {
  /// The shipped experiment with few queries, on prices in multiples of one multiply-accumulate.
  private func report() throws -> Report {
    var folders = Repository.folders
    let architecture = try folders.file(at: folders.path(of: "sushi-analytic", in: "arch"))
    let node = architecture.node
    folders.hold(
      try architecture
        .replacing(
          "energy.table", with: YAMLNode(text: "eyeriss-relative-65nm", at: node.location)
        )
        .replacing("energy.dram", with: YAMLNode(text: "eyeriss-relative", at: node.location)))
    let path = try folders.path(of: "sushi-mobilenetv3-analytic", in: "workloads/scenarios")
    let file = try folders.file(at: path)
    folders.hold(
      try file.replacing("options.queries", with: YAMLNode(text: "1000", at: file.node.location)))
    return try ServingExperiment(path, folders: folders).report(command: "test")
  }

  @Test func serving() throws {
    let report = try report()
    #expect(report.table.columns.contains { $0.name == "energy_macs_per_query" })
    #expect(!report.table.columns.contains { $0.name == "energy_j_per_query" })
    for row in report.table.rows {
      for case .quantity(_, let unit) in row { #expect(unit != "J") }
    }
    let text = report.document.text
    #expect(text.contains("\"energy_macs_per_query\""))
    #expect(!text.contains("energy_j"))
    #expect(report.facts.contains { $0.0 == "energy unit" && $0.1.hasPrefix("MACe") })
    let least = try #require(report.headline.first { $0.name == "least energy per query" })
    #expect(least.value.hasSuffix("MACe"))
    let chart = try #require(report.charts.first { $0.name == "energy-per-query" })
    guard case .bars(let bars) = chart.plot else {
      Issue.record("the picture has no bars")
      return
    }
    #expect(bars.axis.unit == "MACe")
    #expect(report.warnings.contains { $0.contains("energy table eyeriss-relative-65nm ends") })
  }
}
