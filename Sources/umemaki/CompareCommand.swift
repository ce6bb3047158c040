import ArgumentParser
import Exploration
import Reports
import Studies

/// `umemaki compare`.
struct CompareCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Two stored runs or sweeps side by side.",
    discussion: """
      Two runs: absolute, ratio, per layer. Two sweeps with the same objectives: how much each front
      dominates (hypervolume), and how much of each the other covers.

      Examples:
        umemaki compare before.json after.json
        umemaki compare before.json after.json --format html -o comparison.html
        umemaki compare results/small-space results/large-space
      """)

  @Argument(help: "A file that `run --format json` wrote, or the folder of a sweep.")
  var first: String

  @Argument(help: "Another one.")
  var second: String

  @OptionGroup var output: OutputOptions

  func checkOutput() throws { try output.checkOutput() }

  func run() throws {
    try output.write(report(command: OutputOptions.command))
  }

  func report(command: String) throws -> Report {
    let areSweeps = SweepResult.exists(in: first) && SweepResult.exists(in: second)
    return areSweeps
      ? try SweepComparison(first, second).report(command: command)
      : try Comparison(first, second).report(command: command)
  }
}
