import ArgumentParser
import Inputs
import Reports
import Studies

/// `umemaki tune`.
struct TuneCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Thresholds, order or composition of a scenario of graphs, under a budget.",
    discussion: """
      The scenario's `tune` says what is searched: the thresholds of a chain of gates with tensors, every \
      combination judged exactly over the samples; cut-offs of two or three outcomes in any graph; the order of its models, by shortest path, beside the \
      greedy one; or which models an ensemble has, all sets, greedily or genetically. Costs are those of \
      the scenario's first run on idle devices.

      Example: umemaki tune cascade-thresholds --settings settings.csv
      """)

  @Argument(help: "Scenario of graphs: a name in workloads/graphs/ or a path.")
  var scenario: String

  @Option(help: "Also write a row for every setting that is tried to this file, CSV.")
  var settings: String?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard settings == nil || settings != output.output else {
      throw ValidationError("--settings and -o name the same file")
    }
  }

  func checkOutput() throws {
    try output.checkOutput()
    if let settings { try OutputFile.check(settings, isHDF5: false) }
  }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    guard try ScenarioKind(scenario, folders: library.folders()) == .graphs else {
      throw InputError(
        "is no scenario of graphs, expected a file with `graph` and `tune`", file: nil,
        path: scenario)
    }
    return try GraphExperiment(scenario, folders: library.folders())
      .tuned(command: command, settings: settings)
  }
}
