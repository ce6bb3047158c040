import Architectures
import Components
import Foundation
import Inputs
import Networks
import TestSupport

@testable import Exploration

/// A folder for one test, removed with it, and sweeps written into it.
final class SweepFixture {
  let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  /// A sweep of these axes; everything else may be replaced.
  func sweep(
    axes: [String], target: String = SweepFixture.subnet, rest: String = "",
    objectives: String = "latency, energy", name: String = "sweep"
  ) throws -> Sweep {
    let text = """
      name: \(name)
      summary: A sweep of a test.
      source: "test"
      \(target)
      axes:
      \(axes.map { "  - \($0)" }.joined(separator: "\n"))
      \(rest)
      objectives: [\(objectives)]

      """
    let path = self.path("\(name).yaml")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try Sweep(path, folders: Repository.folders)
  }

  static let subnet =
    "inference: {architecture: sushi-analytic, workload: ofa-resnet50, subnet: 0.6B, cached: self}"

  /// Buffer, bandwidth of all links, and array width: 3 x 3 x 4 points.
  static let axes = [
    "{name: buffer, path: architecture.memory.persistent_buffer.size, values: [512 KiB, 1 MiB, 4 MiB]}",
    "{name: bandwidth, paths: [architecture.memory.dram.bandwidth, "
      + "architecture.memory.transfers.input.bandwidth, "
      + "architecture.memory.transfers.weight.bandwidth, "
      + "architecture.memory.transfers.output.bandwidth], values: [4.8 GB/s, 9.6 GB/s, 19.2 GB/s]}",
    "{name: kernels, path: architecture.datapath.output_channels, range: {from: 8, to: 64, scale: log2}}",
  ]

  /// Runs `sweep` and gives the table of all points.
  @discardableResult
  func run(
    _ sweep: Sweep, into name: String, jobs: Int = 1, resumes: Bool = false,
    shard: SweepManifest.Shard? = nil, deadline: Double? = nil
  ) throws -> (ending: SweepRunner.Ending, table: String) {
    var options = SweepRunner.Options()
    options.jobs = jobs
    options.shard = shard
    options.deadline = deadline
    let ending = try SweepRunner(sweep, options: options)
      .run(into: path(name), resumes: resumes) { _ in }
    return (ending, try table(name))
  }

  func table(_ name: String) throws -> String {
    var text = ""
    try SweepResult(in: path(name)).writeCSV { text += $0 }
    return text
  }
}
