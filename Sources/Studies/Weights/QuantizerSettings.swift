public import Components
public import Inputs
internal import Networks
internal import Reports
public import WeightAnalysis

/// A quantizer as the command line describes it.
public struct QuantizerSettings: Sendable {
  /// Name of the quantizer.
  public let scheme: String
  /// What is set, by the quantizer's keys.
  public let settings: [(key: String, value: String)]

  /// Makes settings; what is left out is the quantizer's own.
  public init(scheme: String, _ settings: [(key: String, value: String)] = []) {
    self.scheme = scheme
    self.settings = settings
  }

  /// The quantizer; throws when there is none of that name, or a setting has no meaning for it.
  public func quantizer(
    among quantizers: Registry<any Quantizer> = Quantizers.registry
  ) throws(WeightError) -> any Quantizer {
    guard let entry = quantizers.entries.first(where: { $0.kind == scheme }) else {
      let kinds = quantizers.entries.map(\.kind)
      throw .setting(
        name: "--scheme", message: "expected \(Self.list(kinds)), found `\(scheme)`")
    }
    var choice = Choice(kind: scheme)
    for (key, value) in settings {
      let keys = entry.settings
      guard keys.contains(key) else {
        throw .setting(
          name: Self.flag(key),
          message: "\(scheme) has "
            + (keys.isEmpty
              ? "no settings" : "no such setting, expected \(Self.list(keys.map(Self.flag)))"))
      }
      guard choice.text(of: key) == nil else {
        throw .setting(name: Self.flag(key), message: "set twice")
      }
      choice = choice.setting(key, to: value)
    }
    do throws(InputError) {
      return try quantizers.make(choice).member
    } catch {
      throw .setting(
        name: Self.flag(String(error.path.drop { $0 == "." })), message: error.message)
    }
  }

  /// `--threshold-ratio` of `threshold_ratio`.
  private static func flag(_ key: String) -> String { "--" + key.replacing("_", with: "-") }

  /// `a, b or c`.
  private static func list(_ words: [String]) -> String {
    guard words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or \(words[words.count - 1])"
  }

  /// The names of the quantizers, for a help text.
  public static var schemes: String { list(Quantizers.registry.entries.map(\.kind)) }

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
      let checked = try folders.workload(SpecFile(path: path))
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
      quantizer(among: folders.families.quantizers), layout: layout, depthwise: depthwise
    ) { tensor, shape in
      if kept.contains(tensor.dataset) { return "full precision: named with --full-precision" }
      if hasWorkload { return ruled[tensor.dataset] ?? ruled[WeightNames.stem(tensor.dataset)] }
      if tensor.dimensions.count == 2 { return "full precision: fully connected" }
      return QuantizationRule.isShortcut(tensor.dataset, rows: shape.rows, columns: shape.columns)
        ? "full precision: shortcut" : nil
    }.run(input, to: output)
  }

  /// A density in per cent.
  public static func text(density: Double) -> String { NumberText.share(density) }
}

extension Registry.Entry {
  /// The keys beside `kind`.
  fileprivate var settings: [String] {
    guard case .object(let properties) = schema else { return [] }
    return properties.map(\.name).filter { $0 != "kind" }
  }
}
