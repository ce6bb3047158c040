import ArgumentParser
import Inputs
import Studies

/// `umemaki make-weights`.
struct MakeWeightsCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "make-weights",
    abstract: "Synthetic weight tensors, labelled synthetic in the file.",
    discussion: """
      Without --subnet a supernet's largest network is written, which holds every sub-network.
      Ternary weights are quantized already; their zeros are the shares that the workload states.
      Examples:
        umemaki make-weights resnet18 --seed 7 -o resnet18.h5
        umemaki make-weights eie-layers --distribution ternary -o eie-layers.h5
      """)

  @Argument(help: "Workload: a name in workloads/ or a path.")
  var workload: String

  @Option(help: "Sub-network of a supernet.")
  var subnet: String?

  @Option(help: "laplace, gaussian or ternary.")
  var distribution = "laplace"

  @Option(help: "Seed; equal seeds give equal bytes.")
  var seed = 1

  @Option(name: [.customShort("o"), .long], help: "The file to write.")
  var output: String

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    guard SyntheticWeights.Distribution(rawValue: distribution) != nil else {
      throw ValidationError(
        "--distribution must be laplace, gaussian or ternary, found `\(distribution)`")
    }
  }

  func checkOutput() throws { try OutputFile.check(output, isHDF5: true) }

  func run() throws {
    let network = try SyntheticWeights.network(workload, subnet: subnet, folders: library.folders())
    let chosen = SyntheticWeights.Distribution(rawValue: distribution) ?? .laplace
    try SyntheticWeights(chosen, seed: seed).write(network, to: output)
  }
}
