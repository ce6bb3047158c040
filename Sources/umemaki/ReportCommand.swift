import ArgumentParser
import Experiments
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
        umemaki report results/buffers --format hdf5 -o points.h5
      """)

  @Argument(help: "Folder of the result.")
  var folder: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let result = try SweepResult(in: folder)
    switch (output.format, output.output) {
    case (CSVTable.kind, let path):
      try OutputOptions.stream(to: path) { write in try result.writeCSV(write) }
    case ("hdf5", let path?):
      try OutputOptions.create(path) { try result.writeHDF5(to: path) }
    default: try output.write(result.report(command: OutputOptions.command))
    }
  }
}
