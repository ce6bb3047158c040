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

  @OptionGroup var options: QuestionOptions

  @Option(help: "This layer only, with its loops.")
  var layer: String?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    try Inference(options.question).mappingReport(
      layer: layer, folders: library.folders(), command: command)
  }
}
