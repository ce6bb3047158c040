public import Architectures
public import Networks
internal import Units

/// A slow, functional twin of a vector unit: ports move bits, lanes carry out one operation after the
/// other, pieces are worked on in tiles.
public struct VectorMachine: Sendable {
  private let unit: VectorUnitSpec
  private let spec: ArchitectureSpec

  /// The twin of `architecture`'s vector unit; nil where it has none.
  public init?(_ architecture: Architecture) {
    guard let unit = architecture.spec.vectorUnit else { return nil }
    self.unit = unit
    spec = architecture.spec
  }

  /// What a run found.
  public struct Run: Sendable, Equatable {
    /// Results of all pieces, one after the other.
    public var results: [Double] = []
    /// Cycles from the first transfer to the last.
    public var cycles = 0
    /// Tiles.
    public var tiles = 0
    /// Bits that came from and went to DRAM.
    public var inputBits = 0
    /// Bits that went to DRAM.
    public var outputBits = 0
    /// Operations that the lanes carried out.
    public var operations = 0
    /// Bits of the same operands and results on chip.
    var rawInput = 0
    var rawOutput = 0
  }

  /// One tile: its pieces' transfers and operations.
  private struct Tile {
    /// Bits on chip.
    var inputBits = 0
    var outputBits = 0
    var operations = 0
    /// What passes the ports, at which rates.
    var load = Passage(bits: 0, rate: .unlimited)
    var store = Passage(bits: 0, rate: .unlimited)
  }

  /// Bits that pass at a rate.
  private struct Passage {
    let bits: Int
    let rate: BytesPerCycle
    var takesNoTime: Bool { bits == 0 || rate.bytes == 0 }
  }

  /// Works on `pieces`, each a list of operands, with `definition`.
  ///
  /// - Parameters:
  ///   - pieces: Operands of each piece.
  ///   - holdsInput: Whether operands are in the buffer already.
  ///   - keepsOutput: Whether results stay there.
  ///   - zeros: Zeros in operands and results, nil where nobody knows.
  ///   - definition: Results of a piece, every operation counted by the lanes.
  /// - Returns: Results, cycles and what was moved.
  public func run(
    _ pieces: [[[Double]]], holdsInput: Bool = false, keepsOutput: Bool = false,
    zeros: ZeroShares? = nil, definition: ([[Double]], inout VectorLanes) -> [Double]
  ) -> Run {
    var run = Run()
    var tiles: [Tile] = []
    var (held, tile, count) = (0, Tile(), 0)
    for piece in pieces {
      var lanes = VectorLanes()
      let results = definition(piece, &lanes)
      let input = piece.reduce(0) { $0 + $1.count } * spec.precision.input.count
      let output = results.count * spec.precision.output.count
      if count > 0, held + input + output > unit.buffer.tile.count {
        tiles.append(tile)
        (held, tile, count) = (0, Tile(), 0)
      }
      held += input + output
      count += 1
      tile.inputBits += holdsInput ? 0 : input
      tile.outputBits += keepsOutput ? 0 : output
      tile.operations += lanes.operations
      run.results += results
      run.operations += lanes.operations
    }
    if count > 0 { tiles.append(tile) }
    run.tiles = tiles.count
    for index in tiles.indices { code(&tiles[index], zeros, &run) }
    run.cycles = step(tiles)
    return run
  }

  /// Puts a tile's transfers on the links, coded where they are.
  private func code(_ tile: inout Tile, _ zeros: ZeroShares?, _ run: inout Run) {
    let (links, clock) = (spec.memory.transfers, spec.frequency)
    let isRaw = links.input.compression?.firstInput == .raw
    let input = CodedLink(
      links.input,
      zeros?.inputs.map { ($0.elements, $0.isInput && isRaw ? nil : $0.zeros) } ?? [],
      element: spec.precision.input, clock: clock)
    let output = CodedLink(
      links.output, [(1, zeros?.written)], element: spec.precision.output, clock: clock)
    run.rawInput += tile.inputBits
    run.rawOutput += tile.outputBits
    let load = input.pace(tile.inputBits, links.input.bandwidth.perCycle(at: clock))
    let store = output.pace(tile.outputBits, links.output.bandwidth.perCycle(at: clock))
    tile.load = Passage(bits: load.bits, rate: load.rate)
    tile.store = Passage(bits: store.bits, rate: store.rate)
    // Counted over all tiles, as one stream of words.
    run.inputBits = input.bits(run.rawInput)
    run.outputBits = output.bits(run.rawOutput)
  }

