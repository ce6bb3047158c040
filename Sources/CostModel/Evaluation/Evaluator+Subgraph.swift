public import Networks
public import Units
public import WeightAnalysis

extension Evaluator {
  /// The part of `network` that fits `capacity`, layers with the most cycles saved per byte first.
  public func subgraph(
    of network: Network, weights: [String: QuantizedTensor] = [:], capacity: Bytes
  ) -> Subgraph {
    var family = FamilyEvaluator(
      self, NetworkFamily([NetworkFamily.Member(network, weights: weights)], on: self))
    return SubgraphGains(&family).subgraph(counts: [1], capacity: capacity)
  }
}
