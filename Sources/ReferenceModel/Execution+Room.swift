internal import Architectures
internal import CostModel
internal import Units

extension Execution {
  // MARK: Room in turn

  /// Bits that a transfer may have moved: all but what has no room yet, as much of it as comes over the
  /// link.
  func loadable(_ job: TransferPort.Job) -> Int {
    guard let moves, case .input = job.operand else {
      let raw = room(for: job)
      return raw == job.raw ? job.bits : job.passing(raw)
    }
    return job.bits - moves.rest(footprint.inputBits(job.tile) - room(for: job))
  }

  /// Bits of input that have room when a transfer brings them.
  ///
  /// An array that hands its input over leaves room for one image of the next tile beside its own,
  /// and for one more each time it has read one of them for the last time; or whole banks.
  func room(for job: TransferPort.Job) -> Int {
    guard case .input = job.operand else { return job.raw }
    let whole = moves == nil ? job.raw : footprint.inputBits(job.tile)
    guard schedule.handsOver, job.kind == .load, computed < job.tile.index,
      let before = chip.inputs[schedule.tiles[job.tile.index - 1].input]
    else { return whole }
    switch schedule.inputRoom {
    case .afterwards: return whole
    case .beside:
      let images = max(1, before.spans.count)
      return whole / images * min(images, before.imagesRead + 1)
    case .banks(let count, let size):
      let bits = (before.elements - released(before)) * spec.precision.input.count
      return min(whole, size.count * count - (bits + size.count - 1) / size.count * size.count)
    }
  }

  /// Elements of a block whose room has been given away.
  private func released(_ block: InputBlock) -> Int {
    switch schedule.inputRoom {
    case .afterwards: return 0
    case .beside: return block.elements(ofFirst: block.imagesRead)
    case .banks(_, let size):
      // The banks one after the other, as long as all of their columns have been read.
      let width = spec.precision.input.count
      var given = 0
      while given < block.elements {
        let next = min(given + size.count / width, block.elements)
        guard block.read * block.elements >= next * block.columnsToRead else { break }
        given = next
      }
      return given
    }
  }

  /// Takes the room that a transfer may fill.
  mutating func openRoom(of job: TransferPort.Job) {
    guard schedule.handsOver, job.kind == .load, case .input(let number) = job.operand else {
      return
    }
    let elements = room(for: job) / spec.precision.input.count
    guard let block = chip.inputs[number], block.opened < elements else { return }
    chip.inputs[number]?.opened = elements
    checkRoom()
  }

  // MARK: Room

  /// Makes room for the input that a transfer brings.
  mutating func openInput(of job: TransferPort.Job) {
    openInput(
      of: job.tile,
      elements: job.kind == .stream ? 0 : room(for: job) / spec.precision.input.count)
  }

  /// A stream's buffer passes on what it takes in: its elements take no room.
  mutating func openInput(of tile: TileWork, elements: Int) {
    guard chip.inputs[tile.input] == nil else { return }
    chip.inputs[tile.input] = InputBlock(
      tile.pixels, problem.isDepthwise ? tile.kernels : tile.channels, of: problem,
      alignment: spec.memory.transfers.input.channelAlignment,
      sideBySide: array.sideBySide(of: problem))
    chip.inputs[tile.input]?.opened = elements
    if elements > 0 { checkRoom() }
  }

  /// Sums of an array that hands its tile over take their room at its start.
  mutating func reserveSums(of tile: TileWork) {
    guard schedule.handsOver else { return }
    chip.reserveSums(of: tile)
    checkRoom()
  }

  /// Whether input, and sums in the same banks, fit.
  private mutating func checkRoom() {
    guard schedule.handsOver else { return check(.input, heldBits(Array(chip.inputs.values))) }
    let input =
      chip.inputs.values.reduce(0) { $0 + max(0, min($1.opened, $1.elements) - released($1)) }
      * spec.precision.input.count
    let streams = spec.memory.transfers.output.overlap == .streaming
    let sums = chip.heldSums(withResults: !streams) * spec.precision.accumulator.count
    guard let banks else {
      check(.input, input)
      return check(.output, sums)
    }
    if let excess = banks.excess(input: input, sums: sums) { chip.fail(excess) }
  }

  /// Weights that an array takes pass by pass are in the buffer a pass at a time.
  mutating func checkWeights(of tile: TileWork) {
    let weights =
      array.weightsInBuffer(of: tile).map { $0 * footprint.weight }
      ?? chip.weights.values.reduce(0) {
        $0 + footprint.weightBits(kernels: $1.kernels, channels: $1.channels)
      }
    check(.weight, weights)
  }

  /// Bits of blocks of input: rows that two strips share are held once.
  func heldBits(_ blocks: [InputBlock]) -> Int {
    var rows: [Range<Int>: Set<[Int]>] = [:]
    var widths: [Range<Int>: Int] = [:]
    for block in blocks {
      widths[block.channels] = block.columns * block.alignedChannels
      for span in block.spans {
        for row in span.rows { rows[block.channels, default: []].insert([span.image, row]) }
      }
    }
    return rows.reduce(0) { sum, entry in
      sum + entry.value.count * (widths[entry.key] ?? 0) * spec.precision.input.count
    }
  }

  private mutating func check(_ operand: Operand, _ bits: Int) {
    guard let share = shares[operand], bits > share else { return }
    chip.fail("the \(operand.rawValue) buffer holds \(share) bits, the mapping needs \(bits)")
  }
}
