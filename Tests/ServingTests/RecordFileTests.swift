import Architectures
import Components
import Foundation
import Inputs
import Testing
import Units

@testable import Serving

/// Answers: do both kinds of files hold the same records, over more rows than one chunk.
struct RecordFileTests {
  private static func path(_ ending: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).\(ending)").path
  }

  private func write(_ path: String, _ simulation: ServingSimulation) throws {
    let file = try QueryRecordFile(
      path, table: simulation.table, classes: [], hasPieces: simulation.hasChains,
      runs: ["one, two", "=3"], title: "t")
    for (run, seed) in [(0, 5), (1, 7)] {
      file.begin(run: run, seed: seed)
      var recorder = QueryRecorder(simulation, sink: file)
      _ = try simulation.run(observing: &recorder)
      #expect(recorder.failure == nil)
    }
    try file.finish()
  }

  @Test func csvAndHDF5HoldTheSame() throws {
    let table = try toyTable()
    let simulation = try ServingSimulation(
      table: table, arrivals: try PoissonArrivals(.init(rate: ArrivalRate(perSecond: 1500))),
      demands: DemandMix(latency: .init(low: ms(1), high: ms(40))),
      policy: MaxBatch(.init(late: .drop, batchLimit: .queueLength)),
      caching: NoCaching(.init()),
      options: ServingOptions(queries: 9000))
    let (csv, hdf5) = (Self.path("csv"), Self.path("h5"))
    defer { for path in [csv, hdf5] { try? FileManager.default.removeItem(atPath: path) } }
    try write(csv, simulation)
    try write(hdf5, simulation)
    let lines = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\n")
    let names = lines[0].split(separator: ",").map(String.init)
    let rows = try lines.dropFirst().map { line in
      try CSVLine.fields(line, at: SourceLocation(file: "", line: 1, column: 1)).map(\.text)
    }
    #expect(rows.count == 18_000 && rows.allSatisfy { $0.count == names.count })
    // Two chunks of rows.
    #expect(rows.count > ArrayFileWriter.rowsPerChunk)
    let file = try ArrayFile(path: hdf5)
    for (column, name) in names.enumerated() where name != "batch_members" {
      let texts = rows.map { CSVText.text($0[column]) }
      #expect(try decoded(file, name) == texts.map(canonical), "\(name)")
    }
    let members = try whole(file, "batch_members")
    let starts = try whole(file, "batch_members_start")
    let ends = try whole(file, "batch_members_end")
    let column = try #require(names.firstIndex(of: "batch_members"))
    for (row, fields) in rows.enumerated() {
      let own = members[starts[row]..<ends[row]].map(String.init).joined(separator: " ")
      #expect(own == fields[column])
    }
    #expect(rows.contains { $0[column].contains(" ") })
  }

  /// More pieces than one chunk holds; queries that the end of the run finds waiting have fewer.
  @Test func bothListTheSamePieces() throws {
    var options = ServingOptions(queries: 9000, devices: 2)
    options.until = SimulationTime(seconds: 20)
    let simulation = try ServingSimulation(
      table: table([[[2]], [[3]], [[4]]]),
      arrivals: try PoissonArrivals(.init(rate: ArrivalRate(perSecond: 300))),
      demands: DemandMix(latency: .init(low: ms(20), high: ms(20)), pieces: ["s1", "s0", "s1"]),
      policy: FirstComeFirstServed(.init()), caching: NoCaching(.init()), options: options)
    let (csv, hdf5) = (Self.path("csv"), Self.path("h5"))
    defer { for path in [csv, hdf5] { try? FileManager.default.removeItem(atPath: path) } }
    try write(csv, simulation)
    try write(hdf5, simulation)
    let lines = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\n")
    let column = try #require(lines[0].split(separator: ",").firstIndex(of: "piece_list"))
    let listed = try lines.dropFirst().map { line in
      try CSVLine.fields(line, at: SourceLocation(file: "", line: 1, column: 1))[column].text
    }
    let file = try ArrayFile(path: hdf5)
    let (starts, ends) = (
      try whole(file, "piece_list_start"), try whole(file, "piece_list_end")
    )
    let (rows, devices) = (try whole(file, "piece_subnet"), try whole(file, "piece_device"))
    guard case .float64(let times) = try #require(try file.array("piece_start_s")).values else {
      Issue.record("no times")
      return
    }
    #expect(rows.count > ArrayFileWriter.rowsPerChunk && ends.count == listed.count)
    for (row, list) in listed.enumerated() {
      let own = (starts[row]..<ends[row]).map { "s\(rows[$0])@\(devices[$0])" }
      let pieces = list.split(separator: ";").map { $0.split(separator: ":") }
      #expect(own == pieces.map { String($0[0]) })
      #expect(times[starts[row]..<ends[row]].elementsEqual(pieces.map { Double($0[1]) ?? -1 }))
    }
    #expect(Set(listed.map { $0.split(separator: ";").count }).isSuperset(of: [0, 3]))
  }

  /// A number without a certain notation.
  private func canonical(_ text: String) -> String { Double(text).map { "\($0)" } ?? text }

  private func whole(_ file: ArrayFile, _ name: String) throws -> [Int] {
    guard case .int64(let values) = try #require(try file.array(name)).values else {
      Issue.record("\(name) holds no whole numbers")
      return []
    }
    return values
  }

  /// What a column says, row by row, as a CSV file would.
  private func decoded(_ file: ArrayFile, _ name: String) throws -> [String] {
    if case .text(let names) = try file.array("\(name)_names")?.values {
      return try whole(file, name).map { $0 < 0 ? "" : canonical(names[$0]) }
    }
    switch try #require(try file.array(name)).values {
    case .int64(let values): return values.map { $0 < 0 ? "" : "\(Double($0))" }
    case .float64(let values): return values.map { $0.isNaN ? "" : "\($0)" }
    case .text(let values): return values
    }
  }
}
