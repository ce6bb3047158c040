/// The blocks of a device's cache: how many are free, and which hold the beginnings that prompts share.
///
/// Blocks have no numbers: what counts is how many of them there are (PagedAttention: Kwon et al., SOSP
/// 2023). Beginnings stay when nobody reads them, until somebody needs the room; the one that was read
/// longest ago leaves first.
public struct CacheBlocks: Hashable, Sendable {
  /// Tokens of a block.
  public let size: Int
  /// Blocks in all.
  public let count: Int
  /// Blocks that stay free when a request is admitted.
  public let watermark: Int
  /// Blocks that hold nothing.
  public private(set) var unused: Int
  /// Blocks of beginnings that nobody reads.
  public private(set) var reclaimable = 0
  private var beginnings: [Int: Beginning] = [:]
  private var uses = 0

  private struct Beginning: Hashable, Sendable {
    var blocks: Int
    var readers: Int
    var lastUse: Int
  }

  /// Makes an empty cache; all three are at least 0, `size` at least 1.
  public init(size: Int, count: Int, watermark: Int) {
    self.size = size
    self.count = count
    self.watermark = watermark
    unused = count
  }

  /// Blocks that can be taken.
  @inline(__always)
  public var free: Int { unused + reclaimable }
  /// Blocks that hold something that somebody reads.
  @inline(__always)
  public var used: Int { count - free }

  /// Blocks of so many tokens.
  @inline(__always)
  public func blocks(for tokens: Int) -> Int { tokens / size + (tokens % size == 0 ? 0 : 1) }

  /// Takes blocks; there are that many.
  mutating func take(_ blocks: Int) {
    while unused < blocks { evict() }
    unused -= blocks
  }

  /// Gives blocks back.
  mutating func give(_ blocks: Int) { unused += blocks }

  private mutating func evict() {
    var oldest: (group: Int, use: Int)?
    for (group, beginning) in beginnings where beginning.readers == 0 {
      if oldest.map({ beginning.lastUse < $0.use }) ?? true { oldest = (group, beginning.lastUse) }
    }
    guard let oldest, let beginning = beginnings.removeValue(forKey: oldest.group) else { return }
    reclaimable -= beginning.blocks
    unused += beginning.blocks
  }

  // MARK: Beginnings

  /// Tokens of the beginning of `request` that are in the cache: whole blocks, and never the whole prompt,
  /// since the first token of the answer needs one to be worked on.
  public func cachedTokens(of request: TokenRequest) -> Int {
    guard let group = request.group, let beginning = beginnings[group] else { return 0 }
    return min(beginning.blocks, (request.prompt - 1) / size) * size
  }

  /// Whether the beginning of `request` is only held by nobody, so that reading it takes room from others.
  func reclaims(_ request: TokenRequest) -> Int {
    guard let group = request.group, let beginning = beginnings[group], beginning.readers == 0,
      cachedTokens(of: request) > 0
    else { return 0 }
    return beginning.blocks
  }

  /// Somebody reads the beginning of a group from now on.
  mutating func read(_ group: Int) {
    guard var beginning = beginnings[group] else { return }
    if beginning.readers == 0 { reclaimable -= beginning.blocks }
    beginning.readers += 1
    uses += 1
    beginning.lastUse = uses
    beginnings[group] = beginning
  }

  /// Somebody no longer reads it.
  mutating func leave(_ group: Int) {
    guard var beginning = beginnings[group] else { return }
    beginning.readers -= 1
    if beginning.readers == 0 { reclaimable += beginning.blocks }
    beginnings[group] = beginning
  }

  /// Makes blocks that a sequence has the beginning of its group, which it goes on to read; gives their
  /// number, 0 where the group has one.
  mutating func share(_ request: TokenRequest) -> Int {
    guard let group = request.group, beginnings[group] == nil else { return 0 }
    let blocks = min(request.shared, request.prompt - 1) / size
    guard blocks > 0 else { return 0 }
    uses += 1
    beginnings[group] = Beginning(blocks: blocks, readers: 1, lastUse: uses)
    return blocks
  }
}
