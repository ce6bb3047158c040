/// Which layers keep their full precision when a network is quantized.
public struct QuantizationRule: Hashable, Sendable {
  /// Layers that a workload file names; nil for the default rule.
  public let named: [String]?

  /// Makes a rule.
  public init(named: [String]?) { self.named = named }

  /// Why `layer` stays at full precision, nil if it is quantized.
  ///
  /// By default the first convolution, 1 x 1 shortcut convolutions and fully connected layers stay.
  /// Source: the released training code of PLUM, sachitkuhar/PLUM.
  public func reason(for layer: Layer, in network: Network) -> String? {
    if let named {
      return named.contains(layer.name) ? "full precision: named in the workload" : nil
    }
    if layer.name == network.layers.first?.name { return "full precision: first convolution" }
    if layer.operation == .fullyConnected { return "full precision: fully connected" }
    return Self.isShortcut(layer.name, rows: layer.kernelRows, columns: layer.kernelColumns)
      ? "full precision: shortcut" : nil
  }

  /// Whether a tensor is a 1 x 1 shortcut, by its name.
  public static func isShortcut(_ name: String, rows: Int, columns: Int) -> Bool {
    rows == 1 && columns == 1 && (name.contains("shortcut") || name.contains("downsample"))
  }
}
