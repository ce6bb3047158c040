internal import Architectures
internal import CostModel
internal import Networks
internal import Units

/// One layer on its way through the machine.
struct Execution {
  let spec: ArchitectureSpec
  let shares: [Operand: Int]
  let banks: Banks?
  let problem: Problem
  private let layer: Layer
  let schedule: TileSchedule
  let footprint: Footprint
  /// The codes of its maps on the links, nil for maps that cross as they are.
  private let inputCode: CodedLink?
  private let outputCode: CodedLink?
  var array: any ArrayTwin
  var chip: OnChip
  /// The port of reads, and of writes where it is not shared.
  private var ports = [TransferPort(), TransferPort()]
  /// Transfers that take no time and keep no port.
  private var instant: [TransferPort.Job] = []
  private var now = 0
  /// Cycles in a row in which nothing happened.
  private var idle = 0
  /// The next tile to start, and how many have been computed.
  private var next = 0
  var computed = 0
  /// Blocks of results whose stores have not ended, in their order.
  private var unstored: [Int] = []
  /// Tiles whose results stay on chip and are not finished yet.
  private var unkept: [TileWork] = []
  /// What tiles move of maps, nil where that is just their input and results.
  let moves: TileMoves?
  private var result = ReferenceRun()
  private var isStored: [Bool]
  /// The residency that has not been dealt out yet.
  private var resident: Int

  private static let reads = 0
  private static let writes = 1
  private var sharesPort: Bool { spec.memory.dram.ports == .shared }

  init(
    spec: ArchitectureSpec, shares: [Operand: Int], banks: Banks?, layer: Layer,
    problem: Problem, schedule: TileSchedule, array: any ArrayTwin, operands: LayerOperands,
    coding: EntryCoding?, residency: Int, moves: TileMoves?
  ) {
    self.banks = banks
    self.spec = spec
    self.shares = shares
    self.layer = layer
    self.problem = problem
    self.schedule = schedule
    self.array = array
    footprint = Footprint(
      spec, problem, kernelRole: layer.kernelRole, quantized: operands.quantized, coding: coding)
    let (links, zeros) = (spec.memory.transfers, layer.zeros)
    let isRaw =
      zeros?.inputs.first?.isInput == true && links.input.compression?.firstInput == .raw
    inputCode = CodedLink(
      links.input, [(1, isRaw ? nil : zeros?.input)], element: spec.precision.input,
      clock: spec.frequency)
    outputCode = CodedLink(
      links.output, [(1, zeros?.written)], element: spec.precision.output,
      clock: spec.frequency)
    chip = OnChip(layer, problem, operands)
    isStored = Array(repeating: false, count: layer.kernels * problem.pixels)
    resident = residency
    self.moves = moves
    result.sums = Array(repeating: 0, count: layer.kernels * problem.pixels)
    queueTransfers()
  }

  // MARK: Plan

