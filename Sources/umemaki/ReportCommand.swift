import ArgumentParser
import Experiments
import Foundation
import Inputs
import Reports

/// `umemaki report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "A stored sweep in any format.",
    discussion: """
      As CSV or HDF5 every point with all its figures; in the other formats the Pareto front, the
      best designs with their reasons, and what each axis explains.

      Examples:
        umemaki report results/buffers
        umemaki report results/buffers --format csv -o points.csv
        umemaki report results/buffers --format html -o buffers.html
        umemaki report results/buffers --format hdf5 -o points.h5
      """)

  private static let formats = ReportFormats.kinds + ["hdf5"]

  @Argument(help: "Folder of the result.")
  var folder: String

  @Option(help: "\(formats.joined(separator: ", ")); hdf5 and svg need --output.")
  var format = "table"

  @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
  var output: String?

  func validate() throws {
    guard Self.formats.contains(format) else {
      throw ValidationError(
        "unknown format `\(format)`, expected one of \(Self.formats.joined(separator: ", "))")
    }
    guard format != "hdf5" || output != nil else {
      throw ValidationError("--format hdf5 needs a file to write, -o FILE.h5")
    }
    try OutputOptions.checkFolder(format, output)
  }

  func run() throws {
    let result = try SweepResult(in: folder)
    if format == CSVTable.kind {
      try OutputOptions.stream(to: output) { write in try result.writeCSV(write) }
    } else if ReportFormats.kinds.contains(format) {
      let report = try result.report(command: OutputOptions.command)
      try OutputOptions.write(report, format: format, to: output)
    } else if let output {
      do {
        try result.writeHDF5(to: output)
      } catch let error as InputError where error.kind == .unreadable {
        throw Failure.cannotCreate(output, error.message)
      }
    }
  }
}
