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
  let layer: Layer
  let schedule: TileSchedule
  let footprint: Footprint
  /// The codes of its maps on the links, nil for maps that cross as they are.
  let inputCode: CodedLink?
  let outputCode: CodedLink?
  var array: any ArrayTwin
  var chip: OnChip
  /// The port of reads, and of writes where it is not shared.
  var ports = [TransferPort(), TransferPort()]
  /// Transfers that take no time and keep no port.
  var instant: [TransferPort.Job] = []
  private var now = 0
  /// Cycles in a row in which nothing happened.
  private var idle = 0
  /// The next tile to start, and how many have been computed.
  private var next = 0
  var computed = 0
  /// Memories between DRAM and the buffers, from DRAM inwards.
  var levels: [LevelMachine]
  /// Cycles in which their ports moved something.
  var levelMoves = 0
  /// Blocks of results whose stores have not ended, in their order.
  var unstored: [Int] = []
  /// Tiles whose results stay on chip and are not finished yet.
  var unkept: [TileWork] = []
  /// What tiles move of maps, nil where that is just their input and results.
  let moves: TileMoves?
  var result = ReferenceRun()
  var isStored: [Bool]
  /// The residency that has not been dealt out yet.
  var resident: Int

  static let reads = 0
  static let writes = 1

  init(
    spec: ArchitectureSpec, shares: [Operand: Int], banks: Banks?, layer: Layer,
    problem: Problem, schedules: LevelSchedules, array: any ArrayTwin, operands: LayerOperands,
    coding: EntryCoding?, residency: Int, moves: TileMoves?
  ) {
    self.banks = banks
    self.spec = spec
    self.shares = shares
    self.layer = layer
    self.problem = problem
    schedule = schedules.array
    levels = schedules.machines(spec.memory)
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
    if let tile = schedule.tornSums {
      chip.fail("tile \(tile.index) goes on with sums that tile \(tile.index - 1) did not leave")
    }
    queueLevels()
    queueTransfers()
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
      && levels.allSatisfy { $0.isDone } && ports.allSatisfy { $0.current == nil }
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
    // What a transfer makes possible in this cycle begins with the next one.
    let runs = ports.indices.map { granted[$0] && (streams[$0] ? takesResults($0) : canRun($0)) }
    let levelRuns = levels.indices.map { place in
      (0...1).map { canRun(level: place, port: $0) }
    }
    for port in ports.indices where runs[port] && !streams[port] { move(port: port) }
    for place in levels.indices {
      for port in 0...1 where levelRuns[place][port] { move(level: place, port: port) }
    }
    array.step(&chip)
    for port in ports.indices where runs[port] && streams[port] { move(port: port) }
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
  private var progress: (Int, Int, ReferenceTraffic, Int, Int) {
    (ports[Self.reads].moved, ports[Self.writes].moved, chip.traffic, computed, levelMoves)
  }

  /// Everything that takes no time; true when something happened.
  private mutating func settle() -> Bool {
    if !levels.isEmpty, settleLevels() { return true }
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
    while let job = instant.first, computed >= job.tile.index,
      hasOutside(job.tile, inside: inside)
    {
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
    guard array.acceptsTile, array.isPreloaded, hasOutside(tile, inside: inside),
      ports[Self.reads].hasLoaded(tile.index),
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
    // Nothing is loaded before the tile outside is there, nor stored where no room is.
    switch job.operand {
    case .input, .weight:
      guard hasOutside(job.tile, inside: inside) else { return false }
    case .output:
      guard takesResults(of: job.tile, from: inside) else { return false }
    case nil:
      // A tile that loads nothing into a half of its own waits like any other.
      let transfers = spec.memory.transfers
      let isAhead = transfers.input.overlap == .pingPong || transfers.weight.overlap == .pingPong
      guard !isAhead || hasOutside(job.tile, inside: inside) else { return false }
    }
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

  private func canRun(_ port: Int) -> Bool { canRun(ports[port].current) }

  /// Whether there is room for the results that a port is to store.
  private func takesResults(_ port: Int) -> Bool {
    ports[port].current.map { takesResults(of: $0.tile, from: inside) } ?? false
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
}
