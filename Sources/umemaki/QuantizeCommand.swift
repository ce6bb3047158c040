import ArgumentParser
import Experiments
import Inputs

/// `umemaki quantize`.
struct QuantizeCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Quantize the tensors of a weight file.",
    discussion: """
      Fully connected layers and 1 x 1 shortcuts stay at full precision; with --workload the first \
      convolution too, or the layers that the workload file names.
      Example: umemaki quantize resnet18.h5 -o sb.h5 --scheme signed-binary --workload resnet18
      """)

  @Argument(help: "HDF5 file with float tensors.")
  var input: String

  @Option(name: [.customShort("o"), .long], help: "The file to write.")
  var output: String

  @Option(help: "signed-binary, binary or ternary.")
  var scheme: String

  @Option(help: "Workload whose rule says which layers stay at full precision.")
  var workload: String?

  @Option(help: "A further dataset that stays at full precision; may be repeated.")
  var fullPrecision: [String] = []

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(help: "Threshold as a share of the largest (signed-binary) or mean (ternary) magnitude.")
  var thresholdRatio: Float?

  @Option(help: "Share of positive filters (signed-binary).")
  var positiveFraction = 0.5

  @Option(help: "per-filter or intra-filter regions of one sign (signed-binary).")
  var region = "per-filter"

  @Option(help: "One threshold per layer or per filter (ternary).")
  var granularity = "layer"

  @Flag(help: "Turn an all-zero filter into ones, as the released code does (signed-binary).")
  var zeroFilterQuirk = false

  @Flag(help: "Say nothing about each tensor.")
  var quiet = false

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
    do {
      _ = try settings.quantizer()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private var settings: QuantizerSettings {
    QuantizerSettings(
      scheme: scheme, thresholdRatio: thresholdRatio, positiveFraction: positiveFraction,
      region: region, granularity: granularity, reproducesZeroFilterQuirk: zeroFilterQuirk)
  }

  func checkOutput() throws { try OutputFile.check(output, isHDF5: true) }

  func run() throws {
    let outcomes = try settings.quantize(
      input, to: output, workload: workload, fullPrecision: fullPrecision,
      layout: layout.flatMap(WeightLayout.init(rawValue:)), folders: try library.folders())
    guard !quiet else { return }
    let width = outcomes.map(\.dataset.count).max() ?? 0
    for outcome in outcomes {
      let space = String(repeating: " ", count: width - outcome.dataset.count + 2)
      let density = outcome.density.map { ", \(QuantizerSettings.text(density: $0)) non-zero" }
      let line = outcome.dataset + space + outcome.result + (density ?? "")
      try OutputOptions.write(VisibleText.line(line) + "\n", to: nil)
    }
  }
}
