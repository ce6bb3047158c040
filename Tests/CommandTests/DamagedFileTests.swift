import Foundation
import Testing

// Is a damaged HDF5 file an error, in bounded time, whatever the HDF5 library does with it?
@Suite struct DamagedFileTests {
  private static let folder = "Tests/CommandTests/Damaged"
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func scenario(_ table: String) throws -> String {
    try scratch.file(
      "scenario.yaml",
      """
      name: damaged
      summary: A table of another program.
      source: made for the test
      table: \(table)
      arrivals: {kind: poisson, rate: 100 Hz}
      demands:
        accuracy: {low: 0.75, high: 0.798}
        latency: {low: 5 ms, high: 36 ms}
      options: {queries: 100, actuation: {kind: missing-bytes, bandwidth: 1 GB/s}}
      runs:
        - {name: a, policy: {kind: strict-accuracy}, caching: {kind: average, window: 8, interval: 8}}

      """)
  }

  /// Exit 65 and one sentence about `path`.
  private func expectAnError(_ arguments: [String], about path: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.code == 65, "\(arguments): \(outcome.errors)")
    #expect(outcome.errors.hasPrefix(path), "\(arguments): \(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(arguments)")
  }

  @Test(arguments: Program.names(in: folder, ending: "h5"))
  func weightsAreErrorsOfEveryCommand(name: String) throws {
    let path = "\(Self.folder)/\(name).h5"
    let quantized = scratch.path("q.h5")
    try expectAnError(["analyze", path], about: path)
    try expectAnError(["quantize", path, "-o", quantized, "--scheme", "ternary"], about: path)
    #expect(!FileManager.default.fileExists(atPath: quantized))
  }

  @Test(arguments: ["endless", "signal"])
  func tablesAreErrors(name: String) throws {
    let table = Program.root.appendingPathComponent("\(Self.folder)/Tables/\(name).h5").path
    let start = Date()
    try expectAnError(["serve", scenario(table)], about: "\(table): damaged: the HDF5 library")
    // Computing is limited to four seconds; a machine that is busy with other tests takes longer.
    #expect(-start.timeIntervalSinceNow < 120)
  }

  @Test func aSweepGoesOn() throws {
    let workload = try scratch.file("tiny.yaml", Small.workload())
    let good = scratch.path("good.h5")
    #expect(try Program.run(["make-weights", workload, "-o", good]).code == 0)
    let bad = Program.root.appendingPathComponent("\(Self.folder)/values-signal.h5").path
    let sweep = try scratch.file(
      "sweep.yaml",
      Small.sweep(workload: workload).replacing(
        "axes:", with: "axes:\n  - {name: file, path: weights, values: [\(bad), \(good)]}"))
    let folder = scratch.path("swept")
    let outcome = try Program.run(["sweep", sweep, "-o", folder, "--quiet"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let table = try Program.run(["report", folder, "--format", "csv"]).text
    let rows = table.split(separator: "\n").dropFirst()
    #expect(rows.count == 4)
    #expect(rows.count { $0.contains(",error,") && $0.contains("damaged") } == 2, "\(table)")
    #expect(rows.count { $0.contains(",ok,") } == 2, "\(table)")
  }

  @Test func bytesAtRandom() throws {
    let workload = try scratch.file("tiny.yaml", Small.workload())
    let (weights, table) = (scratch.path("w.h5"), scratch.path("t.h5"))
    #expect(try Program.run(["make-weights", workload, "-o", weights]).code == 0)
    let profile = ["profile", "sushi-analytic", "ofa-resnet50", "--subnets", "0.6B,4.1B"]
    #expect(try Program.run(profile + ["-o", table]).code == 0)
    let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    print("seed \(seed)")
    var random = Generator(state: seed)
    for round in 0..<24 {
      let isTable = round % 2 == 1
      var bytes = try Data(contentsOf: URL(fileURLWithPath: isTable ? table : weights))
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      let path = scratch.path("damaged.h5")
      try bytes.write(to: URL(fileURLWithPath: path))
      let outcome = try Program.run(isTable ? ["serve", scenario(path)] : ["analyze", path])
      #expect([0, 65].contains(outcome.code), "seed \(seed), round \(round): \(outcome.errors)")
    }
  }

  /// Numbers that a seed determines, after Steele, Lea and Flood, OOPSLA 2014.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
  }

  @Test func whatIsNoFileIsRefused() throws {
    let outcome = try Program.run(["analyze", "/dev/zero"])
    #expect(outcome.code == 65)
    #expect(outcome.errors == "/dev/zero: is a device or a FIFO, HDF5 needs a regular file\n")
  }
}
