public import Networks
public import Units
public import WeightAnalysis

/// What of a network runs elsewhere than on the design, and what it would have to do there.
///
/// SUSHI's sizes of sub-networks leave the classifier out, so it is no part of what its accelerator
/// runs and caches.
public struct HostWork: Hashable, Sendable {
  /// Names of the operations, in order of execution.
  public let names: [String]
  /// Multiply-accumulates of the layers among them, of all images.
  public let macs: Int
  /// Bytes of their weights as the design would store them.
  public let weightBytes: Bytes

  /// Everything runs on the design.
  static let none = HostWork(names: [], macs: 0, weightBytes: .zero)
}

extension Evaluator {
  /// What of `network` runs elsewhere.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - weights: The quantized tensors by layer name.
  ///   - batch: Images at once.
  /// - Returns: Its operations, with work and weights of those that are layers.
  public func hostWork(
    of network: Network, weights: [String: QuantizedTensor] = [:], batch: Int = 1
  ) -> HostWork {
    guard !network.host.isEmpty else { return .none }
    let names = network.connections?.operations.map(\.name) ?? network.layers.map(\.name)
    let layers = network.hostLayers
    let bits = layers.reduce(Bits.zero) {
      $0 + stored($1, model.storedFormat(of: $1, weights[$1.name]))
    }
    return HostWork(
      names: names.filter(network.host.contains),
      // At most 2^53 of a network (`LayerLimits`) times at most 256 images.
      macs: layers.reduce(0) { $0 + $1.macs } * batch, weightBytes: Bytes(holding: bits))
  }
}
