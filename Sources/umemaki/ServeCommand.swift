import ArgumentParser
import Experiments

/// `umemaki serve`.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Scheduler policies side by side on the same arrivals.",
    discussion: """
      Examples:
        umemaki serve sushi-resnet50-analytic
        umemaki serve sushi-resnet50-analytic --format trace -o trace.json
      """)

  @Argument(help: "Scenario: a name in workloads/scenarios/ or a path.")
  var scenario: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let experiment = try ServingExperiment(scenario, folders: SpecFolders())
    guard !output.isTrace else {
      try OutputOptions.write(experiment.trace(), to: output.output)
      return
    }
    try output.write(experiment.report(command: OutputOptions.command))
  }
}
