public import Networks
public import Units

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
    /// Cycles, or bytes, saved in each network; whole numbers, exact up to 2^53.
    let saved: [Double]
  }

  private let candidates: [Candidate]

  /// Costs every slice that one of the networks uses.
  ///
  /// A slice is stored, and its bytes are counted, as in the networks that use exactly it.
  ///
  /// - Parameters:
  ///   - evaluator: Costs the networks' layers; what it works out is kept.
  ///   - fill: What a slice is valued by.
  public init(_ evaluator: inout FamilyEvaluator, fill: SubgraphFill = .cycles) {
    let family = evaluator.family
    var uses = Array(repeating: [LayerUse](), count: family.names.count)
    let plans = family.uses.indices.map { evaluator.plan(of: $0, batch: 1) }
    for (network, layers) in family.uses.enumerated() {
      // Kernels that are activations are made anew for each input.
      for (position, use) in layers.enumerated()
      where family.variants[use.variant].weighed != nil {
        uses[use.name].append(
          LayerUse(
            network: network, position: position, variant: use.variant,
            moves: plans[network][position]))
      }
    }
    candidates = uses.indices.flatMap { name in
      Self.candidates(of: name, uses[name], fill, &evaluator)
    }
  }

  /// A layer of one name in one of the networks.
  private struct LayerUse {
    let network: Int
    let position: Int
    let variant: Int
    /// Number of what it moves of maps.
    let moves: Int
  }

  private struct Alike: Hashable {
    let variant: Int
    let moves: Int
  }

  /// The different slices of one name that networks use.
  private static func candidates(
    of name: Int, _ uses: [LayerUse], _ fill: SubgraphFill, _ evaluator: inout FamilyEvaluator
  ) -> [Candidate] {
    let family = evaluator.family
    let slices = uses.compactMap { family.variants[$0.variant].weighed.map { Subgraph.Slice($0) } }
    var different: [Subgraph.Slice] = []
    for slice in slices where !different.contains(slice) { different.append(slice) }
    return different.map { slice in
      let format = evaluator.format(of: slice, name: name)
      var saved = Array(repeating: 0.0, count: family.members.count)
      var positions = Array(repeating: -1, count: family.members.count)
      // Networks often have the same layer.
      var known: [Alike: Int] = [:]
      for use in uses {
        let alike = Alike(variant: use.variant, moves: use.moves)
        let gain =
          known[alike] ?? evaluator.gain(of: slice, for: use.variant, moves: use.moves, fill)
        known[alike] = gain
        saved[use.network] += Double(gain)
        positions[use.network] = use.position
      }
      return Candidate(
        name: family.names[name], positions: positions, slice: slice,
        bytes: max(1, Bytes(holding: evaluator.evaluator.stored(slice, format)).count),
        users: zip(uses, slices).filter { $0.1 == slice }.map(\.0.network), saved: saved)
    }
  }

  /// The sub-graph that saves a mix of the networks most, by greedy choice.
  ///
  /// Candidates are the slices that a network of the mix uses; the one that saves most per byte over
  /// the mix is taken first, one slice per layer, the last one cut to whole kernels. Equal gains go to the later layer, then to the larger slice.
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
        ? slice.kernels : left.scaled(by: slice.kernels, over: candidate.bytes).quotient
      guard kernels > 0 else { continue }
      slices[candidate.name] = Subgraph.Slice(
        kernels: kernels, channels: slice.channels, rows: slice.rows, columns: slice.columns)
      let taken = kernels.scaled(by: candidate.bytes, over: slice.kernels)
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

extension FamilyEvaluator {
  /// What `slice` on chip saves a layer; nothing where it cannot be executed.
  fileprivate mutating func gain(
    of slice: Subgraph.Slice, for variant: Int, moves: Int, _ fill: SubgraphFill
  ) -> Int {
    guard let plain = totals(of: variant, moves: moves, holding: nil),
      let with = totals(of: variant, moves: moves, holding: slice)
    else { return 0 }
    return switch fill {
    case .cycles: plain[.cycles] - with[.cycles]
    case .bytes: plain.dramBytes.count - with.dramBytes.count
    }
  }
}