  /// A transfer in a port's queue.
  private enum Job: Equatable {
    case load(Int)
    case store(Int)
  }

  private struct State {
    var queues: [[Job]]
    var progress: [Int]
    /// Tiles whose operands are there, that are worked out, whose results have left.
    var loaded = 0
    var computed = 0
    var stored = 0
    /// Operations that are left of the tile in work.
    var left: Int?
  }

  /// Steps cycle by cycle.
  private func step(_ tiles: [Tile]) -> Int {
    let shares = spec.memory.dram.ports == .shared
    var state = State(queues: Array(repeating: [], count: shares ? 1 : 2), progress: [0, 0])
    let behind = unit.buffer.pingPong
    for index in tiles.indices {
      // With one half a tile's results leave before the next operands come.
      if !behind, shares, index > 0 { state.queues[0].append(.store(index - 1)) }
      state.queues[0].append(.load(index))
      if !shares || behind, index > 0 {
        state.queues[shares ? 0 : 1].append(.store(index - 1))
      }
    }
    if !tiles.isEmpty { state.queues[shares ? 0 : 1].append(.store(tiles.count - 1)) }
    var now = 0
    while state.stored < tiles.count {
      while settle(&state, tiles) {}
      guard state.stored < tiles.count else { break }
      for port in state.queues.indices { move(port, &state, tiles) }
      if let left = state.left {
        state.left = left - unit.operations
        if left <= unit.operations {
          state.left = nil
          state.computed += 1
        }
      }
      now += 1
    }
    return now
  }

  private func canRun(_ job: Job, _ state: State) -> Bool {
    switch job {
    case .load(let tile): state.computed >= tile - (unit.buffer.pingPong ? 1 : 0)
    case .store(let tile): state.computed > tile
    }
  }

  private func passage(_ job: Job, _ tiles: [Tile]) -> Passage {
    switch job {
    case .load(let tile): tiles[tile].load
    case .store(let tile): tiles[tile].store
    }
  }

  private func end(_ port: Int, _ state: inout State) {
    switch state.queues[port].removeFirst() {
    case .load: state.loaded += 1
    case .store: state.stored += 1
    }
    state.progress[port] = 0
  }

  /// Everything that takes no time; true when something happened.
  private func settle(_ state: inout State, _ tiles: [Tile]) -> Bool {
    var changed = false
    for port in state.queues.indices {
      while let job = state.queues[port].first, canRun(job, state) {
        guard passage(job, tiles).takesNoTime else { break }
        end(port, &state)
        changed = true
      }
    }
    let next = state.computed
    if state.left == nil, next < tiles.count, state.loaded > next,
      state.stored >= next - (unit.buffer.pingPong ? 1 : 0)
    {
      state.left = tiles[next].operations
      changed = true
    }
    return changed
  }

  /// One cycle of a port.
  private func move(_ port: Int, _ state: inout State, _ tiles: [Tile]) {
    guard let job = state.queues[port].first, canRun(job, state) else { return }
    let passage = passage(job, tiles)
    guard !passage.takesNoTime else { return }
    state.progress[port] += passage.rate.bytes * 8
    if state.progress[port] >= passage.bits * passage.rate.cycles { end(port, &state) }
  }
}

/// Lanes that count what they carry out.
public struct VectorLanes: Sendable {
  /// Operations so far.
  public private(set) var operations = 0

  /// Makes lanes that have done nothing.
  public init() {}

  /// One operation.
  public mutating func perform(_ value: Double) -> Double {
    operations += 1
    return value
  }
}
