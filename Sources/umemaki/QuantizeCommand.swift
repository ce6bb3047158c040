import ArgumentParser
import Inputs
import Studies

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

  @Argument(help: "HDF5, safetensors, .pt or .keras file with float tensors.")
  var input: String

  @Option(name: [.customShort("o"), .long], help: "The file to write.")
  var output: String

  @Option(help: "\(QuantizerSettings.schemes).")
  var scheme: String

  @Option(help: "Workload whose rule says which layers stay at full precision.")
  var workload: String?

  @Option(help: "A further dataset that stays at full precision; may be repeated.")
  var fullPrecision: [String] = []

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(help: "Threshold as a share of the largest (signed-binary) or mean (ternary) magnitude.")
  var thresholdRatio: Float?

  @Option(help: "Share of positive filters (signed-binary); 0.5 when left out.")
  var positiveFraction: Double?

  @Option(help: "per-filter (when left out) or intra-filter regions of one sign (signed-binary).")
  var region: String?

  @Option(help: "One threshold per layer (when left out) or per filter (ternary).")
  var granularity: String?

  @Flag(help: "Turn an all-zero filter into ones, as the released code does (signed-binary).")
  var zeroFilterQuirk = false

  @Option(help: "Entries of a codebook, 1 to 256 (codebook).")
  var entries: Int?

  @Option(help: "Share of weights that are pruned, the smallest ones (codebook); 0 when left out.")
  var prune: Double?

  @Option(help: "Share of weights kept as they are, the largest ones (codebook); 0 when left out.")
  var escapes: Double?

  @Option(help: "One codebook per layer (when left out) or per filter (codebook).")
  var scope: String?

  @Option(
    name: .customLong("set"),
    help: "A setting of the scheme that has no flag of its own, KEY=VALUE; may be repeated.")
  var others: [String] = []

  @Flag(help: "Say nothing about each tensor.")
  var quiet = false

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
    if let other = others.first(where: { !$0.contains("=") }) {
      throw ValidationError("--set takes KEY=VALUE, found `\(other)`")
    }
    do {
      _ = try settings.rule()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private var settings: QuantizerSettings {
    let given: [(key: String, value: String?)] = [
      ("threshold_ratio", thresholdRatio.map { "\(Double($0))" }),
      ("positive_fraction", positiveFraction.map { "\($0)" }), ("region", region),
      ("granularity", granularity), ("entries", entries.map { "\($0)" }),
      ("prune", prune.map { "\($0)" }), ("escapes", escapes.map { "\($0)" }), ("scope", scope),
      ("zero_filter_quirk", zeroFilterQuirk ? "true" : nil),
    ]
    return QuantizerSettings(
      scheme: scheme,
      given.compactMap { key, value in value.map { (key, $0) } }
        + others.map { text in
          let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        })
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
      let coding = outcome.coding.map { ", \(QuantizerSettings.text($0))" }
      let line = outcome.dataset + space + outcome.result + (density ?? "") + (coding ?? "")
      try OutputOptions.write(VisibleText.line(line) + "\n", to: nil)
    }
  }
}
