import TestSupport
import Testing

@testable import Exploration

// Is the front of a sweep that spares searches that of one that does not?
@Suite struct PromisingPointsTests {
  private let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  /// Buffers that differ in what fits them, clocks of which the slower is never better, and two arrays.
  private static let axes = [
    "{name: kernels, path: architecture.datapath.output_channels, values: [8, 16]}",
    "{name: buffer, path: \"architecture.memory.buffers[input_buffer].size\", values: [16 KiB, 64 KiB, 256 KiB]}",
    "{name: weights, path: \"architecture.memory.buffers[weight_buffer].size\", values: [32 KiB, 256 KiB]}",
    "{name: clock, path: architecture.frequency, values: [250 MHz, 500 MHz, 1 GHz]}",
  ]

  private func sweep(_ name: String, searches: String, objectives: String) throws -> Sweep {
    try fixture.sweep(
      axes: Self.axes,
      target:
        "inference: {architecture: sushi-analytic, workload: resnet20-cifar, mapping: search, "
        + "searches: \(searches)}", objectives: objectives, name: name)
  }

  /// The texts of the axes of a row, and its figures.
  private func rows(_ name: String) throws -> [String: [String: Double]] {
    let result = try SweepResult(in: fixture.path(name))
    let words = result.metrics.map(\.word)
    var rows: [String: [String: Double]] = [:]
    try result.store.forEach { row in
      rows[row.axes.joined(separator: ", ")] = Dictionary(
        uniqueKeysWithValues: zip(words, row.outcome.metrics))
    }
    return rows
  }

  private func front(_ name: String) throws -> [[Double]] {
    let result = try SweepResult(in: fixture.path(name))
    return try result.store.fronts().points.compactMap { point in
      try result.store.row(at: point)?.outcome.metrics.prefix(5).map { $0 }
    }
  }

  /// Objectives, and how many points are spared at least; where the fastest mappings move more than every operand
  /// once, no bound of bytes is reached.
  @Test(arguments: [
    ("latency, energy, area", 12), ("latency", 12), ("dram_bytes, latency", 0), ("edp, area", 12),
  ])
  func theFrontIsThatOfAll(_ objectives: String, _ least: Int) throws {
    try fixture.run(try sweep("all", searches: "all", objectives: objectives), into: "all")
    try fixture.run(
      try sweep("some", searches: "promising", objectives: objectives), into: "some")
    let (all, some) = (try rows("all"), try rows("some"))
    #expect(try front("all") == front("some"))
    #expect(all.count == 36 && some.count == 36)
    var spared = 0
    for (axes, row) in some {
      let own = try #require(all[axes])
      if row["searched"] == 1 {
        // A point that is searched is the same point.
        #expect(own.allSatisfy { row[$0.key] == $0.value || $0.value.isNaN }, "\(axes)")
      } else {
        spared += 1
        #expect((row["latency"] ?? 0) >= own["latency"] ?? .infinity, "\(axes)")
      }
    }
    #expect(spared >= least, "\(spared) of 36 points are spared the search")
  }

  /// Every point of the front of a sweep that searches everything has one beside it that was searched and is
  /// worse by no more than the tolerance in any objective.
  @Test(arguments: [0.1, 2, 10])
  func aToleranceSparesMore(_ percent: Double) throws {
    let objectives = "latency, energy, area"
    try fixture.run(try sweep("all", searches: "all", objectives: objectives), into: "all")
    try fixture.run(
      try sweep("exact", searches: "promising", objectives: objectives), into: "exact")
    try fixture.run(
      try sweep("some", searches: "promising, tolerance: \(percent) %", objectives: objectives),
      into: "some")
    func searched(_ name: String) throws -> [[String: Double]] {
      try rows(name).values.filter { $0["searched"] == 1 }
    }
    let some = try searched("some")
    #expect(try some.count <= searched("exact").count)
    let words = ["latency", "energy", "area"]
    let result = try SweepResult(in: fixture.path("all"))
    for point in try result.store.fronts().points {
      let row = try #require(try result.store.row(at: point))
      let best = Dictionary(
        uniqueKeysWithValues: zip(result.metrics.map(\.word), row.outcome.metrics))
      #expect(
        some.contains { own in
          words.allSatisfy {
            (own[$0] ?? .infinity) <= (best[$0] ?? 0) * (1 + percent / 100) * (1 + 1e-12)
          }
        }, "\(row.axes)")
    }
  }

  @Test func neitherThreadsNorInterruptionsChangeIt() throws {
    let sweep = try sweep("some", searches: "promising", objectives: "latency, energy, area")
    let one = try fixture.run(sweep, into: "one").table
    #expect(try fixture.run(sweep, into: "two", jobs: 2).table == one)
    let runner = SweepRunner(sweep, options: SweepRunner.Options())
    let ending = try runner.run(into: fixture.path("half"), resumes: false) { progress in
      if progress.done > 20 { runner.stop() }
    }
    #expect(ending == .interrupted)
    let rows = try rows("half").count
    #expect(rows > 20 && rows < 36)
    #expect(try fixture.run(sweep, into: "half", resumes: true).table == one)
  }

  @Test func shardsHaveTheFrontOfTheWhole() throws {
    let sweep = try sweep("some", searches: "promising", objectives: "latency, energy, area")
    try fixture.run(sweep, into: "whole")
    for index in 1...3 {
      try fixture.run(sweep, into: "part\(index)", shard: .init(index: index, count: 3))
    }
    _ = try ShardMerge.merge(
      (1...3).map { fixture.path("part\($0)") }, into: fixture.path("merged"))
    #expect(try front("merged") == front("whole"))
  }
}
