import ArgumentParser
import Experiments

/// `umemaki serve`.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Scheduler policies side by side on the same arrivals.",
    discussion: "Example: umemaki serve sushi-resnet50-analytic")

  @Argument(help: "Scenario: a name in workloads/scenarios/ or a path.")
  var scenario: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let experiment = try ServingExperiment(scenario, folders: SpecFolders())
    try output.write(experiment.report(command: OutputOptions.command))
  }
}
