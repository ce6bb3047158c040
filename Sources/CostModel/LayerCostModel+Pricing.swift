internal import Architectures
internal import Networks
internal import Units

extension LayerCostModel {
  // MARK: Prices

  func priced(_ timing: Timing, of layer: Layer) -> LayerOutcome {
    switch timing {
    case .feasible(let result, let format): .feasible(layerCost(layer, format, result))
    case .infeasible(let shortage): .infeasible(infeasibility(layer, shortage))
    case .excessive(let cause): .infeasible(Infeasibility(layer: layer.name, cause: cause))
    }
  }

  private func layerCost(
    _ layer: Layer, _ format: WeightFormat?, _ result: MemoryModel.Result
  ) -> LayerCost {
    let overhead = design.architecture.spec.overhead(of: layer)
    let total = Cycles(result.summary.total) + overhead
    let traffic = levelTraffic(format, result)
    let laneCycles = Double(max(total.count, 1)) * Double(design.datapath.lanes)
    return LayerCost(
      cycles: CycleBreakdown(
        compute: Cycles(result.summary.compute), dramRead: Cycles(result.summary.readStall),
        dramWrite: Cycles(result.summary.writeStall), overhead: overhead),
      total: total, macs: result.work.macs,
      utilization: Double(result.work.laneOperations) / laneCycles,
      macsPerLaneCycle: Double(result.work.macs) / laneCycles,
      energy: design.energy.energy(of: result.work, traffic: traffic, cycles: total),
      traffic: traffic, mapping: result.mapping,
      cachedWeights: Bytes(holding: result.traffic.weightFromPersistent), work: result.work)
  }

  private func levelTraffic(_ format: WeightFormat?, _ result: MemoryModel.Result) -> [LevelTraffic]
  {
    let (moved, work, precision) = (result.traffic, result.work, memory.precision)
    let weightReads =
      format?.bits(weights: work.weightReads, kernels: 0)
      ?? precision.weight * work.weightReads
    // The share of weights held by the persistent buffer is read there, not in the weight buffer.
    let held = moved.weightFromPersistent
    let fetched = moved.weightRead + held
    let heldReads =
      fetched.count == 0
      ? Bits.zero
      : Bits(
        Int((Double(weightReads.count) * Double(held.count) / Double(fetched.count)).rounded()))
    var levels: [LevelTraffic] = []
    levels.reserveCapacity(7)
    levels += [
      LevelTraffic(
        level: "dram", operand: .input, read: Bytes(holding: moved.inputRead), write: .zero),
      LevelTraffic(
        level: "dram", operand: .weight, read: Bytes(holding: moved.weightRead), write: .zero),
      LevelTraffic(
        level: "dram", operand: .output, read: .zero, write: Bytes(holding: moved.outputWrite)),
    ]
    if design.architecture.persistentBytes > .zero {
      levels.append(
        LevelTraffic(
          level: "persistent_buffer", operand: .weight, read: Bytes(holding: heldReads),
          write: .zero))
    }
    levels.append(
      LevelTraffic(
        level: memory.input.name, operand: .input,
        read: Bytes(holding: precision.input * work.inputReads),
        write: Bytes(holding: moved.inputRead)))
    levels.append(
      LevelTraffic(
        level: memory.weight.name, operand: .weight,
        read: Bytes(holding: weightReads - heldReads), write: Bytes(holding: moved.weightRead)))
    levels.append(
      LevelTraffic(
        level: memory.output.name, operand: .output,
        read: Bytes(holding: precision.accumulator * work.outputReads + moved.outputWrite),
        write: Bytes(holding: precision.accumulator * work.outputWrites)))
    return levels
  }

  private func infeasibility(_ layer: Layer, _ shortage: ArrayShortage) -> Infeasibility {
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
