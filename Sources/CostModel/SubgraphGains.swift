public import Networks
public import Units
public import WeightAnalysis

/// What holding each slice of each layer would save each of several networks.
///
/// Worked out once, so that sub-graphs for many mixes of the networks cost no further layers.
public struct SubgraphGains: Sendable {
  /// A slice of one layer that some of the networks use.
  private struct Candidate {
    let name: String
    /// The place of the layer in each network, -1 where it has none.
    let positions: [Int]
    let slice: Subgraph.Slice
    let bytes: Int
    /// Networks that use exactly this slice.
    let users: [Int]
    /// Cycles saved in each network; whole numbers, exact up to 2^53.
    let saved: [Double]
  }

  private let candidates: [Candidate]

  /// Costs every slice that one of the networks uses; `weights` holds the quantized tensors.
  public init(
    _ simulation: NetworkSimulation, networks: [Network],
    weights: [String: QuantizedTensor] = [:]
  ) {
    var order: [String] = []
    var uses: [String: [(network: Int, position: Int, layer: Layer)]] = [:]
    for (index, network) in networks.enumerated() {
      for (position, layer) in network.layers.enumerated() {
        if uses[layer.name] == nil { order.append(layer.name) }
        uses[layer.name, default: []].append((index, position, layer))
      }
    }
    candidates = order.flatMap { name -> [Candidate] in
      let uses = uses[name] ?? []
      let tensor = weights[name]
      func cycles(_ layer: Layer, _ residency: Bytes) -> Int? {
        simulation.model.cost(
          of: layer, weights: tensor, placement: OperationPlacement(weights: residency)
        ).cost?.total.count
      }
      // Networks often have the same layer.
      var plain: [Layer: Int] = [:]
      for use in uses where plain[use.layer] == nil { plain[use.layer] = cycles(use.layer, .zero) }
      var slices: [Subgraph.Slice] = []
      for use in uses where !slices.contains(Subgraph.Slice(use.layer)) {
        slices.append(Subgraph.Slice(use.layer))
      }
      return slices.map { slice in
        let format = simulation.model.format(of: tensor)
        let stored = format.bits(weights: slice.weights, kernels: slice.kernels)
        let held = Subgraph(slices: [name: slice])
        var saved = Array(repeating: 0.0, count: networks.count)
        var positions = Array(repeating: -1, count: networks.count)
        var known: [Layer: Int] = [:]
        for use in uses {
          let gain =
            known[use.layer]
            ?? {
              let resident = simulation.residency(of: use.layer, tensor, in: held)
              guard let plain = plain[use.layer], let with = cycles(use.layer, resident)
              else { return 0 }
              return plain - with
            }()
          known[use.layer] = gain
          saved[use.network] += Double(gain)
          positions[use.network] = use.position
        }
        return Candidate(
          name: name, positions: positions, slice: slice,
          bytes: max(1, Bytes(holding: stored).count),
          users: uses.filter { Subgraph.Slice($0.layer) == slice }.map(\.network), saved: saved)
      }
    }
  }

  /// The sub-graph that saves a mix of the networks most, by greedy choice.
  ///
  /// Candidates are the slices that a network of the mix uses; the one with the most cycles saved per
  /// byte over the mix is taken first, one slice per layer, the last one cut to whole kernels. Equal
  /// gains go to the later layer, then to the larger slice.
  ///
  /// - Parameters:
  ///   - counts: How often each network is served, relative to the others.
  ///   - capacity: Bytes of the persistent buffer.
  /// - Returns: Slices that take at most `capacity`.
  public func subgraph(counts: [Int], capacity: Bytes) -> Subgraph {
    var ranked: [Ranked] = []
    for candidate in candidates where candidate.users.contains(where: { counts[$0] > 0 }) {
      let saved = zip(candidate.saved, counts).reduce(0) { $0 + $1.0 * Double($1.1) }
      let position = zip(candidate.positions, counts).reduce(-1) {
        $1.1 > 0 ? max($0, $1.0) : $0
      }
      ranked.append(
        Ranked(
          gain: saved / Double(candidate.bytes), position: position, candidate: candidate))
    }
    ranked.sort { $0.key > $1.key }
    var left = capacity.count
    var slices: [String: Subgraph.Slice] = [:]
    for entry in ranked where left > 0 && slices[entry.candidate.name] == nil {
      let candidate = entry.candidate
      let slice = candidate.slice
      let kernels =
        left >= candidate.bytes
        ? slice.kernels : scaled(left, by: slice.kernels, over: candidate.bytes).quotient
      guard kernels > 0 else { continue }
      slices[candidate.name] = Subgraph.Slice(
        kernels: kernels, channels: slice.channels, rows: slice.rows, columns: slice.columns)
      let taken = scaled(kernels, by: candidate.bytes, over: slice.kernels)
      left -= taken.quotient + (taken.remainder > 0 ? 1 : 0)
    }
    return Subgraph(slices: slices)
  }

  private struct Ranked {
    let gain: Double
    let position: Int
    let candidate: Candidate

    var key: (Double, Int, Int, Int, String) {
      (gain, position, candidate.slice.weights, candidate.slice.kernels, candidate.name)
    }
  }
}
