import ArgumentParser
import Experiments
import Foundation
import Reports

/// `umemaki report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "A stored sweep in any format.",
    discussion: """
      As CSV every point with all its figures; in the other formats the Pareto front, the best
      designs with their reasons, and what each axis explains.

      Examples:
        umemaki report results/buffers
        umemaki report results/buffers --format csv -o points.csv
      """)

  @Argument(help: "Folder of the result.")
  var folder: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let result = try SweepResult(in: folder)
    guard output.format == CSVTable.kind else {
      try output.write(result.report(command: OutputOptions.command))
      return
    }
    try OutputOptions.stream(to: output.output) { write in try result.writeCSV(write) }
  }
}
