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

  /// What makes the values; throws as `quantizer` does.
  public func rule(
    among quantizers: Registry<any Quantizer> = Quantizers.registry
  ) throws(WeightError) -> Quantization.Rule {
    scheme == CodebookCodec.name
      ? .codebook(try codec()) : .levels(try quantizer(among: quantizers))
  }

  /// The codec of scheme `codebook`; throws for a setting that it does not have, or a value that is none.
  public func codec() throws(WeightError) -> CodebookCodec {
    let keys = ["entries", "prune", "escapes", "scope"]
    var known: [String: String] = [:]
    for (key, value) in settings {
      guard keys.contains(key) else {
        throw .setting(
          name: Self.flag(key),
          message: "codebook has no such setting, expected \(Self.list(keys.map(Self.flag)))")
      }
      guard known.updateValue(value, forKey: key) == nil else {
        throw .setting(name: Self.flag(key), message: "set twice")
      }
    }
    func number<Number: LosslessStringConvertible>(
      _ key: String, _ standard: Number, _ meaning: String
    ) throws(WeightError) -> Number {
      guard let text = known[key] else { return standard }
      guard let number = Number(text) else {
        throw .setting(name: Self.flag(key), message: "expected \(meaning), found `\(text)`")
      }
      return number
    }
    guard known["entries"] != nil else {
      throw .setting(name: "--entries", message: "missing, expected the entries of a codebook")
    }
    let word = known["scope"] ?? CodebookCodec.Scope.layer.rawValue
    guard let scope = CodebookCodec.Scope(rawValue: word) else {
      throw .setting(name: "--scope", message: "expected layer or filter, found `\(word)`")
    }
    do {
      return try CodebookCodec(
        entries: number("entries", 0, "a whole number"), prune: number("prune", 0.0, "a share"),
        escapes: number("escapes", 0.0, "a share"), scope: scope)
    } catch {
      guard case .setting(let name, let message) = error, !name.hasPrefix("--") else { throw error }
      throw .setting(name: Self.flag(name), message: message)
    }
  }

  /// The quantizer; throws when there is none of that name, or a setting has no meaning for it.
  public func quantizer(
    among quantizers: Registry<any Quantizer> = Quantizers.registry
  ) throws(WeightError) -> any Quantizer {
    guard let entry = quantizers.entries.first(where: { $0.kind == scheme }) else {
      let kinds = quantizers.entries.map(\.kind) + [CodebookCodec.name]
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
  public static var schemes: String {
    list(Quantizers.registry.entries.map(\.kind) + [CodebookCodec.name])
  }

  /// Quantizes a file; layers that the workload's rule keeps stay at full precision.
  public func quantize(
    _ input: String, to output: String, workload: String?, fullPrecision: [String],
    layout: WeightLayout?, folders: SpecFolders
  ) throws -> [Quantization.Outcome] {
    let kept = try KeptTensors(workload: workload, fullPrecision: fullPrecision, folders: folders)
    return try Quantization(
      rule(among: folders.families.quantizers), layout: layout, depthwise: kept.depthwise
    ) { kept.reason(for: $0, $1) }.run(input, to: output)
  }

  /// Bits of a weight and the error of a codec.
  public static func text(_ coding: (bitsPerWeight: Double, error: CodingError)) -> String {
    let bits = "\(NumberText.ratio(coding.bitsPerWeight)) bit per weight"
    guard let decibels = coding.error.signalToNoise else { return bits + ", nothing lost" }
    return bits + ", \(NumberText.ratio(decibels)) dB"
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
