public import DequeModule

/// When a request that decodes takes the cache of another.
public enum PreemptionRule: String, Codable, CaseIterable, Sendable {
  /// Where a block is needed and none is free.
  case exact
  /// Wherever no block is free, needed or not, as the codes of Vidur and Sarathi-Serve do.
  case conservative
}

/// What one request does in an iteration.
public struct IterationPiece: Hashable, Sendable {
  /// The place of its sequence in `IterationState.sequences`.
  public let slot: Int
  /// New tokens.
  public let tokens: Int
  /// Cached tokens before them.
  public let context: Int
  /// Whether it is of the prompt.
  public let isPrompt: Bool
  /// Whether a token of the answer comes of it.
  public let makesToken: Bool
}

/// The requests of a device, its cache, and the iteration that is being put together.
///
/// A policy looks at it and calls `decode`, `chunk` and `admit`; what they do to blocks and queues is the
/// same for every policy.
public struct IterationState: Sendable {
  /// Every request that waits or runs, by slot; slots are used again.
  public internal(set) var sequences: [TokenSequence] = []
  private var freeSlots: [Int] = []
  /// Slots of requests that wait, the next one first.
  public internal(set) var waiting: Deque<Int> = []
  /// Slots of requests that have blocks, in the order of arrival.
  public internal(set) var running: [Int] = []
  /// The cache.
  public internal(set) var blocks: CacheBlocks
  /// The host's memory for caches that make room; nil where they are lost.
  var host: HostCache?
  /// Slots of requests whose caches the host has, in the order of arrival.
  public internal(set) var swapped: [Int] = []
  /// Caches that have moved since the last iteration.
  var moves = CacheMoves()
  /// The first cache for which the host had no room.
  var shortage: HostShortage?
  /// The most requests that may run.
  public let mostSequences: Int
  /// When a decode takes the cache of another request.
  public let preemption: PreemptionRule
  /// Tokens that a decode works on: 1, and those that a draft proposed.
  public let decodeTokens: Int
  /// The time.
  public internal(set) var now = SimulationTime(0)

  /// What the iteration does, in the order in which it was decided.
  public private(set) var pieces: [IterationPiece] = []
  /// Its new tokens.
  public private(set) var tokens = 0
  /// The requests that lost their cache for it, by number, in order.
  public private(set) var preempted: [Int] = []

  /// Makes the state of an idle device.
  public init(
    blocks: CacheBlocks, mostSequences: Int, preemption: PreemptionRule, decodeTokens: Int = 1,
    host: HostCache? = nil
  ) {
    self.blocks = blocks
    self.host = host
    self.mostSequences = mostSequences
    self.preemption = preemption
    self.decodeTokens = decodeTokens
  }

  /// Whether nobody waits or runs.
  public var isIdle: Bool { waiting.isEmpty && running.isEmpty && swapped.isEmpty }

  // MARK: Putting an iteration together

  mutating func begin(at now: SimulationTime) {
    self.now = now
    pieces.removeAll(keepingCapacity: true)
    preempted.removeAll(keepingCapacity: true)
    tokens = 0
  }

  /// Every request past its prompt that runs makes its next token, in the order of arrival.
  ///
  /// One that finds no block takes those of the last request that has not had its turn, or loses its own,
  /// as `rule` says, `preemption` unless given. Where nobody did, caches come back from the host.
  public mutating func decodeAll(_ rule: PreemptionRule? = nil) {
    let lost = preempted.count
    var index = 0
    while index < running.count {
      let slot = running[index]
      guard !sequences[slot].isUnderWay, sequences[slot].isDecoding else {
        index += 1
        continue
      }
      if decode(slot, at: index, rule) { index += 1 }
    }
    if preempted.count == lost { bringBack() }
  }

  /// The request at `index` of `running` makes its next token; gives false where it lost its cache instead.
  public mutating func decode(
    _ slot: Int, at index: Int, _ rule: PreemptionRule? = nil
  ) -> Bool {
    let width = min(decodeTokens, sequences[slot].remainingOutput)
    let cached = sequences[slot].cached
    let need = missingBlocks(slot, cached + width)
    // Where no block is free, the conservative rule does as if one were needed.
    let wanted = (rule ?? preemption) == .conservative ? max(need, 1) : need
    guard makeRoom(wanted, at: index) else { return false }
    take(need, for: slot)
    add(
      IterationPiece(
        slot: slot, tokens: width, context: cached, isPrompt: false, makesToken: true))
    return true
  }

  /// The request at `index` of `running` works on the next `tokens` of its prompt; gives false where it lost
  /// its cache instead, for which there is a reason only where blocks are taken chunk by chunk.
  @discardableResult
  public mutating func chunk(_ slot: Int, at index: Int? = nil, tokens: Int) -> Bool {
    let cached = sequences[slot].cached
    let need = missingBlocks(slot, cached + tokens)
    if need > 0, let index {
      guard makeRoom(need, at: index) else { return false }
    }
    take(need, for: slot)
    add(
      IterationPiece(
        slot: slot, tokens: tokens, context: cached, isPrompt: true,
        makesToken: tokens == sequences[slot].remainingPrompt))
    return true
  }

