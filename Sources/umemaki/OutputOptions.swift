import ArgumentParser
import Foundation
import Inputs
import Reports
import Studies

/// Where a report goes and in which format.
struct OutputOptions: ParsableArguments {
  /// The formats of a report: texts, pictures, which need a folder, and HDF5, which needs a file.
  static let formats = ReportFormats.reportKinds

  @Option(
    name: .customLong("format"),
    help: """
      \(formats.joined(separator: ", ")); svg needs -o FOLDER, hdf5 -o FILE. Unless given the name \
      after -o decides: \(ReportFormats.endings.joined(separator: ", ")); else table.
      """)
  var chosen: String?

  @Option(
    name: [.customShort("o"), .long],
    help: """
      Write to this file instead of standard output. A file is replaced once the new one is whole, \
      a link stays one, and a device or a FIFO is written as it is.
      """)
  var output: String?

  @Flag(help: "No progress on standard error; there is none where that is no terminal.")
  var quiet = false

  /// The format that was asked for, or that the file's name asks for.
  var format: String { chosen ?? output.flatMap(ReportFormats.format) ?? TerminalTable.kind }

  /// Whether the one format that is no report was asked for.
  var isTrace: Bool { format == TraceFormat.kind }

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
    guard format != ArrayFormat.kind || output != nil else {
      throw ValidationError("--format hdf5 needs a file to write, -o FILE.h5")
    }
    guard output != nil || !needsFolder(format) else {
      throw ValidationError("--format \(format) needs a folder to write, -o FOLDER")
    }
  }

  /// Whether the files of a format stand in a folder.
  private static func needsFolder(_ format: String) -> Bool {
    ReportFormats.named(format) is any FolderFormat.Type
  }

  /// Throws where nothing of this format can stand at the output's place, and for a trace of a command
  /// that has none.
  func checkOutput(hasTrace: Bool = false) throws {
    guard !isTrace || hasTrace else { throw Self.noTrace }
    guard let output else { return }
    if Self.needsFolder(format) {
      try OutputFolder.check(output, ending: ".\(format)")
    } else {
      try OutputFile.check(output, isHDF5: format == ArrayFormat.kind)
    }
  }

  /// What is said where a trace of anything else is asked for.
  static let noTrace = ValidationError("only `run` and `serve` have a trace")

  func write(_ report: Report) throws {
    guard !isTrace else { throw Self.noTrace }
    try Self.write(report, format: format, to: output)
  }

  /// Writes a report to a file, to standard output, or, in formats of several files, to a folder.
  static func write(_ report: Report, format: String, to output: String?) throws {
    switch (ReportFormats.named(format), output) {
    case (is ArrayFormat.Type, let output?): try ReportArrays.write(report, to: output)
    case (let folder as any FolderFormat.Type, let output?):
      try OutputFolder.create(output, ending: ".\(format)")
      for file in folder.files(of: report) { try write(file.text, to: "\(output)/\(file.name)") }
    case (let chosen as any ReportFormat.Type, _):
      let isTerminal = output == nil && StandardStream.output.isTerminal
      let text =
        isTerminal && format == TerminalTable.kind
        ? TerminalTable.text(of: report, style: terminal) : chosen.text(of: report)
      try write(text, to: output)
    default: throw ValidationError("--format \(format) cannot be written here")
    }
  }

  /// What the terminal that standard output is can show.
  private static var terminal: TerminalStyle {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
    return TerminalStyle(
      environment: ProcessInfo.processInfo.environment, width: isKnown ? Int(size.ws_col) : nil)
  }

  /// Writes a whole text.
  static func write(_ text: String, to path: String?) throws {
    try stream(to: path) { write in try write(text) }
  }

  /// Lets `body` write piece by piece; a file appears only once everything is written.
  static func stream(to path: String?, _ body: ((String) throws -> Void) throws -> Void) throws {
    guard let path else { return try body { try StandardStream.output.write($0) } }
    let file = try OutputFile(path)
    try body { try file.write($0) }
    try file.finish()
  }

  /// The command as typed, so that a shell reads it again.
  static var command: String {
    ShellWords.joined(["umemaki"] + CommandLine.arguments.dropFirst())
  }
}
