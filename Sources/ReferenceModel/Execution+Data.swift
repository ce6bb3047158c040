internal import Architectures
internal import Networks
internal import Units

/// What transfers bring and take away.
extension Execution {
  // MARK: Data

  /// Makes room for what a transfer brings.
  mutating func begin(_ job: TransferPort.Job) {
    let tile = job.tile
    checkSource(of: job, inside: inside)
    switch job.operand {
    case .input:
      openInput(of: job)
    case .output: openResults(of: tile, from: inside)
    case .weight(let number) where chip.weights[number] == nil:
      chip.weights[number] = WeightBlock(kernels: tile.kernels, channels: tile.channels)
      checkWeights(of: tile)
    default: break
    }
  }

  mutating func arrive(_ job: TransferPort.Job, bits: Int) {
    guard case .input(let number) = job.operand else { return }
    var arrived = job.onChip(bits) / spec.precision.input.count
    if moves != nil, job.bits > 0, let all = chip.inputs[number]?.elements {
      // What is on chip already and what arrives lie evenly among one another.
      arrived = all * bits / job.bits
    }
    chip.inputs[number]?.arrived = arrived
  }

  mutating func finish(_ port: Int) {
    guard let job = ports[port].current else { return }
    complete(job)
    ports[port].end()
  }

  mutating func complete(_ job: TransferPort.Job) {
    begin(job)
    openRoom(of: job)
    switch job.operand {
    case .input(let number):
      let elements = chip.inputs[number]?.elements ?? 0
      chip.inputs[number]?.arrived = elements
    case .weight(let number): chip.weights[number]?.isComplete = true
    case .output(let number):
      chip.traffic.resultBits += job.raw
      countStore(job.raw, link: job.linkBits, inside: inside)
      takeIn(job.tile, from: inside)
      unstored.removeFirst()
      collect(number)
    case nil: break
    }
  }

  /// Collects results that stay once they are finished; true where there were some.
  mutating func keepResults() -> Bool {
    guard let tile = unkept.first, computed > tile.index else { return false }
    let (count, all) = chip.finished(tile.output, of: tile)
    guard count == all else { return false }
    unkept.removeFirst()
    collect(tile.output)
    return true
  }

  private mutating func collect(_ output: Int) {
    guard let sums = chip.take(output) else { return }
    for (offset, value) in sums.values.enumerated() {
      let (pixel, kernel) = offset.quotientAndRemainder(dividingBy: sums.tile.kernels.count)
      let (image, rest) = (sums.tile.pixels.lowerBound + pixel).quotientAndRemainder(
        dividingBy: problem.imagePixels)
      let first = sums.tile.group * problem.kernels + sums.tile.kernels.lowerBound
      let place = (image * layer.kernels + first + kernel) * problem.imagePixels + rest
      if isStored[place] { chip.fail("a result of tile \(sums.tile.index) is stored twice") }
      isStored[place] = true
      result.sums[place] = value
    }
  }

  /// Frees the blocks that no later tile uses.
  mutating func release(_ tile: TileWork) {
    if schedule.lastUseOfInput[tile.input] == tile.index { chip.inputs[tile.input] = nil }
    if schedule.lastUseOfWeight[tile.weight] == tile.index { chip.weights[tile.weight] = nil }
  }
}
