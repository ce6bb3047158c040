import Architectures
import Inputs
import Testing
import Units

@testable import Serving

/// Answers: is a table complete, the same after a round trip, and refused where it is wrong.
struct ProfileTableTests {
  private let header = "subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy\n"

  private func text(_ rows: String) -> String {
    message { _ = try ProfileTable(parsingCSV: rows, file: "p.csv") }
  }

  @Test func roundTrip() throws {
    var random = RandomStream(seed: 2, name: "csv")
    for _ in 0..<20 {
      let table = try monotoneTable(&random, columns: 3)
      #expect(try ProfileTable(parsingCSV: table.csv, file: "p.csv") == table)
      #expect(table.csv.hasPrefix(header))
    }
    let rich = try ProfileTable(
      subnets: [.init(name: "a, \"b\"", accuracy: 0.75, weightBytes: Bytes(7_950_536))],
      subgraphs: [
        .init(name: "none"), .init(name: "g", load: .init(bytes: Bytes(5), time: ms(1.5))),
      ], batches: [1, 16],
      cells: (1...4).map { .init(latency: SimulationTime(1_234_567 * $0)) },
      resident: [Bytes(0), Bytes(5)])
    #expect(try ProfileTable(parsingCSV: rich.csv, file: "p.csv") == rich)
  }

  /// Relative energies have a column of their own, and stay relative.
  @Test(arguments: [EnergyUnit.mac, .unstated]) func relativeEnergies(_ unit: EnergyUnit) throws {
    let table = try ProfileTable(
      subnets: [.init(name: "a", accuracy: 0.75)], subgraphs: [.init(name: "none")], batches: [1],
      cells: [.init(latency: ms(2), energy: Picojoules(1234.5), dramBytes: Bytes(7))],
      energyUnit: unit)
    let header = "subnet,subgraph,batch,latency_s,\(unit.key),dram_bytes,accuracy"
    #expect(table.csv == "\(header)\na,none,1,0.002,1234.5,7,0.75\n")
    let back = try ProfileTable(parsingCSV: table.csv, file: "p.csv")
    #expect(back == table)
    #expect(back.energyUnit == unit)
    #expect(!table.csv.contains("energy_j"))
  }

