public import Networks
public import Units
public import WeightAnalysis

extension NetworkSimulation {
  /// The part of `network` that fits `capacity`, layers with the most cycles saved per byte first.
  public func subgraph(
    of network: Network, weights: [String: QuantizedTensor] = [:], capacity: Bytes
  ) -> Subgraph {
    SubgraphGains(self, networks: [network], weights: weights)
      .subgraph(counts: [1], capacity: capacity)
  }
}
