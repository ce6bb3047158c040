import Foundation
import Testing

extension Program {
  /// Runs a script with the program as `$U` and a folder of the test as `$D`; its code is that of
  /// the last command.
  static func shell(_ script: String, in folder: String) throws -> Outcome {
    let program: URL = try #require(executable, "no built `umemaki` beside the tests")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = root
    var environment = ProcessInfo.processInfo.environment
    environment["U"] = program.path
    environment["D"] = folder
    process.environment = environment
    let scratch = try Scratch()
    let paths = [try scratch.file("output", ""), try scratch.file("errors", "")]
    let handles = try paths.map { try #require(FileHandle(forWritingAtPath: $0)) }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    let texts = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    return Outcome(
      code: process.terminationStatus, output: texts[0],
      errors: String(decoding: texts[1], as: UTF8.self))
  }
}

extension Outcome {
  /// The output as text.
  var text: String { String(decoding: output, as: UTF8.self) }
}

/// A file system of a chosen size for one test.
final class SmallDisk {
  /// Whether this user may mount one.
  static let isPossible: Bool = (try? SmallDisk("64k")) != nil

  private struct NotMounted: Error {}
  private let scratch: Scratch
  let path: String

  init(_ size: String) throws {
    scratch = try Scratch()
    path = scratch.path("disk")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(size)", "tmpfs", path]) else {
      throw NotMounted()
    }
  }

  deinit { _ = Self.run("/bin/umount", [path]) }

  /// Everything on it.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

  private static func run(_ path: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// Small inputs that many tests share.
enum Small {
  /// One small convolution; `name` and `layer` are put between quotation marks.
  static func workload(name: String = "tiny", layer: String = "c") -> String {
    """
    name: "\(name)"
    summary: One small convolution.
    source: made for the test
    layers:
      - {name: "\(layer)", operator: convolution, input: [3, 8, 8], output_channels: 4, kernel: 3, padding: 1}

    """
  }

  /// Two points of the small convolution.
  static func sweep(workload path: String) -> String {
    """
    name: two
    summary: Two designs.
    source: made for the test
    inference: {architecture: sushi-analytic, workload: \(path)}
    axes:
      - {name: pixels, path: architecture.datapath.pixels, values: [1, 2]}
    objectives: [latency, energy]

    """
  }
}
