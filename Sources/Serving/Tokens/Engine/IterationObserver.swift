/// Sees every iteration and every request of a simulation of tokens.
public protocol IterationObserver {
  /// An iteration starts.
  mutating func started(_ iteration: ObservedIteration, _ state: IterationState)
  /// It is through; the blocks are those that are left.
  mutating func finished(_ iteration: ObservedIteration, usedBlocks: Int)
  /// A request is done.
  mutating func completed(_ sequence: TokenSequence)
  /// A request can never be served.
  mutating func refused(_ request: TokenRequest, id: Int, arrival: SimulationTime)
}

extension IterationObserver {
  /// Ignores the start.
  public mutating func started(_ iteration: ObservedIteration, _ state: IterationState) {}
  /// Ignores the end.
  public mutating func finished(_ iteration: ObservedIteration, usedBlocks: Int) {}
  /// Ignores the request.
  public mutating func completed(_ sequence: TokenSequence) {}
  /// Ignores the request.
  public mutating func refused(_ request: TokenRequest, id: Int, arrival: SimulationTime) {}
}

/// An iteration that has been put together.
public struct ObservedIteration: Hashable, Sendable {
  /// The device's number; those for prompts come behind the others.
  public let replica: Int
  /// When it starts.
  public let start: SimulationTime
  /// When its last stage is through.
  public let end: SimulationTime
  /// What it costs, caches that move before it included.
  public let cost: ServiceCost
  /// What requests do in it.
  public let pieces: [IterationPiece]
  /// Its new tokens.
  public let tokens: Int
  /// Caches that moved before it.
  public let moves: CacheMoves
}
