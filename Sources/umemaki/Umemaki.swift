import ArgumentParser
import Inputs
import Reports

/// The command line.
@main
struct Umemaki: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "umemaki",
    abstract: "Latency and energy of inference accelerators, from YAML specs and HDF5 weights.",
    discussion: """
      Examples:
        umemaki run sushi-zcu104 ofa-resnet50 --subnet 4.1B
        umemaki run sushi-analytic ofa-resnet50 --subnet 0.6B --cached 0.6B
        umemaki check arch/tpu-like.yaml
      """,
    version: umemakiVersion,
    subcommands: [
      RunCommand.self, ExplainCommand.self, MappingCommand.self, CheckCommand.self,
      ListCommand.self, NewCommand.self, MakeWeightsCommand.self,
      CompareCommand.self, SchemaCommand.self, QuantizeCommand.self, CodecsCommand.self,
      DeltaCommand.self, AnalyzeCommand.self, ProfileCommand.self, ServeCommand.self,
      TuneCommand.self, ProbeCommand.self, StitchCommand.self, BudgetCommand.self,
      SweepCommand.self,
      MergeCommand.self,
      ReportCommand.self, ViewCommand.self, RerunCommand.self, ImportCommand.self,
      ExportCommand.self,
      ValidateCommand.self,
      ReadHDF5Command.self, DifferentialCommand.self,
    ])

  static func main() {
    StandardStream.prepare()
    Leftovers.removeOnSignals()
    FilesInUse.guardAgainstWriting()
    HDF5Helper.use([ReadHDF5Command.name])
    do {
      var command = try parseAsRoot()
      // An hour of work is not lost to a name that cannot be written.
      try (command as? any WritingCommand)?.checkOutput()
      try command.run()
      try StandardStream.finish()
    } catch {
      Failure.exit(error, Umemaki.self)
    }
  }
}

/// A command that writes files.
protocol WritingCommand {
  /// Throws where what the command is to write cannot stand.
  func checkOutput() throws
}
