import ArgumentParser
import Reports
import Studies

/// `umemaki budget`.
struct BudgetCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "budget",
    abstract: "How many tokens an iteration of a language model may have on a design.",
    discussion: """
      The largest part of a prompt that keeps a target for the time of an iteration beside decodes, what a \
      prompt takes in smaller parts, and from how many tokens on the array is the limit and no longer the \
      memory.

      Example: umemaki budget tpu-like qwen2.5-1.5b --target '50 ms' --decodes 16
      """)

  @Argument(help: "Architecture: a name in arch/ or a path.")
  var architecture: String

  @Argument(help: "Workload, a transformer: a name in workloads/ or a path.")
  var model: String

  @Option(help: "The longest time of an iteration, such as '50 ms'.")
  var target: String

  @Option(help: "Requests that decode beside the part of a prompt.")
  var decodes = 32

  @Option(help: "Cached tokens of each of them.")
  var context = 1024

  @Option(help: "Tokens of the prompt.")
  var prompt = 2048

  @Option(help: "Tokens that a budget is a multiple of.")
  var granule = 1

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    var budget = try TokenBudget(architecture: architecture, model: model, target: target)
    budget.decodes = decodes
    budget.context = context
    budget.prompt = prompt
    budget.granule = granule
    return try budget.report(folders: library.folders(), command: command)
  }
}
