import ArgumentParser
import Experiments
import Foundation
import Inputs
import Reports

/// Where a report goes and in which format.
struct OutputOptions: ParsableArguments {
  /// The formats of a report: texts, and HDF5, which needs a file.
  static let formats = ReportFormats.all.map { $0.kind } + ["hdf5"]

  @Option(help: "\(formats.joined(separator: ", ")); hdf5 needs --output.")
  var format = "table"

  @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
  var output: String?

  /// Whether the one format that is no report was asked for.
  var isTrace: Bool { format == "trace" }

  func validate() throws {
    guard !isTrace else { return }
    try Self.check(format, output)
  }

  /// Refuses a format that does not exist, and HDF5 without a file.
  static func check(_ format: String, _ output: String?) throws {
    guard formats.contains(format) else {
      throw ValidationError(
        "unknown format `\(format)`, expected one of \(formats.joined(separator: ", "))")
    }
    guard format != "hdf5" || output != nil else {
      throw ValidationError("--format hdf5 needs a file to write, -o FILE.h5")
    }
  }

  func write(_ report: Report) throws {
    if format == "hdf5", let output {
      try Self.create(output) { try ReportArrays.write(report, to: output) }
      return
    }
    guard let chosen = ReportFormats.all.first(where: { $0.kind == format }) else {
      throw ValidationError("only `run` and `serve` have a trace")
    }
    try Self.write(chosen.text(of: report), to: output)
  }

  /// Runs `body`, which writes the file at `path`.
  static func create(_ path: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as InputError where error.kind == .unreadable {
      throw Failure.cannotCreate(path, error.message)
    }
  }

  static func write(_ text: String, to path: String?) throws {
    guard let path else {
      FileHandle.standardOutput.write(Data(text.utf8))
      return
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Failure.cannotCreate(path, "cannot be created")
    }
  }

  /// Lets `body` write piece by piece; a file appears only once everything is written.
  static func stream(to path: String?, _ body: ((String) throws -> Void) throws -> Void) throws {
    guard let path else {
      try body { FileHandle.standardOutput.write(Data($0.utf8)) }
      return
    }
    let part = path + ".part"
    guard FileManager.default.createFile(atPath: part, contents: nil),
      let handle = FileHandle(forWritingAtPath: part)
    else { throw Failure.cannotCreate(path, "cannot be created") }
    do {
      try body { try handle.write(contentsOf: Data($0.utf8)) }
      try handle.close()
      _ = try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: part, toPath: path)
    } catch let error as CocoaError {
      try? FileManager.default.removeItem(atPath: part)
      throw Failure.cannotCreate(path, "cannot be written (\(error.localizedDescription))")
    }
  }

  static var command: String {
    (["umemaki"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
  }
}
