import ArgumentParser
import Foundation
import Reports

/// Where a report goes and in which format.
struct OutputOptions: ParsableArguments {
  @Option(help: "\(ReportFormats.kinds.joined(separator: ", ")); svg needs a folder, -o FOLDER.")
  var format = "table"

  @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
  var output: String?

  /// Whether the one format that is no report was asked for.
  var isTrace: Bool { format == "trace" }

  func validate() throws {
    guard !isTrace else { return }
    guard ReportFormats.kinds.contains(format) else {
      let kinds = ReportFormats.kinds.joined(separator: ", ")
      throw ValidationError("unknown format `\(format)`, expected one of \(kinds)")
    }
    try Self.checkFolder(format, output)
  }

  func write(_ report: Report) throws {
    guard !isTrace else { throw ValidationError("only `serve` has a trace") }
    try Self.write(report, format: format, to: output)
  }

  /// Refuses formats of several files without a folder.
  static func checkFolder(_ format: String, _ output: String?) throws {
    guard output == nil, ReportFormats.folders.contains(where: { $0.kind == format }) else {
      return
    }
    throw ValidationError("--format \(format) needs a folder to write, -o FOLDER")
  }

  /// Writes a report to a file, to standard output, or, in formats of several files, to a folder.
  static func write(_ report: Report, format: String, to output: String?) throws {
    if let folder = ReportFormats.folders.first(where: { $0.kind == format }), let output {
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
        ? TerminalTable.text(of: report, showsBars: true) : chosen.text(of: report)
      try write(text, to: output)
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
