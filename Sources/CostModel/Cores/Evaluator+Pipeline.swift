internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// The best way to run the layers of a network: some one after the other, each on all cores, and
/// consecutive ones beside one another.
///
/// Costs of what follows one another add up, so the best of all divisions into consecutive parts is
/// found part by part, from the front: exact over all divisions whose parts are single layers or runs
/// of at most as many layers as there are cores, each run cut into one of the numbers of tiles tried.
struct PipelineChoice {
  /// What is to be least, and what decides between equal ones.
  typealias Rank = (first: Double, second: Int)

  /// Layers that run beside one another.
  struct Segment {
    let entries: Range<Int>
    let costs: [LayerCost]
    let rank: Rank
  }

  private(set) var segments: [Segment] = []

  /// Chooses among single layers, whose costs are `ranks`, and what `segment` makes of the entries of a
  /// range; `links` says which entries hand their map to the next one alone.
  init(
    _ ranks: [Rank], links: [Bool], most: Int,
    _ segment: (Range<Int>) -> Segment?
  ) {
    var best: [(rank: Rank, segment: Segment?)] = [((0, 0), nil)]
    for end in ranks.indices.map({ $0 + 1 }) {
      let before = best[end - 1].rank
      var own: (rank: Rank, segment: Segment?) = (
        (before.first + ranks[end - 1].first, before.second + ranks[end - 1].second), nil
      )
      var start = end - 1
      while start > 0, links[start - 1], end - start < most {
        start -= 1
        guard let found = segment(start..<end) else { continue }
        let rank = (
          first: best[start].rank.first + found.rank.first,
          second: best[start].rank.second + found.rank.second
        )
        if rank < own.rank { own = (rank, found) }
      }
      best.append(own)
    }
    var end = ranks.count
    while end > 0 {
      if let segment = best[end].segment { segments.append(segment) }
      end = best[end].segment?.entries.lowerBound ?? end - 1
    }
    segments.reverse()
  }
}

extension Evaluator {
  /// The entries of a network, consecutive layers of which may run beside one another, and where the
  /// maps between these are.
  func pipelined(
    _ entries: [NetworkCost.Entry], _ plan: MapPlan, _ weights: [String: QuantizedTensor],
    batch: Int, memo: inout LayerMemo
  ) -> (entries: [NetworkCost.Entry], plan: MapPlan) {
    guard let cores = model.cores, let spec = design.architecture.spec.cores?.pipeline,
      entries.count == plan.maps.stages.count
    else { return (entries, plan) }
    let objective = spec.objective ?? .latency
    func rank(_ costs: [LayerCost]) -> PipelineChoice.Rank {
      let cycles = costs.reduce(0) { $0 + $1.total.count }
      return objective == .latency
        ? (Double(cycles), costs.reduce(0) { $0 + ($1.dramRead + $1.dramWrite).count })
        : (costs.reduce(0.0) { $0 + $1.totalEnergy.value }, cycles)
    }
    let links = entries.indices.map { plan.maps.isHandedOn(from: $0) }
    var known = memo
    let choice = PipelineChoice(
      entries.map { rank([$0.cost]) }, links: links, most: cores.count
    ) { range in
      let stages = range.compactMap { place in
        entries[place].layer.map {
          PipelineStage(
            layer: $0, weights: weights[$0.name], moves: plan.maps.stages[place].moves)
        }
      }
      let rows = stages.map(\.layer.outputRows).max() ?? 1
      var best: PipelineChoice.Segment?
      for tiles in [1, 2, 4, 8, 16, 32, 64] where tiles < 2 * rows {
        guard
          let made = PipelinedLayers(
            stages, tiles: tiles, batch: batch, room: spec.maps, on: cores, model, memo: &known)
        else { continue }
        let costs = model.costs(of: made, segment: 0)
        let own = rank(costs)
        if best.map({ own < $0.rank }) ?? true {
          best = PipelineChoice.Segment(entries: range, costs: costs, rank: own)
        }
      }
      return best
    }
    memo = known
    var (entries, plan) = (entries, plan)
    for (number, segment) in choice.segments.enumerated() {
      for (place, cost) in zip(segment.entries, segment.costs) {
        var cost = cost
        cost.cores?.stage?.segment = number
        entries[place] = NetworkCost.Entry(work: entries[place].work, cost: cost)
        guard place + 1 < segment.entries.upperBound else { continue }
        plan.hand(from: place)
      }
    }
    return (entries, plan)
  }
}

extension Evaluator {
  /// What entries take together, none of whose weights are on chip.
  func totals(
    of entries: [NetworkCost.Entry], _ weights: [String: QuantizedTensor]
  ) throws(Infeasible) -> NetworkTotals {
    var sum = LayerSum(NetworkTotals())
    for entry in entries {
      let bits = entry.layer.map {
        stored($0, model.format(of: weights[$0.name], groups: $0.groups))
      }
      try sum.add(
        NetworkTotals(entry.cost, weights: bits ?? .zero, resident: .zero), named: entry.name)
    }
    return try sum.finish()
  }
}

extension MapPlan {
  /// Notes that a stage hands its map to the next one on chip.
  fileprivate mutating func hand(from stage: Int) {
    guard let map = maps.stages[stage].writes.first else { return }
    leave(map)
    for (index, read) in maps.stages[stage + 1].reads.enumerated() where read.map == map {
      hold(index, of: stage + 1)
    }
  }
}

extension StoredMaps {
  /// Whether all that a stage makes is what the next one works on, row by row, and nobody else reads.
  fileprivate func isHandedOn(from place: Int) -> Bool {
    guard place + 1 < stages.count, let layer = stages[place].work.layer,
      let next = stages[place + 1].work.layer, stages[place].writes.count == 1
    else { return false }
    let map = stages[place].writes[0]
    let own = maps[map]
    let inputs = stages[place + 1].reads.filter { $0.use == .input }
    let elements = layer.kernels * layer.outputPixels
    return own.readers == [place + 1] && !own.isWanted && !own.isMeans
      && inputs.count == 1 && inputs[0].map == map && stages[place + 1].moves?.windows == nil
      && [layer, next].allSatisfy { $0.kernelRole == .weight && $0.maps == 1 }
      && own.elements == elements && layer.outputRows == next.inputRows
      && next.channels * next.inputRows * next.inputColumns == elements
      && stages[place].moves.map { $0.result.all == elements } ?? true
      && stages[place + 1].moves.map { $0.factors.all == 0 && $0.taken == $0.input.all } ?? true
  }
}
