/// Memory of the host to which caches go that have to make room, and from which they come back.
public struct HostCache: Hashable, Sendable {
  /// What happens to a cache for which the host has no room.
  public enum Full: String, Codable, CaseIterable, Sendable {
    /// The run ends: vLLM's answer.
    case stop
    /// The request loses its cache, which is worked on again.
    case recompute
  }

  /// Blocks that it holds.
  public let blocks: Int
  /// Bytes of a block.
  public let bytesPerBlock: Double
  /// The way to it and back, for one cache after the other.
  public let link: TokenLink
  /// What happens where there is no room.
  public let full: Full
  /// Blocks that hold something.
  public private(set) var used = 0

  /// Makes an empty memory of at least one block.
  public init(blocks: Int, bytesPerBlock: Double, link: TokenLink, full: Full = .stop) {
    self.blocks = blocks
    self.bytesPerBlock = bytesPerBlock
    self.link = link
    self.full = full
  }

  /// Blocks that hold nothing.
  public var free: Int { blocks - used }

  mutating func take(_ blocks: Int) { used += blocks }

  mutating func give(_ blocks: Int) { used -= blocks }

  /// The time of caches that move: a latency of the link for each, and their bytes; at most 2^60 ps, which no iteration
  /// may take.
  func time(of moves: CacheMoves) -> SimulationTime {
    var seconds = Double(moves.out.count + moves.back.count) * link.latency.seconds
    if let rate = link.bytesPerSecond { seconds += Double(moves.blocks) * bytesPerBlock / rate }
    return min(SimulationTime(seconds: seconds), SimulationTime(1 << 60))
  }
}

/// Caches that move between a device and its host before an iteration.
public struct CacheMoves: Hashable, Sendable {
  /// Requests whose caches went to the host, by number, in order.
  public internal(set) var out: [Int] = []
  /// Requests whose caches came back.
  public internal(set) var back: [Int] = []
  /// Blocks of them all.
  public internal(set) var blocks = 0

  /// Whether nothing moves.
  public var isEmpty: Bool { out.isEmpty && back.isEmpty }
}

/// A cache for which the host has no room.
struct HostShortage: Hashable, Sendable {
  let request: Int
  let blocks: Int
  let free: Int
}

extension IterationState {
  /// Moves the cache of a request that no longer runs to the host; gives false where it stays without one: there is no
  /// host, nothing is cached, or there is no room.
  ///
  /// Blocks of a shared beginning go along, so that nobody else has to keep them.
  mutating func swapOut(_ slot: Int) -> Bool {
    guard let memory = host, sequences[slot].cached > 0 else { return false }
    let count = sequences[slot].blocks + blocks.blocks(for: sequences[slot].sharedTokens)
    guard count <= memory.free else {
      if memory.full == .stop, shortage == nil {
        shortage = HostShortage(request: sequences[slot].id, blocks: count, free: memory.free)
      }
      return false
    }
    release(slot)
    host?.take(count)
    sequences[slot].sharedTokens = 0
    sequences[slot].hostBlocks = count
    sequences[slot].swaps += 1
    moves.out.append(sequences[slot].id)
    moves.blocks += count
    let id = sequences[slot].id
    var place = swapped.count
    while place > 0, sequences[swapped[place - 1]].id > id { place -= 1 }
    swapped.insert(slot, at: place)
    return true
  }

  /// Brings caches back from the host, the one that arrived first first, as long as they leave the watermark free with
  /// what the next token needs; these requests run, and those past their prompts make a token.
  ///
  /// - Parameter budget: Tokens of the iteration; given where parts of prompts take only the blocks that they need, which
  ///   are worked on at once as well.
  public mutating func bringBack(budget: Int? = nil) {
    while let slot = swapped.first, running.count < mostSequences {
      let sequence = sequences[slot]
      var width = sequence.isDecoding ? min(decodeTokens, sequence.remainingOutput) : 0
      if let budget {
        guard tokens < budget else { return }
        if !sequence.isDecoding { width = min(sequence.remainingPrompt, budget - tokens) }
      }
      let need = max(sequence.hostBlocks, blocks.blocks(for: sequence.cached + width))
      guard blocks.free - need >= blocks.watermark else { return }
      swapped.removeFirst()
      moves.back.append(sequence.id)
      moves.blocks += sequence.hostBlocks
      host?.give(sequence.hostBlocks)
      sequences[slot].hostBlocks = 0
      run(slot, blocks: need)
      guard width > 0 else { continue }
      add(
        IterationPiece(
          slot: slot, tokens: width, context: sequence.cached, isPrompt: !sequence.isDecoding,
          makesToken: sequence.isDecoding || width == sequence.remainingPrompt))
    }
  }
}
