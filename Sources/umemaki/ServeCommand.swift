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

  @Option(help: "Search the highest rate at which this per cent of deadlines is met instead.")
  var capacity: Double?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let capacity, !(capacity > 0 && capacity <= 100) {
      throw ValidationError("--capacity must be more than 0 and at most 100, found \(capacity)")
    }
  }

  func run() throws {
    let experiment = try ServingExperiment(scenario, folders: SpecFolders())
    if let capacity {
      let report = try experiment.capacity(
        attainment: capacity / 100, command: OutputOptions.command)
      try output.write(report)
      return
    }
    guard !output.isTrace else {
      try OutputOptions.write(experiment.trace(), to: output.output)
      return
    }
    try output.write(experiment.report(command: OutputOptions.command))
  }
}
