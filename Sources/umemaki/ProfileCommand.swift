import ArgumentParser
import Experiments
import Serving

/// `umemaki profile`.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "The profile table: sub-network x cached sub-graph x batch, as CSV.",
    discussion: """
      Columns are the empty buffer, every sub-network cut to the persistent buffer, and `mix`, the \
      sub-graph that saves most over all of them.
      Example: umemaki profile sushi-zcu104 ofa-resnet50 --batches 1,2,4 -o table.csv
      """)

  @Argument(help: "Architecture: a name in arch/ or a path.")
  var architecture: String

  @Argument(help: "Supernet workload: a name in workloads/ or a path.")
  var workload: String

  @Option(help: "Sub-networks, separated by commas; all named ones unless given.")
  var subnets: String?

  @Option(help: "Batch sizes, separated by commas.")
  var batches = "1"

  @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
  var output: String?

  private var sizes: [Int] { batches.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    guard sizes.count == batches.split(separator: ",", omittingEmptySubsequences: false).count
    else { throw ValidationError("--batches takes numbers, found `\(batches)`") }
  }

  func run() throws {
    let builder = try ProfileBuilder(
      ProfileBuilder.Spec(
        architecture: architecture, workload: workload,
        subnets: subnets?.split(separator: ",").map(String.init), batches: sizes),
      folders: SpecFolders())
    try OutputOptions.write(builder.table().csv, to: output)
  }
}
