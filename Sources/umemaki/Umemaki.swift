import ArgumentParser
import Experiments

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
      RunCommand.self, CheckCommand.self, ListCommand.self, MakeWeightsCommand.self,
      CompareCommand.self, SchemaCommand.self, QuantizeCommand.self, AnalyzeCommand.self,
      ProfileCommand.self, ServeCommand.self, SweepCommand.self, MergeCommand.self,
      ReportCommand.self, ImportCommand.self,
      ValidateCommand.self,
      ProbeCommand.self, DifferentialCommand.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Failure.exit(error, Umemaki.self)
    }
  }
}
