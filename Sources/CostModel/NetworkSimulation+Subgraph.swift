public import Specs
public import Units
public import WeightAnalysis

extension NetworkSimulation {
  /// The part of `network` that fits `capacity`, layers with the most cycles saved per byte first.
  public func subgraph(
    of network: Network, weights: [String: QuantizedTensor] = [:], capacity: Bytes
  ) -> Subgraph {
    subgraph(ofMix: [network], weights: weights, capacity: capacity)
  }

  /// The sub-graph that saves a mix of equally frequent networks most, by greedy choice.
  ///
  /// Candidates are the slices of each layer that one of the networks uses; the one with the most
  /// cycles saved per byte over all networks is taken first, one slice per layer, the last one cut
  /// to whole kernels. Equal gains go to the later layer, then to the larger slice.
  public func subgraph(
    ofMix networks: [Network], weights: [String: QuantizedTensor] = [:], capacity: Bytes
  ) -> Subgraph {
    var candidates = candidates(of: networks, weights)
    candidates.sort {
      ($0.gain, $0.position, $0.slice.weights, $0.name)
        > ($1.gain, $1.position, $1.slice.weights, $1.name)
    }
    var left = capacity.count
    var slices: [String: Subgraph.Slice] = [:]
    for candidate in candidates where left > 0 && slices[candidate.name] == nil {
      let slice = candidate.slice
      let kernels = min(slice.kernels, left * slice.kernels / candidate.bytes)
      guard kernels > 0 else { continue }
      slices[candidate.name] = Subgraph.Slice(
        kernels: kernels, channels: slice.channels, rows: slice.rows, columns: slice.columns)
      left -= (kernels * candidate.bytes + slice.kernels - 1) / slice.kernels
    }
    return Subgraph(slices: slices)
  }

  /// A slice of one layer and what holding it saves per byte.
  private struct Candidate {
    let name: String
    let position: Int
    let slice: Subgraph.Slice
    let bytes: Int
    let gain: Double
  }

  /// The different shapes that a layer has in the networks, with how many networks have each.
  private struct Uses {
    var position = 0
    var layers: [(layer: Layer, count: Int)] = []

    mutating func add(_ layer: Layer, at index: Int) {
      position = max(position, index)
      if let known = layers.firstIndex(where: { $0.layer == layer }) {
        layers[known].count += 1
      } else {
        layers.append((layer, 1))
      }
    }
  }

  private func candidates(
    of networks: [Network], _ weights: [String: QuantizedTensor]
  ) -> [Candidate] {
    var order: [String] = []
    var uses: [String: Uses] = [:]
    for network in networks {
      for (index, layer) in network.layers.enumerated() {
        if uses[layer.name] == nil { order.append(layer.name) }
        uses[layer.name, default: Uses()].add(layer, at: index)
      }
    }
    var found: [Candidate] = []
    for name in order {
      guard let use = uses[name] else { continue }
      let tensor = weights[name]
      let slices = Set(use.layers.map { Subgraph.Slice($0.layer) })
      let plain = use.layers.map { model.cost(of: $0.layer, weights: tensor).cost?.total }
      for slice in slices {
        let stored = model.format(of: tensor).bits(weights: slice.weights, kernels: slice.kernels)
        let bytes = max(1, Bytes(holding: stored).count)
        let held = Subgraph(slices: [name: slice])
        var saved = 0
        for (entry, without) in zip(use.layers, plain) {
          let resident = residency(of: entry.layer, tensor, in: held)
          let with = model.cost(of: entry.layer, weights: tensor, residency: resident).cost?.total
          if let without, let with { saved += (without - with).count * entry.count }
        }
        found.append(
          Candidate(
            name: name, position: use.position, slice: slice, bytes: bytes,
            gain: Double(saved) / Double(bytes)))
      }
    }
    return found
  }
}
