internal import Specs
internal import Units

extension Execution {
  // MARK: Images in turn

  /// Images of a tile that may be in the buffer now; nil where all of them may.
  ///
  /// An array that hands images over leaves room for one image of the next tile beside its own, and
  /// for one more each time it has read one of them for the last time.
  private func imagesInTurn(of job: TransferPort.Job) -> (open: Int, all: Int)? {
    guard schedule.handsOverImages, job.kind == .load, case .input = job.operand,
      computed < job.tile.index
    else { return nil }
    let pixels = job.tile.pixels
    let all =
      problem.place(of: pixels.upperBound - 1).image - problem.place(of: pixels.lowerBound).image
      + 1
    let before = schedule.tiles[job.tile.index - 1]
    let open = (chip.inputs[before.input]?.released ?? 0) + 1
    return open < all ? (open, all) : nil
  }

  /// Bits of a transfer that have room; images that follow one another are equally large.
  func room(for job: TransferPort.Job) -> Int {
    imagesInTurn(of: job).map { job.bits / $0.all * $0.open } ?? job.bits
  }

  /// Takes the room of the images that may arrive.
  mutating func openImages(_ job: TransferPort.Job) {
    guard schedule.handsOverImages, job.kind == .load, case .input(let number) = job.operand
    else { return }
    let open = imagesInTurn(of: job)?.open ?? .max
    guard let block = chip.inputs[number], block.opened < open else { return }
    chip.inputs[number]?.opened = open
    checkRoom()
  }

  // MARK: Room

  /// Makes room for the input that a transfer brings.
  mutating func openInput(of job: TransferPort.Job) {
    openInput(of: job.tile, images: job.kind == .stream ? 0 : imagesInTurn(of: job)?.open ?? .max)
  }

  /// A stream's buffer passes on what it takes in: its `images` take no room.
  mutating func openInput(of tile: TileWork, images: Int) {
    guard chip.inputs[tile.input] == nil else { return }
    chip.inputs[tile.input] = InputBlock(
      tile.pixels, problem.isDepthwise ? tile.kernels : tile.channels, of: problem,
      alignment: spec.memory.transfers.input.channelAlignment,
      sideBySide: array.sideBySide(of: problem))
    chip.inputs[tile.input]?.opened = images
    if images > 0 { checkRoom() }
  }

  /// Sums of an array that hands its tile over take their room at its start.
  mutating func reserveSums(of tile: TileWork) {
    guard schedule.handsOverImages else { return }
    chip.reserveSums(of: tile)
    checkRoom()
  }

  /// Whether input, and sums in the same banks, fit.
  private mutating func checkRoom() {
    guard schedule.handsOverImages else { return check(.input, heldInputBits()) }
    let input = chip.inputs.values.reduce(0) { $0 + $1.held } * spec.precision.input.count
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
      array.weightsInBuffer(of: tile).map { $0 * spec.precision.weight.count }
      ?? chip.weights.values.reduce(0) {
        $0 + footprint.weightBits(kernels: $1.kernels.count, channels: $1.channels.count)
      }
    check(.weight, weights)
  }

  /// Rows that two strips share are held once.
  private func heldInputBits() -> Int {
    var rows: [Range<Int>: Set<[Int]>] = [:]
    var widths: [Range<Int>: Int] = [:]
    for block in chip.inputs.values {
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