  mutating func add(_ piece: IterationPiece) {
    pieces.append(piece)
    tokens += piece.tokens
  }

  /// Blocks that a sequence lacks for so many cached tokens.
  @inline(__always)
  private func missingBlocks(_ slot: Int, _ tokens: Int) -> Int {
    let own = tokens - sequences[slot].sharedTokens
    // Most tokens find a block that is there.
    guard own > sequences[slot].blocks * blocks.size else { return 0 }
    return blocks.blocks(for: own) - sequences[slot].blocks
  }

  @inline(__always)
  private mutating func take(_ count: Int, for slot: Int) {
    guard count > 0 else { return }
    blocks.take(count)
    sequences[slot].blocks += count
  }

  /// Frees what a request at `index` of `running` needs; gives false where that was its own.
  private mutating func makeRoom(_ need: Int, at index: Int) -> Bool {
    while need > blocks.free {
      var victim = running.count - 1
      while victim > index, sequences[running[victim]].isUnderWay { victim -= 1 }
      preempt(at: max(victim, index))
      if victim <= index { return false }
    }
    return true
  }

  private mutating func preempt(at index: Int) {
    let slot = running.remove(at: index)
    sequences[slot].preemptions += 1
    if swapOut(slot) {
      preempted.append(sequences[slot].id)
      return
    }
    release(slot)
    sequences[slot].recomputed += sequences[slot].cached - sequences[slot].sharedTokens
    preempted.append(sequences[slot].id)
    sequences[slot].prompt = sequences[slot].request.prompt + sequences[slot].generated
    sequences[slot].cached = 0
    sequences[slot].sharedTokens = 0
    waiting.prepend(slot)
  }

  /// An iteration works on a request from now on; gives whether it is the first.
  mutating func begin(_ slot: Int, at now: SimulationTime) -> Bool {
    sequences[slot].isUnderWay = true
    guard sequences[slot].firstStart == nil else { return false }
    sequences[slot].firstStart = now
    return true
  }

  // MARK: Admission

  /// Whether the request may run: no cache waits in the host, there is a place, and room for `tokens` in the cache above
  /// the watermark.
  public func admits(_ slot: Int, tokens: Int, watermark: Bool = true) -> Bool {
    guard swapped.isEmpty, running.count < mostSequences else { return false }
    let request = sequences[slot].request
    let need = blocks.blocks(for: tokens - blocks.cachedTokens(of: request))
    return blocks.free - blocks.reclaims(request) - need >= (watermark ? blocks.watermark : 0)
  }

  /// Takes the request at `position` of `waiting` among those that run, with blocks for `tokens` of them.
  ///
  /// What is cached of the beginning of its prompt need not be worked on.
  public mutating func admit(at position: Int, tokens: Int) {
    let slot = waiting.remove(at: position)
    let request = sequences[slot].request
    let shared = sequences[slot].cached > 0 ? 0 : blocks.cachedTokens(of: request)
    if shared > 0, let group = request.group {
      blocks.read(group)
      sequences[slot].sharedTokens = shared
      sequences[slot].cached = shared
    }
    run(slot, blocks: blocks.blocks(for: tokens - shared))
  }

  /// Lets a request run, in the order of arrival, with so many more blocks.
  mutating func run(_ slot: Int, blocks count: Int) {
    take(count, for: slot)
    let id = sequences[slot].id
    var place = running.count
    while place > 0, sequences[running[place - 1]].id > id { place -= 1 }
    running.insert(slot, at: place)
  }

  // MARK: Coming and going

  /// A request joins those that wait.
  mutating func join(_ sequence: TokenSequence) {
    if let slot = freeSlots.popLast() {
      sequences[slot] = sequence
      waiting.append(slot)
    } else {
      sequences.append(sequence)
      waiting.append(sequences.count - 1)
    }
  }

  /// Requests whose cache came from another device run as soon as there is room, in the order of the queue.
  mutating func admitTransferred() {
    while let slot = waiting.first, sequences[slot].isDecoding,
      admits(slot, tokens: sequences[slot].cached + decodeTokens)
    {
      admit(at: 0, tokens: sequences[slot].cached)
    }
  }

  /// Gives the blocks of a sequence back.
  mutating func release(_ slot: Int) {
    blocks.give(sequences[slot].blocks)
    sequences[slot].blocks = 0
    if sequences[slot].sharedTokens > 0, let group = sequences[slot].request.group {
      blocks.leave(group)
    }
  }

  /// A request is done, or goes elsewhere: its blocks and its slot are free.
  mutating func leave(_ slot: Int) {
    release(slot)
    if let place = running.firstIndex(of: slot) { running.remove(at: place) }
    freeSlots.append(slot)
  }

  /// Whether a prompt that has just been worked on can be the beginning of others from now on.
  mutating func share(_ slot: Int) {
    guard sequences[slot].sharedTokens == 0, sequences[slot].request.group != nil else { return }
    let moved = blocks.share(sequences[slot].request)
    guard moved > 0 else { return }
    sequences[slot].blocks -= moved
    sequences[slot].sharedTokens = moved * blocks.size
  }
}
