internal import Architectures
internal import Networks
internal import Units

/// Cycles by what they were spent on.
private typealias SpentCycles = Tally<CycleCause, 6>

extension LayerCostModel {
  /// Latency, energy and traffic of layers that run beside one another, layer by layer.
  ///
  /// The cycles that all take together are dealt out as their cores work: each layer has its share of
  /// them, so that parts sum to the total.
  func costs(of pipelined: PipelinedLayers, segment: Int) -> [LayerCost] {
    let shares = pipelined.shares
    return pipelined.stages.indices.map { stage in
      let layer = pipelined.stages[stage].layer
      let overhead = overhead.cycles(of: layer)
      let total = Cycles(shares[stage]) + overhead
      var (work, traffic, spent) = tally(pipelined, stage)
      work = gated(work, of: layer)
      work[.linkBytes] = pipelined.linkBytes[stage]
      spent = pipelined.dealt(spent, stage, share: shares[stage])
      spent[.overhead] = overhead.count
      traffic += pipelined.networkTraffic(stage)
      var cost = LayerCost(
        cycles: CycleBreakdown(spent), total: total,
        arrayCycles: Cycles(
          pipelined.kinds[stage].reduce(0) { $0 + $1.timed.arrayCycles * $1.count }),
        lanes: design.lanes,
        energy: design.energy.energy(of: work, traffic: traffic, cycles: total),
        traffic: traffic, mapping: pipelined.kinds[stage].first?.timed.mapping,
        cachedWeights: .zero, work: work, uncoded: nil)
      cost.cores = pipelined.use(stage, segment: segment)
      return cost
    }
  }

  /// What all tiles of a layer do, and what its core moves between its memories and DRAM.
  private func tally(
    _ pipelined: PipelinedLayers, _ stage: Int
  ) -> (ActionCounts, [LevelTraffic], SpentCycles) {
    var (work, spent) = (ActionCounts(), SpentCycles())
    var traffic: [LevelTraffic] = []
    let isLast = stage == pipelined.stages.count - 1
    for kind in pipelined.kinds[stage] where kind.count > 0 {
      work.add(kind.timed.work, times: kind.count)
      spent.add(kind.timed.summary.spent, times: kind.count)
      let own = levelTraffic(kind.part.layer, kind.format, kind.timed, hasMoves: true)
      for entry in own {
        // Rows for the next core do not go to DRAM.
        let isSent = entry.level == .dram && entry.operand == .output && !isLast
        let all =
          isSent
          ? entry.with(read: .zero, write: .zero)
          : entry.with(read: entry.read * kind.count, write: entry.write * kind.count)
        Self.add([all], to: &traffic)
      }
    }
    if stage > 0, let keeper = memory.mapKeeper {
      let sent = Bytes(holding: pipelined.moved(stage - 1).output)
      Self.add(
        [
          LevelTraffic(
            level: keeper, name: keeper.name, operand: .input, read: .zero, write: sent)
        ], to: &traffic)
    }
    return (work, traffic, spent)
  }
}

extension PipelinedLayers {
  /// What each layer has of all cycles, as its core works.
  fileprivate var shares: [Int] {
    let all = max(busy.reduce(0, +), 1)
    var (sum, given) = (0, 0)
    return busy.enumerated().map { stage, own in
      sum += own
      let until = stage == busy.count - 1 ? total : total.scaled(by: sum, over: all).quotient
      defer { given = until }
      return until - given
    }
  }

  /// What a layer's `share` of cycles was spent on: as its core spent its own, and the rest waiting.
  fileprivate func dealt(
    _ spent: SpentCycles, _ stage: Int, share: Int
  ) -> SpentCycles {
    let own = busy[stage]
    guard share < own else {
      var spent = spent
      let cause: CycleCause =
        limit != .dram ? .network : dramCycles.read >= dramCycles.write ? .dramRead : .dramWrite
      spent[cause] += share - own
      return spent
    }
    var dealt = SpentCycles()
    var rest = share
    for cause in CycleCause.allCases {
      let part = spent[cause].scaled(by: share, over: max(own, 1)).quotient
      dealt[cause] = part
      rest -= part
    }
    dealt[.compute] += rest
    return dealt
  }

  /// What a layer's transfers move over the network.
  fileprivate func networkTraffic(_ stage: Int) -> [LevelTraffic] {
    let moved = moved(stage)
    let isOut = stage < stages.count - 1 || stage > 0
    func crossing(_ operand: Operand, _ bits: Bits, _ crosses: Bool) -> LevelTraffic {
      let bytes = crosses ? Bytes(holding: bits) : .zero
      return LevelTraffic(
        level: .network, name: ComponentID.network.name, operand: operand, read: bytes, write: bytes
      )
    }
    return [
      crossing(.input, moved.input, stage > 0), crossing(.weight, moved.weight, stage > 0),
      crossing(.output, moved.output, isOut),
    ]
  }

  /// What a report says of a layer.
  fileprivate func use(_ stage: Int, segment: Int) -> CoreUse {
    var use = CoreUse(
      split: nil, shares: [1], cycles: [Cycles(busy[stage])], limit: limit,
      busiestLink: Bytes(holding: busiest),
      dramCycles: Cycles(max(dramCycles.read, dramCycles.write)))
    use.stage = CoreUse.Stage(
      segment: segment, place: stage, count: stages.count, tiles: tiles[stage],
      busy: Cycles(busy[stage]), total: Cycles(total))
    return use
  }
}
