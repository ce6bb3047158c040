internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

extension LayerCostModel {
  // MARK: Prices

  func priced(_ timing: Timing, of layer: Layer) -> LayerOutcome {
    switch timing {
    case .feasible(let result, let format, let hasMoves):
      .feasible(layerCost(layer, format, result, hasMoves: hasMoves))
    case .infeasible(let shortage): .infeasible(infeasibility(layer, shortage))
    case .excessive(let cause): .infeasible(Infeasibility(layer: layer.name, cause: cause))
    }
  }

  /// Picojoules of a layer, timed so; what its operations take beside it included.
  func energy(
    of layer: Layer, _ format: WeightFormat?, _ result: TimedMapping, hasMoves: Bool
  ) -> Double {
    layerCost(layer, format, result, hasMoves: hasMoves).totalEnergy.value
  }

  func layerCost(
    _ layer: Layer, _ format: WeightFormat?, _ result: TimedMapping, hasMoves: Bool
  ) -> LayerCost {
    let overhead = overhead.cycles(of: layer)
    let total = Cycles(result.summary.total) + overhead
    let traffic = levelTraffic(layer, format, result, hasMoves: hasMoves)
    var work = gated(result.work, of: layer)
    work[.decodedWeights] = decodedWeights(layer, result)
    var spent = result.summary.spent
    spent[.overhead] = overhead.count
    return LayerCost(
      cycles: CycleBreakdown(spent), total: total, arrayCycles: Cycles(result.arrayCycles),
      lanes: design.lanes,
      energy: design.energy.energy(of: work, traffic: traffic, cycles: total),
      traffic: traffic, mapping: result.mapping,
      cachedWeights: layer.kernelRole == .weight
        ? Bytes(holding: result.traffic[.weightFromPersistent]) : .zero, work: work,
      uncoded: memory.transfers.codesMaps
        ? UncodedMaps(
          input: Bytes(holding: result.traffic[.inputDecoded]),
          output: Bytes(holding: result.traffic[.outputUncoded])) : nil)
  }

  /// `work` without what an array that gates zeros does not do: its time and what it reads from
  /// buffers stay.
  func gated(_ work: ActionCounts, of layer: Layer) -> ActionCounts {
    guard design.datapath.gating == .zeroInputs else { return work }
    let active = layer.activeInputShare
    var work = work
    func keep(_ action: Action) {
      work[action] = Int((Double(work[action]) * active).rounded())
    }
    for action in [.multiplications, .additions] as [Action] { keep(action) }
    if design.datapath.gatesRegisters { keep(.registerAccesses) }
    return work
  }

  func levelTraffic(
    _ layer: Layer, _ format: WeightFormat?, _ result: TimedMapping, hasMoves: Bool
  ) -> [LevelTraffic] {
    let (moved, work, precision) = (result.traffic, result.work, memory.precision)
    let maps = result.maps
    let filled = result.crossings.last ?? moved
    let weightReads =
      format?.bits(stored: work[.weightReads])
      ?? precision.weight * work[.weightReads]
    // The share of weights held by the persistent buffer is read there, not in the weight buffer;
    // kernels that are activations fill that from the memory that keeps maps.
    let isKept = layer.kernelRole == .activation
    let held = moved[.weightFromPersistent]
    let loaded = uncoded(moved[.weightRead], of: layer)
    let fetched = loaded + held
    let heldReads =
      fetched.count == 0 || isKept
      ? Bits.zero
      : Bits(
        Int((Double(weightReads.count) * Double(held.count) / Double(fetched.count)).rounded()))
    var levels: [LevelTraffic] = []
    levels.reserveCapacity(10)
    func add(
      _ level: ComponentID, _ name: String, _ operand: Operand, read: Bits = .zero,
      write: Bits = .zero
    ) {
      levels.append(
        LevelTraffic(
          level: level, name: name, operand: operand, read: Bytes(holding: read),
          write: Bytes(holding: write)))
    }
    let dram = ComponentID.dram
    add(dram, dram.name, .input, read: moved[.inputRead])
    add(dram, dram.name, .weight, read: moved[.weightRead])
    add(dram, dram.name, .output, write: moved[.outputWrite])
    for (place, level) in memory.levels.enumerated() {
      func crossing(_ operand: Operand) -> (own: DRAMTraffic, inside: DRAMTraffic) {
        let inside = memory.levels.indices.first { $0 > place && memory.levels[$0].holds(operand) }
        return (
          result.crossings[place], result.crossings[inside ?? memory.levels.count]
        )
      }
      for (operand, kind) in [(.input, .inputDecoded), (.weight, .weightRead)]
        as [(Operand, DRAMTraffic.Kind)] where level.holds(operand)
      {
        let (own, inside) = crossing(operand)
        add(level.component, level.pool.name, operand, read: inside[kind], write: own[kind])
      }
      guard level.holds(.output) else { continue }
      // Terms wait where the results will lie.
      let (own, inside) = crossing(.output)
      add(
        level.component, level.pool.name, .output, read: own[.outputUncoded] + inside[.termRead],
        write: inside[.outputUncoded] + own[.termRead])
    }
    if hasPersistentBuffer {
      let persistent = ComponentID.persistentBuffer
      add(persistent, persistent.name, .weight, read: heldReads)
    }
    if let keeper = memory.mapKeeper {
      add(keeper, keeper.name, .input, read: maps[.inputHeld] + maps[.termsHeld])
      if isKept { add(keeper, keeper.name, .weight, read: held) }
      add(keeper, keeper.name, .output, write: maps[.kept])
    }
    add(
      memory.input.component, memory.input.name, .input,
      read: precision.input * work[.inputReads],
      write: hasMoves ? maps[.inputFilled] : filled[.inputDecoded])
    add(
      memory.weight.component, memory.weight.name, .weight, read: weightReads - heldReads,
      write: uncoded(filled[.weightRead], of: layer) + (isKept ? held : .zero))
    // Terms wait in the buffer of the sums at their own width (assumed).
    add(
      memory.output.component, memory.output.name, .output,
      read: precision.accumulator * work[.outputReads] + maps[.terms] + filled[.outputUncoded]
        + maps[.kept], write: precision.accumulator * work[.outputWrites] + maps[.terms])
    return levels
  }

  func infeasibility(_ layer: Layer, _ shortage: ArrayShortage) -> Infeasibility {
    let demand = Bytes(holding: shortage.demand)
    var levers: [String] = []
    switch shortage.lever {
    case .text(let text): levers = [text]
    case .buffer(let operand):
      let buffer = design.architecture.buffer(for: operand)
      let factor = buffer.holds.count * (buffer.pingPong ? 2 : 1)
      levers = ["raise \(buffer.name).size to \(demand * factor)"]
      if buffer.pingPong, shortage.demand <= shortage.bound * 2 {
        levers.append("set \(buffer.name).ping_pong to false")
      }
      if buffer.holds.count > 1 { levers.append("give \(operand.rawValue) its own buffer") }
    }
    return Infeasibility(
      layer: layer.name,
      cause: .room(
        resource: shortage.resource, demand: demand, bound: Bytes(holding: shortage.bound),
        levers: levers))
  }
}
