internal import Components
public import Inputs
internal import Networks
internal import Reports
public import WeightAnalysis

/// A quantizer as the command line describes it.
public struct QuantizerSettings: Sendable {
  /// Name of the scheme.
  public let scheme: String
  /// Threshold as a share of a magnitude, nil for the scheme's own.
  public let thresholdRatio: Float?
  /// Share of positive filters.
  public let positiveFraction: Double
  /// Name of the region of one sign.
  public let region: String
  /// Name of the granularity of the threshold.
  public let granularity: String
  /// Whether all-zero filters become ones.
  public let reproducesZeroFilterQuirk: Bool

  /// Makes settings.
  public init(
    scheme: String, thresholdRatio: Float?, positiveFraction: Double, region: String,
    granularity: String, reproducesZeroFilterQuirk: Bool
  ) {
    self.scheme = scheme
    self.thresholdRatio = thresholdRatio
    self.positiveFraction = positiveFraction
    self.region = region
    self.granularity = granularity
    self.reproducesZeroFilterQuirk = reproducesZeroFilterQuirk
  }

  /// The quantizer; throws when a setting has no meaning.
  public func quantizer() throws(WeightError) -> any Quantizer {
    switch scheme {
    case SignedBinary.kind:
      guard let chosen = SignRegion(rawValue: region) else {
        throw .setting(name: "--region", message: "expected per-filter or intra-filter")
      }
      return try SignedBinary(
        thresholdRatio: thresholdRatio ?? 0.05, positiveFraction: positiveFraction,
        guardsZeroFilters: !reproducesZeroFilterQuirk, region: chosen)
    case BinaryQuantizer.kind: return BinaryQuantizer()
    case TernaryQuantizer.kind:
      guard let chosen = TernaryQuantizer.Granularity(rawValue: granularity) else {
        throw .setting(name: "--granularity", message: "expected layer or filter")
      }
      return try TernaryQuantizer(granularity: chosen, ratio: thresholdRatio ?? 0.7)
    default:
      throw .setting(
        name: "--scheme", message: "expected signed-binary, binary or ternary, found `\(scheme)`")
    }
  }

  /// Quantizes a file; layers that the workload's rule keeps stay at full precision.
  public func quantize(
    _ input: String, to output: String, workload: String?, fullPrecision: [String],
    layout: WeightLayout?, folders: SpecFolders
  ) throws -> [Quantization.Outcome] {
    let kept = Set(fullPrecision)
    var reasons: [String: String] = [:]
    var depthwise = Set<String>()
    if let workload {
      let path = try folders.path(of: workload, in: "workloads")
      let checked = try Workload(SpecFile(path: path))
      let network = try SyntheticWeights.network(workload, subnet: nil, folders: folders)
      let rule = QuantizationRule(named: checked.spec.fullPrecision)
      for layer in network.layers {
        if layer.channelsPerGroup == 1 { depthwise.formUnion(WeightNames.names(of: layer.name)) }
        guard let reason = rule.reason(for: layer, in: network) else { continue }
        for name in WeightNames.names(of: layer.name) { reasons[name] = reason }
      }
    }
    let ruled = reasons
    let hasWorkload = workload != nil
    return try Quantization(
      quantizer(), threshold: threshold, layout: layout, depthwise: depthwise
    ) { tensor, shape in
      if kept.contains(tensor.dataset) { return "full precision: named with --full-precision" }
      if hasWorkload { return ruled[tensor.dataset] ?? ruled[WeightNames.stem(tensor.dataset)] }
      if tensor.dimensions.count == 2 { return "full precision: fully connected" }
      return QuantizationRule.isShortcut(tensor.dataset, rows: shape.rows, columns: shape.columns)
        ? "full precision: shortcut" : nil
    }.run(input, to: output)
  }

  private var threshold: Double? {
    switch scheme {
    case SignedBinary.kind: Double(thresholdRatio ?? 0.05)
    case TernaryQuantizer.kind: Double(thresholdRatio ?? 0.7)
    default: nil
    }
  }

  /// A density in per cent.
  public static func text(density: Double) -> String { NumberText.share(density) }
}
