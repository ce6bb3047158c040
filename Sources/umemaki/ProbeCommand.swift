import ArgumentParser
import Reports
import Studies

/// `umemaki probe`.
struct ProbeCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract:
      "Which sub-networks a client finds behind a service, and what noise on constraints costs.",
    discussion: """
      Lone queries state one latency after the other and see what answers: budgets are halved wherever their ends \
      are answered differently. The scenario's `noise` is added to what policies see; goodput is the share of its \
      queries whose true constraints were met all the same.

      Example: umemaki probe private-resnet50
      """)

  @Argument(help: "Scenario: a name in workloads/scenarios/ or a path.")
  var scenario: String

  @Option(
    help:
      "The highest latency that is asked, such as '50 ms'; twice the slowest sub-network's when left out."
  )
  var highest: String?

  @Option(
    help: "Latencies closer than that are not told apart; a 1600th of the highest when left out.")
  var resolution: String?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    var probe = ConstraintProbe()
    probe.highest = highest
    probe.resolution = resolution
    return try probe.report(scenario, folders: library.folders(), command: command)
  }
}
