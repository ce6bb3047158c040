import ArgumentParser
import Experiments
import Foundation
import Inputs
import Reports

/// Where a report goes and in which format.
struct OutputOptions: ParsableArguments {
  /// The formats of a report: texts, pictures, which need a folder, and HDF5, which needs a file.
  static let formats = ReportFormats.kinds + ["hdf5"]

  @Option(help: "\(formats.joined(separator: ", ")); svg needs -o FOLDER, hdf5 -o FILE.")
  var format = "table"

  @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
  var output: String?

  @Flag(help: "No progress on standard error; there is none where that is no terminal.")
  var quiet = false

  /// Whether the one format that is no report was asked for.
  var isTrace: Bool { format == "trace" }

  func validate() throws {
    guard !isTrace else { return }
    try Self.check(format, output)
  }

  /// Refuses a format that does not exist, and one that needs a file or a folder without it.
  static func check(_ format: String, _ output: String?) throws {
    guard formats.contains(format) else {
      throw ValidationError(
        "unknown format `\(format)`, expected one of \(formats.joined(separator: ", "))")
    }
    guard format != "hdf5" || output != nil else {
      throw ValidationError("--format hdf5 needs a file to write, -o FILE.h5")
    }
    guard output != nil || !ReportFormats.folders.contains(where: { $0.kind == format }) else {
      throw ValidationError("--format \(format) needs a folder to write, -o FOLDER")
    }
  }

  func write(_ report: Report) throws {
    guard !isTrace else { throw ValidationError("only `run` and `serve` have a trace") }
    try Self.write(report, format: format, to: output)
  }

  /// Writes a report to a file, to standard output, or, in formats of several files, to a folder.
  static func write(_ report: Report, format: String, to output: String?) throws {
    if format == "hdf5", let output {
      try create(output) { try ReportArrays.write(report, to: output) }
    } else if let folder = ReportFormats.folders.first(where: { $0.kind == format }), let output {
      do {
        try FileManager.default.createDirectory(
          atPath: output, withIntermediateDirectories: true)
      } catch {
        throw Failure.cannotCreate(output, "cannot be created")
      }
      for file in folder.files(of: report) { try write(file.text, to: "\(output)/\(file.name)") }
    } else if let chosen = ReportFormats.all.first(where: { $0.kind == format }) {
      let isTerminal = output == nil && isatty(STDOUT_FILENO) == 1
      let text =
        isTerminal && format == TerminalTable.kind
        ? TerminalTable.text(of: report, style: terminal) : chosen.text(of: report)
      try write(text, to: output)
    }
  }

  /// What the terminal that standard output is can show.
  private static var terminal: TerminalStyle {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return TerminalStyle(
      environment: ProcessInfo.processInfo.environment, width: isKnown ? Int(size.ws_col) : nil)
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

  /// The command as typed, so that a shell reads it again.
  static var command: String {
    ShellWords.joined(["umemaki"] + CommandLine.arguments.dropFirst())
  }
}