  @Test func oneColumnOfEnergies() {
    #expect(
      text("subnet,subgraph,batch,latency_s,energy_j,energy_macs,dram_bytes,accuracy\n")
        == "p.csv:1:1: columns `energy_j` and `energy_macs` both state the energy, expected one of "
        + "them")
    #expect(
      text("subnet,batch,latency_s,energy_macs,energy_j_per_loaded_byte,accuracy\n")
        == "p.csv:1:36: expected column `energy_macs_per_loaded_byte`, in the unit of the other "
        + "energies, found `energy_j_per_loaded_byte`")
  }

  @Test func orderDoesNotMatter() throws {
    let table = try ProfileTable(
      parsingCSV: "accuracy,batch,subgraph,subnet,dram_bytes,energy_j,latency_s\r\n"
        + "0.75,4,none,a,7,0.002,0.003\r\n0.75,1,none,a,5,0.001,0.002\r\n", file: "p.csv")
    #expect(table.batches == [1, 4])
    #expect(
      table.cell(0, 0, batch: 1)
        == .init(latency: ms(3), energy: Picojoules(2e9), dramBytes: Bytes(7)))
    #expect((0...4).map { table.batchIndex(holding: $0) } == [0, 0, 1, 1, 1])
  }

  @Test func wrongPartsAreRefused() {
    func text(
      accuracy: Double = 0.5, batches: [Int] = [1], cells: [ProfileTable.Cell]
    ) -> String {
      message {
        _ = try ProfileTable(
          subnets: [.init(name: "a", accuracy: accuracy)], subgraphs: [.init(name: "none")],
          batches: batches, cells: cells)
      }
    }
    let cell = ProfileTable.Cell(latency: ms(1))
    #expect(text(cells: []) == "expected 1 cells, found 0")
    #expect(text(batches: [], cells: [cell]).hasPrefix("batch: expected rising sizes"))
    #expect(text(batches: [4, 2], cells: [cell, cell]).hasPrefix("batch: expected rising sizes"))
    #expect(text(batches: [0], cells: [cell]).hasPrefix("batch: expected rising sizes"))
    #expect(text(accuracy: .nan, cells: [cell]) == "accuracy: a: expected 0 to 1, found nan")
    #expect(text(cells: [.init(latency: ms(0))]).hasPrefix("latency_s: every latency"))
    #expect(
      text(cells: [.init(latency: ms(1), energy: Picojoules(.infinity))]).hasPrefix("energy_j: "))
  }

  @Test(arguments: [
    (DemandMix(latency: ms(0)), "latency: expected 0 s < low <= high"),
    (DemandMix(latency: .init(low: ms(2), high: ms(1))), "latency: expected 0 s < low <= high"),
    (DemandMix(latency: ms(1), accuracy: 1.5), "accuracy: expected 0 <= low <= high <= 1"),
    (
      DemandMix(latency: .init(low: ms(1), high: ms(1)), subnetWeights: [0, 0, 0, 0]),
      "subnet_weights: expected 4 finite weights, none negative, not all zero"
    ),
  ])
  func wrongDemandsAreRefused(demands: DemandMix, expected: String) throws {
    let table = try toyTable()
    #expect(
      message {
        _ = try ServingSimulation(
          table: table, arrivals: ClosedLoop(.init()), demands: demands,
          policy: StrictAccuracy(.init()), caching: NoCaching(.init()),
          options: ServingOptions(queries: 1))
      } == expected)
  }

  /// A price of loads is in the unit of the table, and in a range whose sums are finite.
  @Test func pricesOfLoadsHaveTheTablesUnit() throws {
    func text(_ price: EnergyValue) throws -> String {
      let table = try toyTable()
      var options = ServingOptions(queries: 1)
      options.energyPerLoadedByte = price
      return message {
        _ = try ServingSimulation(
          table: table, arrivals: ClosedLoop(.init()), demands: DemandMix(latency: ms(1)),
          policy: StrictAccuracy(.init()), caching: NoCaching(.init()), options: options)
      }
    }
    #expect(try text(EnergyValue(amount: Picojoules(5), unit: .picojoule)) == "nothing thrown")
    #expect(try text(EnergyValue(amount: .zero, unit: .mac)) == "nothing thrown")
    #expect(
      try text(EnergyValue(amount: Picojoules(5), unit: .mac))
        == "energy_per_loaded_byte: in mac, but the energies of the table are in pJ")
    #expect(
      try text(EnergyValue(amount: Picojoules(1e300), unit: .picojoule))
        == "energy_per_loaded_byte: expected 0 or 1e-12 to 1e12, found 1e+300 pJ")
  }

  @Test func wrongTablesAreLocated() {
    #expect(text("") == "p.csv: the table is empty")
    #expect(
      text("subnet,latency\n") == "p.csv:1:8: unknown column `latency`, did you mean `latency_s`?")
    #expect(text("subnet,subnet\n") == "p.csv:1:8: column `subnet` appears twice")
    #expect(text("subnet,subgraph\n") == "p.csv:1:1: missing column `batch`")
    #expect(
      text(header) == "p.csv: batch: expected rising sizes from 1 to 65536")
    #expect(text(header + "a,none,1,0.1\n") == "p.csv:2:1: expected 7 columns, found 4")
    #expect(
      text(header + "a,none,1,,0,0,0.7\n")
        == "p.csv:2:10: latency_s: expected a number from 1e-12 to 1000000.0, found nothing")
    for wrong in ["0", "-1", "nan", "inf", "x"] {
      #expect(text(header + "a,none,1,\(wrong),0,0,0.7\n").hasPrefix("p.csv:2:10: latency_s: "))
    }
    #expect(
      text(header + "a,none,0,1,0,0,0.7\n")
        == "p.csv:2:8: batch: expected a batch size from 1 to 65536, found `0`")
    #expect(
      text(header + "a,none,1,1,0,0,0.7\na,none,1,1,0,0,0.7\n")
        == "p.csv:3:1: a, none, batch 1 is already on line 2")
    #expect(
      text(header + "a,none,1,1,0,0,0.7\na,g,1,1,0,0,0.8\n")
        == "p.csv:3:1: a has another accuracy, size or load cost than on an earlier line")
    #expect(
      text(header + "a,none,1,1,0,0,0.7\nb,g,1,1,0,0,0.8\n")
        == "p.csv: no row for a, g, batch 1")
    #expect(
      text(header + "a,none,1,1,0,0,70\n")
        == "p.csv:2:16: accuracy: expected a number from 0.0 to 1.0, found `70`")
    #expect(text(header + "\"a,none,1\n") == "p.csv:2:1: a quotation mark is not closed")
  }
}
