import Components
import Foundation
import Inputs
import Reports
import Testing

@testable import Exploration

// Do sweeps say which unit their energies have, and refuse to mix two?
@Suite struct SweepUnitTests {
  private static let relative = """
    inference: {architecture: sushi-analytic, workload: ofa-resnet50, subnet: 0.6B, \
    energy: eyeriss-relative-65nm, dram: eyeriss-relative}
    """
  private static let kernels =
    "{name: kernels, path: architecture.datapath.output_channels, values: [8, 16]}"

  @Test func relativeColumns() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: [Self.kernels], target: Self.relative, rest: "constraints: [energy < 1e12 mac]")
    let table = try fixture.run(sweep, into: "points").table
    let header = try #require(table.split(separator: "\n").first).split(separator: ",")
    #expect(header.contains("energy_macs"))
    #expect(!header.contains("energy_j"))
    let report = try SweepResult(in: fixture.path("points")).report(command: "test")
    let energy = try #require(report.table.columns.firstIndex { $0.name == "energy_macs" })
    for row in report.table.rows {
      guard case .quantity(let value, let unit) = row[energy] else {
        Issue.record("no energy")
        continue
      }
      #expect(unit == "MACe")
      #expect(value > 1e6)
    }
    #expect(report.headline.contains { $0.name == "least energy" && $0.value.hasSuffix("MACe") })
    // Products with seconds and quotients by them exist in joules only.
    for column in ["edp_js", "power_w"] {
      let place = try #require(header.firstIndex { $0 == column })
      for line in table.split(separator: "\n").dropFirst() {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells[place].isEmpty, "\(line)")
      }
    }
  }

  /// A limit is in the unit of the table.
  @Test(arguments: ["1 mJ", "5 unit"]) func limitsInAnotherUnit(_ limit: String) throws {
    let fixture = try SweepFixture()
    #expect(throws: InputError.self) {
      try fixture.sweep(
        axes: [Self.kernels], target: Self.relative, rest: "constraints: [energy < \(limit)]")
    }
  }

  /// A point in another unit than the sweep's is an error, the others run.
  @Test func mixedUnits() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: [
        "{name: table, path: energy, values: [horowitz-45nm, eyeriss-relative-65nm]}",
        "{name: dram, path: dram, values: [ddr4-18, eyeriss-relative]}",
      ])
    let lines = try fixture.run(sweep, into: "points").table.split(separator: "\n")
      .dropFirst().map(String.init)
    #expect(lines.count == 4)
    #expect(lines.filter { $0.contains(",ok,") }.count == 1)
    #expect(lines.contains { $0.contains("the sweep is in pJ") })
  }

  /// The note names the size farthest from the table.
  @Test func sizesOutsideTheTable() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(axes: [SweepFixture.axes[0]])
    try fixture.run(sweep, into: "points")
    let report = try SweepResult(in: fixture.path("points")).report(command: "test")
    let notes = report.facts.filter { $0.0 == "note" }.map(\.1)
    #expect(
      notes.contains(
        "persistent_buffer of 4 MiB is priced as one of 1 MiB, where energy table horowitz-45nm ends"
      ))
  }

  /// Values of an axis that are energies keep their unit too.
  @Test func amounts() throws {
    #expect(try #require(SweepAmount("6 mac")).unit == "mac")
    #expect(try #require(SweepAmount("6 unit")).unit == "unit")
    #expect(try #require(SweepAmount("6 nJ")) == SweepAmount(value: 6000, unit: "pJ"))
    #expect(throws: SpecError.self) {
      try SweepAmount.combine(
        .sum, [SweepAmount(value: 1, unit: "mac"), SweepAmount(value: 1, unit: "pJ")])
    }
  }
}