  /// Puts the transfers in their order.
  ///
  /// Loads of tile i, the results of tile i - 1, what tile i waits for, its stream. Results have a port of their own unless the port is shared.
  private mutating func queueTransfers() {
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
      chip.traffic.weightBits += weightBits
      chip.traffic.inputBits += inputCode.bits(inputBits)
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
    ports[sharesPort ? Self.reads : Self.writes].append(job)
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

  // MARK: Time

  mutating func run() throws(ReferenceFailure) -> ReferenceRun {
    while try !settled() { try step(granted: [true, true]) }
    return try finished()
  }

  /// Does everything that takes no time; true when nothing is left to do.
  mutating func settled() throws(ReferenceFailure) -> Bool {
    while settle() {}
    if let failure = chip.failure { throw failure }
    return computed == schedule.tiles.count && unkept.isEmpty
      && ports.allSatisfy { $0.current == nil }
  }

  /// The transfer that each port could carry on with in this cycle, and how much of it has passed.
  var requests: [(job: TransferPort.Job, moved: Int)?] {
    ports.map { port in
      port.current.flatMap { canRun($0) && !$0.takesNoTime ? ($0, port.moved) : nil }
    }
  }

  /// One cycle, in which the ports move data that are `granted` it.
  mutating func step(granted: [Bool]) throws(ReferenceFailure) {
    let before = progress
    // Only a streaming store sees the results of this cycle.
    let streams = ports.indices.map(isStreamingStore)
    for port in ports.indices where granted[port] && !streams[port] { move(port: port) }
    array.step(&chip)
    for port in ports.indices where granted[port] && streams[port] { move(port: port) }
    now += 1
    idle = before == progress ? idle + 1 : 0
    if idle > 20_000 {
      throw ReferenceFailure(description: "no progress since cycle \(now - idle)")
    }
  }

  /// What was found, once nothing is left to do.
  mutating func finished() throws(ReferenceFailure) -> ReferenceRun {
    guard isStored.allSatisfy({ $0 }) else {
      throw ReferenceFailure(description: "a result was never stored")
    }
    result.cycles = now
    result.tiles = schedule.tiles.count
    result.traffic = chip.traffic
    return result
  }

  /// Whatever changes in a cycle in which something happens.
  private var progress: (Int, Int, ReferenceTraffic, Int) {
    (ports[Self.reads].moved, ports[Self.writes].moved, chip.traffic, computed)
  }

  /// Everything that takes no time; true when something happened.
  private mutating func settle() -> Bool {
    // Nothing but the array and transfers in progress can move on; asked here, field by field, since
    // a property of its own would copy the machine in every cycle.
    if next > computed, !array.acceptsTile, array.preloaded == nil, !ports[Self.reads].isInstant,
      !ports[Self.writes].isInstant
    {
      return false
    }
    var changed = false
    if next > computed, array.acceptsTile {
      let tile = schedule.tiles[computed]
      // The array runs empty between groups.
      if !tile.isLastOfGroup || array.isEmpty {
        computed += 1
        release(tile)
        changed = true
      }
    }
    // Before the next tile's sums take their room.
    while keepResults() { changed = true }
    for port in ports.indices {
      while ports[port].isInstant, canRun(ports[port].current, hasEnded: true) {
        finish(port)
        changed = true
      }
    }
    // Without a port they come as soon as their tile is next.
    while let job = instant.first, computed >= job.tile.index {
      complete(job)
      instant.removeFirst()
      changed = true
    }
    if next < schedule.tiles.count, next == computed {
      let tile = schedule.tiles[next]
      if array.preloaded == .input { holdInput(of: tile) }
      if let operand = array.preloaded, isOnChip(operand, of: tile) {
        array.offer(tile, on: &chip)
      }
      if canStart(tile) {
        // A stream may begin after the tile that waits for it.
        if tile.fetchesInput { openInput(of: tile, elements: 0) }
        holdInput(of: tile)
        array.start(tile, on: &chip)
        reserveSums(of: tile)
        next += 1
        changed = true
      }
    } else if next == computed + 1, next < schedule.tiles.count, let operand = array.preloaded {
      let tile = schedule.tiles[next]
      if operand == .input { holdInput(of: tile) }
      if isOnChip(operand, of: tile) { array.offer(tile, on: &chip) }
    }
    return changed
  }

  private func isOnChip(_ operand: Operand, of tile: TileWork) -> Bool {
    switch operand {
    case .weight: chip.weights[tile.weight]?.isComplete ?? false
    case .input: chip.inputs[tile.input].map { $0.arrived == $0.elements } ?? false
    case .output: true
    }
  }

  private func canStart(_ tile: TileWork) -> Bool {
    guard array.acceptsTile, array.isPreloaded, ports[Self.reads].hasLoaded(tile.index),
      instant.first.map({ $0.tile.index > tile.index }) ?? true
    else { return false }
    if tile.isFirstOfGroup, !array.isEmpty { return false }
    // Results of the block before last (or, with one buffer half, of the last) have left.
    let behind = spec.memory.transfers.output.overlap == .none ? 0 : 1
    return unstored.first.map { $0 >= tile.output - behind } ?? true
  }

  private func isStreamingStore(_ port: Int) -> Bool {
    ports[port].current?.kind == .streamingStore
  }

  /// Whether a transfer may move data now; `hasEnded` asks whether all of its data is there.
  private func canRun(_ job: TransferPort.Job?, hasEnded: Bool = false) -> Bool {
    guard let job else { return false }
    switch job.kind {
    case .load:
      return computed >= job.tile.index - 1
        && (!hasEnded || loadable(job) == job.bits)
    case .exposedLoad: return computed >= job.tile.index
    case .stream: return true
    case .store:
      // The half of the buffer is handed over at the end of the tile.
      let (count, all) = chip.finished(job.tile.output, of: job.tile)
      return computed > job.tile.index && count == all
    case .streamingStore:
      let (count, all) = chip.finished(job.tile.output, of: job.tile)
      return hasEnded ? count == all : count > 0
    }
  }

  /// One cycle of a port.
  private mutating func move(port: Int) {
    guard let job = ports[port].current, canRun(job) else { return }
    if !ports[port].hasBegun { begin(job) }
    openRoom(of: job)
    var available = loadable(job)
    if job.kind == .streamingStore {
      let (count, all) = chip.finished(job.tile.output, of: job.tile)
      available = job.bits * count / all
    }
    let ended = ports[port].step(available: available)
    arrive(job, bits: ports[port].moved)
    if ended { finish(port) }
  }

  // MARK: Data

  /// Makes room for what a transfer brings.
  private mutating func begin(_ job: TransferPort.Job) {
    let tile = job.tile
    switch job.operand {
    case .input:
      openInput(of: job)
    case .weight(let number) where chip.weights[number] == nil:
      chip.weights[number] = WeightBlock(kernels: tile.kernels, channels: tile.channels)
      checkWeights(of: tile)
    default: break
    }
  }

  private mutating func arrive(_ job: TransferPort.Job, bits: Int) {
    guard case .input(let number) = job.operand else { return }
    var arrived = job.onChip(bits) / spec.precision.input.count
    if moves != nil, job.bits > 0, let all = chip.inputs[number]?.elements {
      // What is on chip already and what arrives lie evenly among one another.
      arrived = all * bits / job.bits
    }
    chip.inputs[number]?.arrived = arrived
  }

  private mutating func finish(_ port: Int) {
    guard let job = ports[port].current else { return }
    complete(job)
    ports[port].end()
  }

  private mutating func complete(_ job: TransferPort.Job) {
    begin(job)
    openRoom(of: job)
    switch job.operand {
    case .input(let number):
      let elements = chip.inputs[number]?.elements ?? 0
      chip.inputs[number]?.arrived = elements
    case .weight(let number): chip.weights[number]?.isComplete = true
    case .output(let number):
      chip.traffic.outputBits += job.linkBits
      unstored.removeFirst()
      collect(number)
    case nil: break
    }
  }

  /// Collects results that stay once they are finished; true where there were some.
  private mutating func keepResults() -> Bool {
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
  private mutating func release(_ tile: TileWork) {
    if schedule.lastUseOfInput[tile.input] == tile.index { chip.inputs[tile.input] = nil }
    if schedule.lastUseOfWeight[tile.weight] == tile.index { chip.weights[tile.weight] = nil }
  }
}
