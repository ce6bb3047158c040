import ArgumentParser
import Documents
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

      --planes compares the policies of a serving sweep at equal accuracy, attainment and rate.

      A file that `--format json` wrote holds all that pages, tables and pictures are made from:
      nothing is run, and its inputs may be gone. As JSON the file is given as it is. `umemaki rerun`
      makes it again from its inputs.

      Examples:
        umemaki report results/buffers
        umemaki report results/buffers --format csv -o points.csv
        umemaki report results/buffers --format hdf5 -o points.h5
        umemaki report results/loads --planes
        umemaki report run.json --format html -o run.html
      """)

  @Argument(help: "Folder of a sweep's result, or a file that `--format json` wrote.")
  var source: String

  @Flag(help: "The policies of a serving sweep against one another, in any format.")
  var planes = false

  @OptionGroup var output: OutputOptions

  // A stored document says itself that it has no trace, and how to make one.
  func checkOutput() throws { try output.checkOutput(hasTrace: true) }

  func run() throws {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: source, isDirectory: &isFolder)
    guard exists ? isFolder.boolValue : !source.hasSuffix(".json") else {
      guard !planes else { throw ValidationError("--planes is for the folder of a sweep") }
      return try stored()
    }
    guard !output.isTrace else { throw OutputOptions.noTrace }
    let result = try SweepResult(in: source)
    guard !planes else { return try output.write(result.planes(command: OutputOptions.command)) }
    switch (output.format, output.output) {
    case (CSVTable.kind, let path):
      try OutputOptions.stream(to: path) { write in try result.writeCSV(write) }
    case (ArrayFormat.kind, let path?):
      try result.writeHDF5(to: path)
    default: try output.write(result.report(command: OutputOptions.command))
    }
  }

  /// Renders a stored document; nothing is run.
  private func stored() throws {
    let stored = try StoredDocument(source)
    guard output.format != JSONDocument.kind else {
      return try OutputOptions.write(stored.json, to: output.output)
    }
    guard !output.isTrace else {
      let hasTrace = ["umemaki.run/1", "umemaki.serving/1"].contains(stored.schema)
      let command =
        hasTrace ? try? Rerun(stored).command(format: output.format, output: "FILE.json") : nil
      throw InputError(
        "a document holds figures, tables and pictures, but no trace"
          + (command.map { ", run `\($0)`" } ?? ""), file: source)
    }
    try output.write(stored.report())
  }
}

/// A command whose only result is a report.
protocol ReportingCommand: ParsableCommand {
  /// Makes the report; `command` is what its provenance says.
  func report(command: String) throws -> Report
}
