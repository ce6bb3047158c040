import ArgumentParser
import Exploration
import Reports
import Studies

/// `umemaki compare`.
struct CompareCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Stored documents of one kind, two sweeps, or a run and another simulator's report.",
    discussion: """
      Two runs: absolute, ratio, per layer. Three runs or more: what differs between their inputs, then totals \
      and layers, those that take most of the time first, each over the first run's. Two documents of any other kind, such as serving experiments or
      profiles: every figure that both have. Two sweeps with the same objectives: how much each front
      dominates (hypervolume), and how much of each the other covers. A run and SCALE-Sim's \
      COMPUTE_REPORT.csv, or Timeloop's statistics of one layer (.txt): cycles, layer by layer.

      Examples:
        umemaki compare before.json after.json
        umemaki compare small.json medium.json large.json
        umemaki compare before.json after.json --format html -o comparison.html
        umemaki compare results/small-space results/large-space
        umemaki compare run.json COMPUTE_REPORT.csv
      """)

  @Argument(help: "A file that `--format json` wrote, or the folder of a sweep.")
  var first: String

  @Argument(help: "Another one, or a report of SCALE-Sim (.csv) or Timeloop (.txt).")
  var second: String

  @Argument(help: "Further runs.")
  var others: [String] = []

  @OptionGroup var output: OutputOptions

  func checkOutput() throws { try output.checkOutput() }

  func run() throws {
    try output.write(report(command: OutputOptions.command))
  }

  func report(command: String) throws -> Report {
    guard others.isEmpty else {
      return try RunsComparison([first, second] + others).report(command: command)
    }
    if PeerResult.isOne(second) {
      return try PeerComparison(first, peer: second).report(command: command)
    }
    let areSweeps = SweepResult.exists(in: first) && SweepResult.exists(in: second)
    guard !areSweeps else { return try SweepComparison(first, second).report(command: command) }
    return DocumentComparison.isForeign(first)
      ? try DocumentComparison(first, second).report(command: command)
      : try Comparison(first, second).report(command: command)
  }
}
