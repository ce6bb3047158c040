public import Units

/// What lies in a device's memory: models, the one that was used last at the end.
///
/// What was loaded less what was evicted is what is resident, and that is never more than the capacity.
public struct ByteAccount: Hashable, Sendable {
  /// One model.
  struct Entry: Hashable, Sendable {
    let model: Int
    let bytes: Int
    let isPinned: Bool
  }

  /// What the memory holds at most.
  public let capacity: Bytes
  private(set) var entries: [Entry] = []
  /// Bytes in use.
  public private(set) var used = Bytes.zero
  /// Bytes of all models that came in, those that were there at the start included.
  public private(set) var loaded: Int128 = 0
  /// Bytes of all models that left, to make room or because the device failed.
  public private(set) var evicted: Int128 = 0

  init(capacity: Bytes) { self.capacity = capacity }

  /// The models that are there, the one that was used last at the end.
  public var models: [Int] { entries.map(\.model) }

  /// Whether a model is there; it then counts as used last.
  mutating func use(_ model: Int) -> Bool {
    guard let place = entries.lastIndex(where: { $0.model == model }) else { return false }
    if place < entries.count - 1 { entries.append(entries.remove(at: place)) }
    return true
  }

  /// Takes a model that is not there, for which those that were used longest ago and are not pinned leave
  /// one by one until there is room.
  ///
  /// - Returns: The models that left, in that order; nil, and nothing changes, where it does not fit even so.
  mutating func take(_ model: ServedModel, numbered number: Int) -> [Int]? {
    let pinned = entries.reduce(0) { $0 + ($1.isPinned ? $1.bytes : 0) }
    guard model.bytes.count <= capacity.count - pinned else { return nil }
    var left: [Int] = []
    while used.count > capacity.count - model.bytes.count,
      let place = entries.firstIndex(where: { !$0.isPinned })
    {
      let entry = entries.remove(at: place)
      used = Bytes(used.count - entry.bytes)
      evicted += Int128(entry.bytes)
      left.append(entry.model)
    }
    entries.append(Entry(model: number, bytes: model.bytes.count, isPinned: model.isPinned))
    used = Bytes(used.count + model.bytes.count)
    loaded += Int128(model.bytes.count)
    return left
  }

  /// Loses everything.
  ///
  /// - Returns: How many models were there.
  mutating func clear() -> Int {
    let count = entries.count
    evicted += Int128(used.count)
    used = .zero
    entries.removeAll()
    return count
  }
}
