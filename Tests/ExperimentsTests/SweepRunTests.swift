import Architectures
import Components
import CostModel
import Foundation
import GRDB
import Inputs
import Networks
import Reports
import TestSupport
import Testing
import Units

@testable import Exploration
@testable import Studies

// Is a sweep's result right, and the same however it was run?
@Suite struct SweepRunTests {
  private let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  /// A process that was killed while it made a store leaves a page and a journal that undoes it.
  @Test func aStoreThatWasNeverMadeIsNone() throws {
    let folder = fixture.path("killed")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // SQLite's file format, "The Rollback Journal": magic, no pages, a nonce, no pages before, sectors of 512
    // bytes and pages of 4096.
    let header: [UInt8] = [
      0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 2,
      0,
      0, 0, 16, 0,
    ]
    let journal = Data(header) + Data(count: 512 - header.count)
    try journal.write(to: URL(fileURLWithPath: folder + "/store.sqlite-journal"))
    try Data(count: 4096).write(to: URL(fileURLWithPath: folder + "/store.sqlite"))
    #expect(!ResultStore.exists(in: folder))
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    let other = try fixture.run(sweep, into: "whole").table
    #expect(try fixture.run(sweep, into: "killed", resumes: true).table == other)
  }

  @Test func aPointIsWhatTheRunSays() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    try fixture.run(sweep, into: "sweep", jobs: 2)
    let result = try SweepResult(in: fixture.path("sweep"))
    // The same design written by hand.
    let path = try Repository.folders.path(of: "sushi-analytic", in: "arch")
    var text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    text = text.replacing(
      "persistent_buffer: {size: 1728 KiB}", with: "persistent_buffer: {size: 4 MiB}")
    text = text.replacing("19.2 GB/s", with: "9.6 GB/s")
    text = text.replacing("output_channels: 16", with: "output_channels: 32")
    let own = fixture.path("own.yaml")
    try Data(text.utf8).write(to: URL(fileURLWithPath: own))
    var paths: [String] = []
    let design = try Resolver.design(own, folders: Repository.folders, paths: &paths)
    let workload = try Workload(
      SpecFile(path: Repository.folders.path(of: "ofa-resnet50", in: "workloads")))
    let network = try workload.network(subnet: "0.6B")
    let evaluator = Evaluator(design)
    let run = try evaluator.evaluate(
      network,
      placement: Placement(
        persistent: evaluator.subgraph(
          of: network, capacity: design.architecture.persistentBytes)))
    let row = try #require(try result.store.row(where: ["4 MiB", "9.6 GB/s", "32"]))
    let figures = Dictionary(
      uniqueKeysWithValues: zip(result.metrics.map(\.word), row.outcome.metrics))
    #expect(figures["cycles"] == Double(run.cycles.count))
    #expect(figures["latency"] == run.seconds)
    #expect(figures["energy"] == run.totalEnergy.value * 1e-12)
    #expect(figures["dram_read_bytes"] == Double(run.dramRead.count))
    #expect(figures["cached_weight_bytes"] == Double(run.cachedWeightBytes.count))
    #expect(figures["utilization"] == run.utilization)
    #expect(figures["accuracy"] == 0.75)
    #expect(figures["compute_cycles"] == Double(run.cycles(.compute).count))
    // 4 MiB + 1 MiB + 576 KiB + 1 MiB.
    #expect(figures["on_chip_bytes"] == Double((4096 + 1024 + 576 + 1024) * 1024))
  }

  @Test func threadsChangeNothing() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    let one = try fixture.run(sweep, into: "one", jobs: 1)
    let four = try fixture.run(sweep, into: "four", jobs: 4)
    #expect(one.ending == .complete)
    #expect(one.table == four.table)
    #expect(one.table.split(separator: "\n").count == 37)
  }

  @Test func shardsInAnyOrderMergeToTheSameBytes() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    let whole = try fixture.run(sweep, into: "whole", jobs: 2).table
    for index in 1...5 {
      try fixture.run(sweep, into: "part\(index)", shard: .init(index: index, count: 5))
    }
    for (name, order) in [("up", [1, 2, 3, 4, 5]), ("mixed", [4, 1, 5, 3, 2])] {
      _ = try ShardMerge.merge(order.map { fixture.path("part\($0)") }, into: fixture.path(name))
      #expect(try fixture.table(name) == whole)
    }
    func json(_ name: String) throws -> String {
      JSONDocument.text(of: try SweepResult(in: fixture.path(name)).report(command: ""))
    }
    #expect(try json("up") == json("whole"))
  }

  @Test func shardsThatMakeNoWholeAreRefused() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    let other = try fixture.sweep(axes: Array(SweepFixture.axes.dropLast()), name: "other")
    for index in 1...2 {
      try fixture.run(sweep, into: "a\(index)", shard: .init(index: index, count: 3))
    }
    try fixture.run(sweep, into: "b", shard: .init(index: 1, count: 2))
    try fixture.run(other, into: "c", shard: .init(index: 2, count: 3))
    try fixture.run(sweep, into: "whole")
    let paths = ["a1", "a2", "b", "c", "whole"].map(fixture.path)
    func message(_ shards: [String]) -> String {
      do {
        _ = try ShardMerge.merge(shards, into: fixture.path("merged"))
        return ""
      } catch {
        return error.description
      }
    }
    #expect(message([paths[0], paths[1]]) == "of 3 shards 3 is missing")
    #expect(message([paths[0], paths[0]]) == "\(paths[0]): shard 1/3 is given twice")
    #expect(
      message([paths[0], paths[2]])
        == "\(paths[2]) and \(paths[0]) are not of one sweep: cut into 2 shards")
    #expect(
      message([paths[0], paths[3]]) == "\(paths[3]) and \(paths[0]) are not of one sweep: "
        + "the sweep file changed: axes, name")
    #expect(message([paths[4]]) == "\(paths[4]): a whole sweep, not a shard of one")
    #expect(!ResultStore.exists(in: fixture.path("merged")))
  }

  @Test func aRunThatWasCutShortIsContinued() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    let whole = try fixture.run(sweep, into: "whole").table
    try fixture.run(sweep, into: "cut")
    // As if the process had died: rows from the middle are gone, and so is the manifest file.
    let database = try DatabaseQueue(path: fixture.path("cut/store.sqlite"))
    try database.write { db in try db.execute(sql: "DELETE FROM points WHERE point % 5 IN (1, 3)") }
    try database.close()
    try FileManager.default.removeItem(atPath: fixture.path("cut/manifest.json"))
    let report = try SweepResult(in: fixture.path("cut")).report(command: "")
    #expect(report.warnings.contains { $0.hasPrefix("14 points are missing") })
    let resumed = try fixture.run(sweep, into: "cut", jobs: 3, resumes: true)
    #expect(resumed.ending == .complete)
    #expect(resumed.table == whole)
    #expect(FileManager.default.fileExists(atPath: fixture.path("cut/manifest.json")))
  }

  @Test func anEvolutionThatWasCutShortIsContinued() throws {
    let sweep = try fixture.sweep(
      axes: SweepFixture.axes,
      rest: "search: {kind: evolutionary, population: 6, generations: 5, seed: 4}")
    let whole = try fixture.run(sweep, into: "whole").table
    try fixture.run(sweep, into: "cut", jobs: 2)
    let database = try DatabaseQueue(path: fixture.path("cut/store.sqlite"))
    try database.write { db in
      try db.execute(sql: "DELETE FROM points WHERE point > 9 OR point = 4")
    }
    try database.close()
    #expect(try fixture.run(sweep, into: "cut", jobs: 2, resumes: true).table == whole)
  }

  @Test func aGenerousDeadlineIsNoDeadline() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    let whole = try fixture.run(sweep, into: "whole").table
    let timed = try fixture.run(sweep, into: "timed", jobs: 2, deadline: 600)
    #expect(timed.ending == .complete)
    #expect(timed.table == whole)
    // No time at all: nothing is run, and everything can be resumed.
    let none = try fixture.run(sweep, into: "none", deadline: 1e-9)
    #expect(none.ending == .deadline)
    #expect(try fixture.run(sweep, into: "none", resumes: true).table == whole)
  }

  @Test func badPointsAreRecordedAndTheSweepGoesOn() throws {
    let sweep = try fixture.sweep(
      axes: [
        "{name: weights, path: \"architecture.memory.buffers[weight_buffer].size\", values: [0 B, 16 B, 576 KiB]}",
        "{name: batch_size, path: batch, values: [0, 1]}",
        "{name: net, path: subnet, values: [0.6B, 9B]}",
      ],
      rest: "constraints: [latency <= 1 ns, energy <= 1 J]")
    try fixture.run(sweep, into: "bad")
    let result = try SweepResult(in: fixture.path("bad"))
    #expect(result.counts == [.infeasible: 2, .error: 10])
    func row(_ axes: [String]) throws -> PointOutcome {
      try #require(try result.store.row(where: axes)).outcome
    }
    #expect(
      try row(["0 B", "1", "0.6B"]).message == "memory.buffers[1].size: must be more than 0 B")
    #expect(try row(["576 KiB", "0", "0.6B"]).message == "batch: expected 1 to 256, found `0`")
    #expect(
      try row(["576 KiB", "1", "9B"]).message.hasPrefix(
        "subnet: ofa-resnet50 has no sub-network `9B`"))
    let small = try row(["16 B", "1", "0.6B"])
    #expect(small.status == .infeasible)
    #expect(small.message.contains("the smallest tile needs"))
    #expect(small.metrics.isEmpty)
    let slow = try row(["576 KiB", "1", "0.6B"])
    #expect(slow.status == .infeasible)
    #expect(slow.message == "not latency <= 1 ns")
    #expect(slow.broken == 1)
    #expect(slow.metrics.count == sweep.evaluator.metrics.count)
  }

  @Test func whatChangedIsSaid() throws {
    let arch = fixture.path("design.yaml")
    let original = try Repository.folders.path(of: "sushi-analytic", in: "arch")
    try FileManager.default.copyItem(atPath: original, toPath: arch)
    let target = "inference: {architecture: \(arch), workload: ofa-resnet50, subnet: 0.6B}"
    let sweep = try fixture.sweep(axes: SweepFixture.axes, target: target)
    try fixture.run(sweep, into: "done")
    func message(_ sweep: Sweep) -> String {
      do {
        try fixture.run(sweep, into: "done", resumes: true)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message(sweep) == "")
    let start = "\(fixture.path("done")): cannot be resumed, "
    let fewer = try fixture.sweep(
      axes: Array(SweepFixture.axes.dropLast()), target: target, objectives: "latency")
    #expect(message(fewer) == start + "the sweep file changed: axes, objectives")
    let handle = try #require(FileHandle(forWritingAtPath: arch))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("# a remark\n".utf8))
    try handle.close()
    let again = try fixture.sweep(axes: SweepFixture.axes, target: target)
    #expect(message(again) == start + "\(arch) changed")
  }

  @Test func oneWriterAtATime() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    try fixture.run(sweep, into: "done")
    let path = fixture.path("done")
    let first = try ResultStore.open(in: path, isWriter: true)
    #expect(throws: StoreError.busy(path)) { try ResultStore.open(in: path, isWriter: true) }
    // Readers are welcome.
    #expect(try SweepResult(in: path).count == 36)
    try first.close()
  }

  @Test func storesThatAreNotWholeAreRefused() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    try fixture.run(sweep, into: "done")
    #expect(throws: StoreError.occupied(fixture.path("done"))) {
      try fixture.run(sweep, into: "done")
    }
    func copy(_ name: String, _ change: (String) throws -> Void) throws -> String {
      let folder = fixture.path(name)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let file = folder + "/store.sqlite"
      try FileManager.default.copyItem(atPath: fixture.path("done/store.sqlite"), toPath: file)
      try change(file)
      return folder
    }
    let newer = try copy("newer") { file in
      let database = try DatabaseQueue(path: file)
      try database.write { db in try db.execute(sql: "PRAGMA user_version = 9") }
      try database.close()
    }
    #expect(throws: StoreError.version(newer + "/store.sqlite", found: 9)) {
      try ResultStore.open(in: newer, isWriter: true)
    }
    let half = try copy("half") { file in
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.truncate(atOffset: handle.seekToEnd() / 2)
      try handle.close()
    }
    let text = try copy("text") { try Data("no database".utf8).write(to: URL(fileURLWithPath: $0)) }
    for folder in [half, text] {
      let before = try Data(contentsOf: URL(fileURLWithPath: folder + "/store.sqlite"))
      do {
        try fixture.run(sweep, into: String(folder.split(separator: "/").last ?? ""), resumes: true)
        Issue.record("\(folder) was taken for a store")
      } catch let error as StoreError {
        guard case .damaged(let path, _) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(path == folder + "/store.sqlite")
      }
      // What is left of it is not touched.
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/store.sqlite")) == before)
    }
    // A process that died before its first transaction leaves an empty file.
    let empty = try copy("empty") { try Data().write(to: URL(fileURLWithPath: $0)) }
    #expect(try fixture.run(sweep, into: "empty").ending == .complete)
    #expect(try SweepResult(in: empty).count == 36)
    #expect(throws: StoreError.missing(fixture.path("nothing") + "/store.sqlite")) {
      try SweepResult(in: fixture.path("nothing"))
    }
  }

  @Test func theHDF5FileHoldsTheTable() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes, rest: "constraints: [latency <= 3 ms]")
    try fixture.run(sweep, into: "sweep", jobs: 2)
    let result = try SweepResult(in: fixture.path("sweep"))
    try result.writeHDF5(to: fixture.path("points.h5"))
    let file = try ArrayFile(path: fixture.path("points.h5"))
    let lines = try fixture.table("sweep").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(lines.first)
    for (index, name) in header.enumerated() {
      let array = try #require(try file.array(name))
      #expect(array.dimensions == [36])
      let column = lines.dropFirst().map { $0[index] }
      switch array.values {
      case .text(let values): #expect(values == column, "\(name)")
      case .int64(let values):
        #expect(values.map { "\($0)" } == column.map { $0.isEmpty ? "0" : $0 }, "\(name)")
      case .float64(let values):
        #expect(values == column.map { Double($0) ?? .nan }, "\(name)")
      }
    }
    #expect(try file.array("latency_s")?.units == "s")
  }

  @Test func aChangedTraceIsNoticed() throws {
    let trace = fixture.path("trace.csv")
    let times = (0..<50).map { "\(Double($0) * 0.01)" }.joined(separator: "\n")
    try Data((times + "\n").utf8).write(to: URL(fileURLWithPath: trace))
    let scenario = """
      name: traced
      summary: A trace of a test.
      source: "test"
      profile: {architecture: sushi-analytic, workload: ofa-resnet50}
      arrivals: {kind: trace, file: trace.csv, format: timestamps}
      demands:
        accuracy: {low: 0.75, high: 0.798}
        latency: {low: 1 s, high: 1 s}
      options: {queries: 40, seed: 1}
      runs:
        - {name: plain, policy: {kind: strict-accuracy}, caching: {kind: none}}
        - {name: cached, policy: {kind: strict-accuracy}, caching: {kind: static, subgraph: mix}}

      """
    try Data(scenario.utf8).write(to: URL(fileURLWithPath: fixture.path("traced.yaml")))
    func sweep() throws -> Sweep {
      try fixture.sweep(
        axes: [
          "{name: buffer, path: architecture.memory.persistent_buffer.size, values: [1 MiB, 2 MiB]}"
        ],
        target: "serving: {scenario: \(fixture.path("traced.yaml"))}", objectives: "latency")
    }
    try fixture.run(sweep(), into: "traced")
    let result = try SweepResult(in: fixture.path("traced"))
    // The runs of the scenario are an axis of their own.
    #expect(result.counts == [.ok: 4])
    #expect(result.store.manifest.axes.map(\.name) == ["buffer", "run"])
    try Data((times + "\n0.51\n").utf8).write(to: URL(fileURLWithPath: trace))
    #expect(throws: StoreError.changed(fixture.path("traced"), ["\(trace) changed"])) {
      try fixture.run(sweep(), into: "traced", resumes: true)
    }
  }
}
