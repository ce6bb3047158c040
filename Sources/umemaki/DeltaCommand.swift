import ArgumentParser
import Inputs
import Reports
import Studies

/// `umemaki delta`.
struct DeltaCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "delta",
    abstract: "The bytes that bring one file of coded weights to another.",
    discussion: """
      Both files are what `umemaki quantize --scheme codebook` wrote: what is sent are run lengths of \
      unchanged symbols, new symbols, and codebooks and escapes that changed.

      Example: umemaki delta monday.h5 tuesday.h5
      """)

  @Argument(help: "HDF5 file with the weights that are there.")
  var old: String

  @Argument(help: "HDF5 file with the weights that are wanted.")
  var new: String

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @OptionGroup var output: OutputOptions

  func validate() throws { try LayoutOption.check(layout) }

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    try WeightDelta(
      from: old, to: new, layout: layout.flatMap(WeightLayout.init(rawValue:)), command: command
    ).report
  }
}

/// The check of `--layout`.
enum LayoutOption {
  static func check(_ layout: String?) throws {
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
  }
}
