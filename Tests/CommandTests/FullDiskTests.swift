import Foundation
import Testing

// On a disk without room: is there one sentence, and no file that is less than whole?
@Suite(
  .serialized,
  .enabled(if: SmallDisk.isPossible, "needs the right to mount a small file system"))
struct FullDiskTests {
  private let scratch: Scratch
  private let workload: String
  private let weights: String

  /// Two layers, 10,016 weights, so that disks from nothing to a bit too little can be tried.
  private static let layers = """
    name: q
    summary: Two layers.
    source: made for the test
    layers:
      - {name: c, operator: convolution, input: [3, 16, 16], output_channels: 16, kernel: 3, padding: 1}
      - {name: fc, operator: convolution, input: [16, 16, 16], output_channels: 600, kernel: 1}

    """

  init() throws {
    scratch = try Scratch()
    workload = try scratch.file("q.yaml", Self.layers)
    weights = scratch.path("w.h5")
    try #require(try Program.run(["make-weights", workload, "-o", weights]).code == 0)
  }

  /// Runs a command that writes `x` on disks of growing size, until it succeeds.
  private func grow(
    _ arguments: [String], to option: String = "-o", name: String = "x", from: Int = 4, step: Int
  ) throws {
    let whole = scratch.path("whole-\(name)")
    #expect(try Program.run(arguments + [option, whole]).code == 0)
    let expected = try Data(contentsOf: URL(fileURLWithPath: whole))
    var failures = 0
    for size in stride(from: from, through: 400, by: step) {
      let disk = try SmallDisk("\(size)k")
      let path = disk.path + "/\(name)"
      try Data("old".utf8).write(to: URL(fileURLWithPath: path))
      let outcome = try Program.run(arguments + [option, path])
      let found = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(disk.names == [name], "\(size) KiB: \(disk.names)")
      if outcome.code == 0 {
        #expect(found == expected)
        #expect(failures > 0)
        return
      }
      failures += 1
      #expect(outcome.code == 73, "\(size) KiB")
      #expect(outcome.errors == "\(path): cannot be written: the disk is full\n", "\(size) KiB")
      #expect(found == Data("old".utf8))
    }
    Issue.record("never succeeds")
  }

  /// As text, from the first byte to the last, and as arrays that grow.
  @Test(arguments: ["x.csv", "x.h5"]) func recordsOfQueries(name: String) throws {
    let table = try scratch.file(
      "table.csv", "subnet,batch,latency_s,accuracy\na,1,0.001,0.75\nb,1,0.002,0.8\n")
    let scenario = try scratch.file(
      "s.yaml",
      """
      name: s
      summary: Some queries.
      source: made for the test
      table: \(table)
      arrivals: {kind: poisson, rate: 900 Hz}
      demands: {latency: {low: 1 ms, high: 20 ms}}
      options: {queries: 400}
      runs:
        - {name: a, policy: {kind: strict-latency}, caching: {kind: none}}

      """)
    try grow(["serve", scenario, "--quiet"], to: "--queries", name: name, step: 8)
  }

  @Test func syntheticWeights() throws { try grow(["make-weights", workload], step: 8) }

  @Test func quantizedWeights() throws {
    try grow(["quantize", weights, "--scheme", "ternary", "--quiet"], step: 4)
  }

  @Test func tables() throws {
    try grow(["run", "tpu-like", workload, "--format", "hdf5"], step: 4)
  }

  @Test func texts() throws {
    try grow(["run", "tpu-like", workload, "--format", "csv"], step: 4)
  }

  @Test func aSweepThatCannotBegin() throws {
    let sweep = try scratch.file("sweep.yaml", Small.sweep(workload: workload))
    for size in [4, 8, 16, 32] {
      let disk = try SmallDisk("\(size)k")
      let outcome = try Program.run(["sweep", sweep, "-o", disk.path + "/s", "--quiet"])
      #expect(outcome.code == 73, "\(size) KiB")
      #expect(outcome.errors.contains(": the disk is full; "), "\(size) KiB: \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }
}
