import ArgumentParser
import CostModel
import Inputs
import Reports
import Studies

/// `umemaki mapping`.
struct MappingCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "mapping",
    abstract:
      "How every layer is cut, how far that is from the best, and what more buffer is worth.",
    discussion: """
      Cycles and bytes of every layer against those of the fastest mapping that the search finds, and \
      against a bound that no mapping passes: the array always at work, or a link with every operand moved \
      once. `limit` says what holds the fastest mapping: one of these, or the capacity of the buffers. \
      With --layer the loops are printed, from DRAM to the array.

      Examples:
        umemaki mapping nvdla-large resnet50
        umemaki mapping nvdla-large resnet50 --layer layer4.1.conv2
        umemaki mapping tpu-like vgg16 --mapping largest --format csv
      """)

  @Argument(help: "Architecture: a name in arch/ or a path.")
  var architecture: String

  @Argument(help: "Workload: a name in workloads/ or a path.")
  var workload: String

  @Option(
    help: "Sub-network of a supernet: a name from the workload file, or a configuration in braces.")
  var subnet: String?

  @Option(help: "HDF5 file with one weight tensor per layer.")
  var weights: String?

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(help: "Images per inference.")
  var batch = 1

  @Option(
    help: """
      Mapping rule instead of the architecture's: a name such as search or largest, a mapping file, \
      or a rule in braces: '{rule: search, objective: energy}'.
      """)
  var mapping: String?

  @Option(help: "This layer only, with its loops.")
  var layer: String?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...256).contains(batch) else {
      throw ValidationError("--batch must be 1 to 256, found \(batch)")
    }
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
  }

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    var question = Question(architecture: architecture, workload: workload)
    question.subnet = subnet
    question.weights = weights
    question.layout = layout.flatMap(WeightLayout.init(rawValue:))
    question.batch = batch
    question.mapping = mapping
    return try Inference(question).mappingReport(
      layer: layer, folders: library.folders(), command: command)
  }
}
