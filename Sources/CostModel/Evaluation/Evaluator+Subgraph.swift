public import Networks
public import Units
public import WeightAnalysis

extension Evaluator {
  /// The part of `network` that fits `capacity`, layers that save most per byte first.
  public func subgraph(
    of network: Network, weights: [String: QuantizedTensor] = [:], capacity: Bytes,
    fill: SubgraphFill = .cycles
  ) -> Subgraph {
    var family = FamilyEvaluator(
      self, NetworkFamily([NetworkFamily.Member(network, weights: weights)], on: self))
    return SubgraphGains(&family, fill: fill).subgraph(counts: [1], capacity: capacity)
  }
}
