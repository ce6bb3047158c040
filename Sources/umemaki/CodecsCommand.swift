import ArgumentParser
import Inputs
import Reports
import Studies

/// `umemaki codecs`.
struct CodecsCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "codecs",
    abstract: "Try codebooks of several settings on a weight file: bits against error.",
    discussion: """
      Every combination of the values given is tried on every tensor that `umemaki quantize --scheme codebook` \
      would code; the error says how far weights are off, and nothing of accuracy.

      Example: umemaki codecs resnet18.h5 --entries 4,8,16 --prune 0,0.5 --escapes 0,0.01
      """)

  @Argument(help: "HDF5 file with float tensors.")
  var input: String

  @Option(help: "Entries of a codebook, a list with commas.")
  var entries = "2,4,8,16,32"

  @Option(help: "Shares of pruned weights, a list with commas.")
  var prune = "0,0.5"

  @Option(help: "Shares of weights kept as they are, a list with commas.")
  var escapes = "0,0.01"

  @Option(help: "One codebook per layer or per filter.")
  var scope = "layer"

  @Option(help: "Workload whose rule says which layers stay at full precision.")
  var workload: String?

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws { try LayoutOption.check(layout) }

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    var search = CodecSearch()
    search.entries = try Self.list(entries, "--entries", "whole numbers")
    search.prune = try Self.list(prune, "--prune", "shares")
    search.escapes = try Self.list(escapes, "--escapes", "shares")
    search.scope = scope
    search.workload = workload
    search.layout = layout.flatMap(WeightLayout.init(rawValue:))
    return try search.report(input, folders: library.folders(), command: command)
  }

  private static func list<Number: LosslessStringConvertible>(
    _ text: String, _ flag: String, _ meaning: String
  ) throws -> [Number] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Number(String(part)) else {
        throw ValidationError("\(flag) takes \(meaning) with commas, found `\(text)`")
      }
      return number
    }
  }
}
