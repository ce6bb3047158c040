/// When a tile needs its input and has its results, in cycles of its computation.
///
/// Input elements arrive in the order of their first use, results leave in the order in which they
/// are finished; both evenly. An element can be used in the cycle in which it arrives.
public struct TileOverlap: Sendable {
  /// A share of the input and what is left to compute once it is there.
  public struct Need: Hashable, Sendable {
    /// The share, 0...1.
    public let share: Double
    /// Cycles after the one in which the share's last element is used for the first time.
    public let after: Int

    /// Makes a need.
    public init(share: Double, after: Int) {
      self.share = share
      self.after = after
    }
  }

  /// What has to be there when: the whole input, and where its use is uneven, earlier shares of it.
  public private(set) var needs: InlineArray<4, Need>
  /// How many of `needs` are in use.
  public private(set) var needCount = 1
  /// Cycles from the first finished result to the end.
  public var afterFirstResult: Int
  /// Share of the results that the last round finishes, 0...1.
  public var lastShare: Double
  /// Cycles from the last round's first result to the end.
  public var afterLastRound: Int

  /// Makes the offsets of a tile.
  public init(
    afterLastInput: Int, afterFirstResult: Int, lastShare: Double, afterLastRound: Int
  ) {
    needs = InlineArray(repeating: Need(share: 1, after: afterLastInput))
    self.afterFirstResult = afterFirstResult
    self.lastShare = lastShare
    self.afterLastRound = afterLastRound
  }

  /// Adds a share that has to be there earlier; at most three.
  public mutating func need(share: Double, after: Int) {
    needs[needCount] = Need(share: share, after: after)
    needCount += 1
  }

  /// Cycles from the start of a stream of `cycles` to the end of the computation, at least.
  func bound(stream cycles: Int) -> Int {
    var bound = 0
    for index in 0..<needCount {
      let arrival = (Double(cycles) * needs[index].share).rounded(.up)
      bound = max(bound, Int(arrival) + needs[index].after)
    }
    return bound
  }

  /// Cycles of a store of `cycles` that are left at the end of the computation, at least.
  func lateStore(of cycles: Int) -> Int {
    max(0, Int((Double(cycles) * lastShare).rounded(.up)) - afterLastRound)
  }
}
