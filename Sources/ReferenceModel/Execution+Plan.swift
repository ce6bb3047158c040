internal import Architectures
internal import CostModel
internal import Units

/// The order of transfers into the buffers and out of them.
extension Execution {
  // MARK: Plan

  /// Puts the transfers in their order.
  ///
  /// Loads of tile i, the results of tile i - 1, what tile i waits for, its stream. Results have a port of their own unless the port is shared.
  mutating func queueTransfers() {
    let transfers = spec.memory.transfers
    let inputOverlap =
      transfers.input.overlap == .pingPong && schedule.inputRoom == .afterwards
      ? .none : transfers.input.overlap
    var before: TileWork?
    var residentOf: [Int: Int] = [:]
    for tile in schedule.tiles {
      let input = TransferPort.Job.Operand.input(tile.input)
      let weight = TransferPort.Job.Operand.weight(tile.weight)
      let inputBits = tile.fetchesInput ? loadedInput(tile) : 0
      // What is on chip as a whole takes no turn on the link.
      let loadsInput = tile.fetchesInput && (moves == nil || inputBits > 0)
      let besideBits = loadedBeside(tile)
      var weightBits = tile.fetchesWeight ? footprint.weightBits(tile) : 0
      if tile.fetchesWeight {
        let held = onChip(weightBits, of: tile, &residentOf)
        chip.traffic.persistentBits += held
        weightBits -= held
      }
      chip.traffic.weightFillBits += weightBits
      countLoad(.weight, weightBits, inside: inside)
      countLoad(.input, inputBits, link: inputCode.bits(inputBits), inside: inside)
      func job(_ kind: TransferPort.Job.Kind, _ operand: TransferPort.Job.Operand?, _ bits: Int)
        -> TransferPort.Job
      {
        let bandwidth =
          if case .weight = operand { transfers.weight.bandwidth } else {
            transfers.input.bandwidth
          }
        let rate = bandwidth.perCycle(at: spec.frequency)
        guard case .input = operand else {
          return TransferPort.Job(
            kind: kind, tile: tile, operand: operand, bits: bits, rate: rate, raw: bits,
            linkBits: bits)
        }
        let pace = inputCode.pace(bits, rate)
        return TransferPort.Job(
          kind: kind, tile: tile, operand: operand, bits: pace.bits, rate: pace.rate, raw: bits,
          linkBits: inputCode.bits(bits))
      }
      if storesFirst(before: tile, at: inside), let stored = before {
        queueStore(of: stored)
        before = nil
      }
      ports[Self.reads].append(job(.load, nil, 0))
      if tile.fetchesWeight, transfers.weight.overlap != .none {
        ports[Self.reads].append(job(.load, weight, weightBits))
      }
      if loadsInput, inputOverlap == .pingPong {
        ports[Self.reads].append(job(.load, input, inputBits))
      }
      if besideBits > 0, transfers.input.overlap != .none {
        ports[Self.reads].append(job(.load, nil, besideBits))
      }
      if let stored = before { queueStore(of: stored) }
      before = nil
      func queue(_ job: TransferPort.Job) {
        if job.takesNoTime { instant.append(job) } else { ports[Self.reads].append(job) }
      }
      if tile.fetchesWeight, transfers.weight.overlap == .none {
        queue(job(.exposedLoad, weight, weightBits))
      }
      if loadsInput, inputOverlap == .none {
        queue(job(.exposedLoad, input, inputBits))
      }
      if besideBits > 0, transfers.input.overlap == .none {
        queue(job(.exposedLoad, nil, besideBits))
      }
      if loadsInput, inputOverlap == .streaming {
        queue(job(.stream, input, inputBits))
      }
      if tile.isLastChannels { before = tile }
    }
    if let stored = before { queueStore(of: stored) }
  }

  private mutating func queueStore(of tile: TileWork) {
    let transfer = spec.memory.transfers.output
    var bits = footprint.outputBits(tile)
    if let moves {
      let results = moves.results(tile)
      chip.traffic.mapWriteBits += results.kept
      bits = results.stored
      guard bits > 0 else { return unkept.append(tile) }
    }
    unstored.append(tile.output)
    let pace = outputCode.pace(bits, transfer.bandwidth.perCycle(at: spec.frequency))
    let job = TransferPort.Job(
      kind: transfer.overlap == .streaming ? .streamingStore : .store, tile: tile,
      operand: .output(tile.output), bits: pace.bits, rate: pace.rate, raw: bits,
      linkBits: outputCode.bits(bits))
    ports[sharesPort(at: inside) ? Self.reads : Self.writes].append(job)
  }

  /// The part of a block that the persistent buffer holds: it is filled with the weights in the order
  /// in which tiles first use them.
  private mutating func onChip(_ bits: Int, of tile: TileWork, _ known: inout [Int: Int]) -> Int {
    let key =
      (tile.group * problem.kernels + tile.kernels.lowerBound) * problem.channels
      + tile.channels.lowerBound
    if let held = known[key] { return held }
    let held = min(bits, resident)
    resident -= held
    known[key] = held
    return held
  }
}
