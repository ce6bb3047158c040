internal import Synchronization

/// What mappings take, shared between designs of one array with equal links.
///
/// Buffers decide which mappings fit and nothing of what one takes, so designs that differ in their
/// buffers time most of theirs once. It forgets everything when it is full, so its size is bounded.
final class MappingMemo: Sendable {
  private struct Key: Hashable {
    let array: Int
    let question: Int
    let mapping: Mapping
  }

  /// Where the mappings of one layer on one array are found.
  struct Place: Sendable {
    let memo: MappingMemo
    /// The number of the array and its links.
    let array: Int
    /// The number of the layer, of what is on chip, and of the batch.
    let question: Int

    /// What `mapping` takes, worked out where it is not known.
    func timing(_ mapping: Mapping, _ make: () -> TimedMapping) -> TimedMapping {
      memo.timing(Key(array: array, question: question, mapping: mapping), make)
    }
  }

  private let capacity: Int
  private let timings = Mutex<[Key: TimedMapping]>([:])

  /// A memo of up to `capacity` mappings.
  init(capacity: Int) { self.capacity = capacity }

  private func timing(_ key: Key, _ make: () -> TimedMapping) -> TimedMapping {
    if let known = timings.withLock({ $0[key] }) { return known }
    let timing = make()
    timings.withLock { known in
      if known.count >= capacity { known.removeAll(keepingCapacity: true) }
      known[key] = timing
    }
    return timing
  }
}
