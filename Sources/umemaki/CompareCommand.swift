import ArgumentParser
import Experiments

/// `umemaki compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Two stored runs side by side: absolute, ratio, per layer.",
    discussion: "Example: umemaki compare before.json after.json")

  @Argument(help: "A file that `run --format json` wrote.")
  var first: String

  @Argument(help: "Another one.")
  var second: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.write(Comparison(first, second).report(command: OutputOptions.command))
  }
}
