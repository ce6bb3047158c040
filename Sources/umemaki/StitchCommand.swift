import ArgumentParser
import Reports
import Studies

/// `umemaki stitch`.
struct StitchCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "stitch",
    abstract:
      "Stitch the first blocks of one network to the last blocks of another, priced on a design.",
    discussion: """
      Every pair of blocks is a stitch, with a 1 x 1 convolution between them. With probes, an HDF5 file of \
      distributions probes/NETWORK/BLOCK (samples x classes), the best ones of every bucket of cost are kept; \
      where buckets of --by keep others than buckets of multiply-accumulates, the report says so.

      Example: umemaki stitch resnet18 resnet34 --on sushi-analytic --by latency
      """)

  @Argument(help: "Workload whose beginnings are taken: a name in workloads/ or a path.")
  var a: String

  @Argument(help: "Workload whose ends are taken: a name in workloads/ or a path.")
  var b: String

  @Option(help: "Architecture: a name in arch/ or a path.")
  var on: String

  @Option(help: "HDF5 file with the probes of both networks.")
  var probes: String?

  @Option(help: "What buckets are of: latency, energy or macs.")
  var by = "latency"

  @Option(help: "Buckets of cost.")
  var buckets = 20

  @Option(help: "How far above the least score of its bucket a stitch may be.")
  var tau = 0.05

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard Stitching.Measure(rawValue: by) != nil else {
      throw ValidationError("--by must be latency, energy or macs, found `\(by)`")
    }
  }

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    var stitching = Stitching(architecture: on, first: a, second: b)
    stitching.measure = Stitching.Measure(rawValue: by) ?? .latency
    stitching.probes = probes
    stitching.buckets = buckets
    stitching.tau = tau
    return try stitching.report(folders: library.folders(), command: command)
  }
}
