import ArgumentParser
import Foundation
import Inputs

/// Opens a weight file in a process of its own first.
///
/// The HDF5 library can fail with a signal on a damaged file, which no caller can catch; here that
/// becomes an error like any other.
enum WeightProbe {
  /// Throws when the file at `path` cannot even be opened without failing.
  static func check(_ path: String) throws {
    guard let program = Bundle.main.executableURL else { return }
    let process = Process()
    process.executableURL = program
    process.arguments = [ProbeCommand.name, path]
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SWIFT_BACKTRACE": "enable=no"]) { _, ours in ours }
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      throw InputError(
        "damaged: the HDF5 library failed while opening it, write the file anew", file: path)
    }
  }
}

/// What `WeightProbe` runs: opens the file and leaves every error to the caller.
struct ProbeCommand: ParsableCommand {
  static let name = "probe-weights"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Open a weight file and say nothing.", shouldDisplay: false)

  @Argument(help: "HDF5 file.")
  var path: String

  func run() throws {
    // A damaged size must not make the machine swap or the probe run for ever.
    alarm(60)
    _ = try? WeightFile(path: path)
  }
}
