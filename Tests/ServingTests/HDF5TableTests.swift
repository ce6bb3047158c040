import Architectures
import Foundation
import Inputs
import Testing
import Units

@testable import Serving

/// Answers: does a table come back from an HDF5 file exactly as it went in.
struct HDF5TableTests {
  private static func path() -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).h5").path
  }

  /// Tables with and without each of the parts that may be unknown; numbers that no other unit
  /// holds exactly.
  private func table(_ random: inout RandomStream) throws -> ProfileTable {
    let rows = 1 + random.index(below: 4)
    let columns = 1 + random.index(below: 4)
    let batches = [[1], [1, 2, 16], [3, 7]][random.index(below: 3)]
    func load() -> ProfileTable.Load {
      .init(
        bytes: Bytes(random.index(below: 1 << 50)),
        time: SimulationTime(random.index(below: 1 << 59)))
    }
    let knowsWeights = random.index(below: 2) == 0
    let subnets = (0..<rows).map { index in
      ProfileTable.Subnet(
        name: "ネット \(index), \"\(random.index(below: 1000))\"", accuracy: random.uniform(),
        weightBytes: knowsWeights && random.index(below: 3) > 0
          ? Bytes(random.index(below: 1 << 40)) : nil)
    }
    let subgraphs = (0..<columns).map {
      ProfileTable.Column(name: $0 == 0 ? "none" : "g\($0)", load: load())
    }
    let cells = (0..<rows * columns * batches.count).map { _ in
      ProfileTable.Cell(
        latency: SimulationTime(1 + random.index(below: (1 << 60) - 2)),
        energy: Picojoules(random.uniform() * 1e9), dramBytes: Bytes(random.index(below: 1 << 53)))
    }
    let length = 2 * random.index(below: 4)
    func vectors(_ count: Int) -> [[Int]] {
      (0..<count).map { _ in (0..<length).map { _ in random.index(below: 2048) } }
    }
    return try ProfileTable(
      subnets: subnets, subgraphs: subgraphs, batches: batches, cells: cells,
      resident: random.index(below: 2) == 0
        ? [] : (0..<rows * columns).map { _ in Bytes(random.index(below: 1 << 40)) },
      transitions: random.index(below: 2) == 0
        ? [] : (0..<columns * columns).map { _ in load() },
      encodings: random.index(below: 2) == 0
        ? nil : SubgraphEncodings(subnets: vectors(rows), subgraphs: vectors(columns)),
      energyUnit: EnergyUnit.allCases[random.index(below: 3)],
      loadEnergyPerByte: random.index(below: 2) == 0 ? nil : Picojoules(random.uniform() * 100))
  }

  @Test(arguments: 0..<40)
  func exportAndImportLoseNothing(seed: Int) throws {
    var random = RandomStream(seed: UInt64(seed), name: "hdf5")
    let table = try table(&random)
    let paths = [Self.path(), Self.path()]
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    for path in paths { try table.writeHDF5(to: path) }
    #expect(try ProfileTable(hdf5: paths[0]) == table)
    let files = paths.map { FileManager.default.contents(atPath: $0) }
    #expect(files[0] == files[1] && files[0] != nil)
  }

  @Test func aTableThatDiffersInOneCellIsNotEqual() throws {
    func cells(_ last: Int) -> [ProfileTable.Cell] {
      [.init(latency: SimulationTime(5)), .init(latency: SimulationTime(last))]
    }
    let tables = try [7, 8].map {
      try ProfileTable(
        subnets: [.init(name: "a", accuracy: 1)], subgraphs: [.init(name: "none")],
        batches: [1, 2], cells: cells($0))
    }
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try tables[0].writeHDF5(to: path)
    let read = try ProfileTable(hdf5: path)
    #expect(read == tables[0] && read != tables[1])
  }

  /// As a program on a device would write it: seconds and joules in floating point, no loads.
  @Test func otherUnitsAreConverted() throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try ArrayFileWriter.create(path)
    let axes = ["subnet", "subgraph", "batch"]
    for array in [
      StoredArray("subnets", dimensions: [2], axes: [""], values: .text(["a", "b"])),
      StoredArray("subgraphs", dimensions: [1], axes: [""], values: .text(["none"])),
      StoredArray("batches", dimensions: [1], axes: [""], values: .int64([1])),
      StoredArray("accuracy", dimensions: [2], axes: [""], values: .float64([0.5, 0.75])),
      StoredArray(
        "latency", dimensions: [2, 1, 1], axes: axes, units: "s",
        values: .float64([0.0123, 1.5e-12])),
      StoredArray(
        "energy", dimensions: [2, 1, 1], axes: axes, units: "mJ", values: .int64([3, 0])),
      StoredArray(
        "dram_bytes", dimensions: [2, 1, 1], axes: axes, units: "B", values: .float64([7, 0])),
    ] { try writer.write(array) }
    try writer.finish()
    let table = try ProfileTable(hdf5: path)
    #expect(table.cell(0, 0).latency == ms(12.3) && table.cell(1, 0).latency.count == 2)
    #expect(table.cell(0, 0).energy.value == 3e9 && table.cell(0, 0).dramBytes == Bytes(7))
    #expect(table.subnets.map(\.weightBytes) == [nil, nil] && table.encodings == nil)
    #expect(table.load(from: nil, to: 0) == .init())
  }

  /// Latency and accuracy suffice: two axes without sub-graphs, no energy, no bytes.
  @Test func aMeasuredTableNeedsLatencyAndAccuracyOnly() throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try ArrayFileWriter.create(path)
    for array in [
      StoredArray("subnets", dimensions: [2], axes: [""], values: .text(["a", "b"])),
      StoredArray("batches", dimensions: [2], axes: [""], values: .int64([1, 4])),
      StoredArray("accuracy", dimensions: [2], axes: [""], values: .float64([0.5, 0.75])),
      StoredArray(
        "latency", dimensions: [2, 2], axes: ["subnet", "batch"], units: "ms",
        values: .float64([1, 2, 3, 4])),
    ] { try writer.write(array) }
    try writer.finish()
    let table = try ProfileTable(hdf5: path)
    #expect(table.subgraphs.map(\.name) == ["none"] && !table.hasEnergy && !table.hasTraffic)
    #expect(table.cell(1, 0, batch: 0).latency == ms(3))
    try table.writeHDF5(to: path)
    #expect(try ProfileTable(hdf5: path) == table)
  }

  @Test func aZeroByteInANameIsRefused() throws {
    let table = try ProfileTable(
      subnets: [.init(name: "a\0b", accuracy: 1)], subgraphs: [.init(name: "none")],
      batches: [1], cells: [.init(latency: SimulationTime(5))])
    let path = Self.path()
    #expect(
      message { try table.writeHDF5(to: path) }.hasSuffix("subnets: a text holds a zero byte"))
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
