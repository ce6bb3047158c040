import ArgumentParser
import Exploration
import Foundation
import Inputs
import Reports
import Studies

/// `umemaki report`.
struct ReportCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "A stored sweep, run or serving experiment in any format.",
    discussion: """
      A sweep as CSV or HDF5: every point with all its figures; in the other formats the Pareto
      front, the best designs with their reasons, and what each axis explains.

      A file that `--format json` wrote names its command and its inputs: the command is run again,
      and refused unless the inputs say the same, whatever their comments and layout, and every
      figure comes out as it is stored. As JSON the file is given as it is.

      Examples:
        umemaki report results/buffers
        umemaki report results/buffers --format csv -o points.csv
        umemaki report results/buffers --format hdf5 -o points.h5
        umemaki report run.json --format html -o run.html
      """)

  @Argument(help: "Folder of a sweep's result, or a file that `--format json` wrote.")
  var source: String

  @OptionGroup var output: OutputOptions

  func checkOutput() throws { try output.checkOutput() }

  func run() throws {
    guard !output.isTrace else { throw ValidationError("only `run` and `serve` have a trace") }
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
    guard exists ? isFolder.boolValue : !source.hasSuffix(".json") else { return try stored() }
    let result = try SweepResult(in: source)
    switch (output.format, output.output) {
    case (CSVTable.kind, let path):
      try OutputOptions.stream(to: path) { write in try result.writeCSV(write) }
    case ("hdf5", let path?):
      try result.writeHDF5(to: path)
    default: try output.write(result.report(command: OutputOptions.command))
    }
  }

  /// Makes the report of a stored document again.
  private func stored() throws {
    let stored = try StoredReport(source)
    guard output.format != JSONDocument.kind else {
      return try OutputOptions.write(stored.text, to: output.output)
    }
    let command = try Self.parse(stored)
    let advice =
      "to make it anew: "
      + stored.command(format: output.format, output: output.output)
    try stored.checkInputs(advice: advice)
    let report = try command.report(command: stored.command)
    try stored.check(report, advice: advice)
    try output.write(report)
  }

  /// The commands whose documents can be made again.
  private static let kinds: [any ReportingCommand.Type] = [
    RunCommand.self, ServeCommand.self, CompareCommand.self, AnalyzeCommand.self,
  ]

  private static func parse(_ stored: StoredReport) throws -> any ReportingCommand {
    guard kinds.contains(where: { $0.configuration.commandName == stored.words.first }) else {
      let names = kinds.compactMap { $0.configuration.commandName }.map { "`\($0)`" }
      throw InputError(
        "holds \(stored.schema) of `\(stored.command)`, expected a result of "
          + names.joined(separator: ", "), file: stored.path, path: "provenance.command")
    }
    do {
      guard let command = try Umemaki.parseAsRoot(stored.words) as? any ReportingCommand else {
        throw CleanExit.helpRequest()
      }
      return command
    } catch {
      let reason = Umemaki.message(for: error).split(separator: "\n").first ?? ""
      throw InputError(
        "`\(stored.command)` cannot be run again: \(reason)", file: stored.path,
        path: "provenance.command")
    }
  }
}

/// A command whose only result is a report.
protocol ReportingCommand: ParsableCommand {
  /// Makes the report; `command` is what its provenance says.
  func report(command: String) throws -> Report
}
