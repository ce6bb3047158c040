import ArgumentParser
import Inputs
import Reports
import Studies

/// `umemaki analyze`.
struct AnalyzeCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Density, repetition and exact operation counts of every tensor.",
    discussion: """
      Counts are additions per output pixel, exact for the whole tensor.
      Examples:
        umemaki analyze sb.h5
        umemaki analyze sb.h5 --tile-width 2,3,4,5,6,8 --format csv -o counts.csv
      """)

  @Argument(help: "HDF5 file, as `umemaki quantize` writes it.")
  var file: String

  @Option(help: "Columns of a tile, 1 to 16; of several the best one is taken for each tensor.")
  var tileWidth = "6"

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(help: "Threads that count; the result does not depend on it.")
  var jobs = 1

  @OptionGroup var output: OutputOptions

  private var widths: [Int] { tileWidth.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    let parts = tileWidth.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == widths.count, widths.allSatisfy({ (1...16).contains($0) }) else {
      throw ValidationError("--tile-width takes numbers from 1 to 16, found `\(tileWidth)`")
    }
    guard (1...1024).contains(jobs) else {
      throw ValidationError("--jobs must be 1 to 1024, found \(jobs)")
    }
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
  }

  func checkOutput() throws { try output.checkOutput() }

  func run() throws {
    try output.write(report(command: OutputOptions.command))
  }

  func report(command: String) throws -> Report {
    let analysis = try Analysis(
      file, widths: widths, layout: layout.flatMap(WeightLayout.init(rawValue:)), jobs: jobs)
    return analysis.report(command: command)
  }
}
