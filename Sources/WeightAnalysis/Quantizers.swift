public import Components

/// The quantizers.
public enum Quantizers {
  /// Every quantizer; a new one, its alphabet included, is one file and one line here.
  public static let registry = Registry<any Quantizer>(
    "quantizer",
    [
      .init(SignedBinary.self) { $0 },
      .init(BinaryQuantizer.self) { $0 },
      .init(TernaryQuantizer.self) { $0 },
    ])
}

extension Registry<any Quantizer> {
  /// The alphabets of the quantizers, each once, in the order of the list.
  ///
  /// Weights that do not say theirs have the first one that all of them fit.
  public var schemes: [QuantizationScheme] {
    var found: [QuantizationScheme] = []
    for entry in entries {
      guard let type = entry.type as? any Quantizer.Type, !found.contains(type.scheme) else {
        continue
      }
      found.append(type.scheme)
    }
    return found
  }
}
