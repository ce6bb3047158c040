internal import Synchronization
internal import Units

/// What mappings take, shared between designs of one array with equal links.
///
/// Buffers decide which mappings fit and nothing of what one takes, so designs that differ in their
/// buffers time most of theirs once. It forgets everything when it is full, so its size is bounded.
///
/// What a search found in larger buffers is what it finds in smaller ones, too, as long as it has room there:
/// smaller buffers leave no mapping that larger ones do not have, or have with more that stays, which is no
/// worse; of equal ones the first is taken, whatever the room.
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

    /// What a search found in these buffers, or in larger ones where it has room in these.
    func found(_ objective: MappingObjective, in buffers: BufferSpace) -> TimedMapping? {
      memo.found(SearchKey(array: array, question: question, objective: objective), in: buffers)
    }

    /// Remembers what a search found in `buffers`, and what it needs of each; gives how often that was done
    /// for the layer.
    @discardableResult
    func keep(
      _ timed: TimedMapping, _ objective: MappingObjective, in buffers: BufferSpace, needs: [Int]
    ) -> Int {
      memo.keep(
        SearchKey(array: array, question: question, objective: objective),
        Found(buffers: buffers, needs: needs, timed: timed))
    }

    /// What no mapping goes below, worked out where it is not known.
    func least(_ make: () -> [TimedMapping]) -> [TimedMapping] {
      memo.least(LeastKey(array: array, question: question), make)
    }

    /// What `mapping` takes, worked out where it is not known.
    func timing(_ mapping: Mapping, _ make: () -> TimedMapping) -> TimedMapping {
      memo.timing(Key(array: array, question: question, mapping: mapping), make)
    }
  }

  private struct LeastKey: Hashable {
    let array: Int
    let question: Int
  }

  private struct SearchKey: Hashable {
    let array: Int
    let question: Int
    let objective: MappingObjective
  }

  /// What a search found.
  private struct Found {
    let buffers: BufferSpace
    /// Bits that it takes of each buffer.
    let needs: [Int]
    let timed: TimedMapping

    /// Whether a search in `others` finds the same.
    func holds(in others: BufferSpace) -> Bool {
      buffers.covers(others)
        && zip(needs, others.pools).allSatisfy { $0 <= $1.size.count }
    }
  }

  private let capacity: Int
  private let searches = Mutex<(found: [SearchKey: [Found]], count: Int)>(([:], 0))
  private let timings = Mutex<[Key: TimedMapping]>([:])
  private let leasts = Mutex<[LeastKey: [TimedMapping]]>([:])

  /// A memo of up to `capacity` mappings.
  init(capacity: Int) { self.capacity = capacity }

  private func timing(_ key: Key, _ make: () -> TimedMapping) -> TimedMapping {
    Self.known(key, in: timings, capacity, make)
  }

  private func least(_ key: LeastKey, _ make: () -> [TimedMapping]) -> [TimedMapping] {
    Self.known(key, in: leasts, capacity, make)
  }

  private static func known<K: Hashable & Sendable, Answer: Sendable>(
    _ key: K, in answers: borrowing Mutex<[K: Answer]>, _ capacity: Int, _ make: () -> Answer
  ) -> Answer {
    if let known = answers.withLock({ $0[key] }) { return known }
    let answer = make()
    answers.withLock { known in
      if known.count >= capacity { known.removeAll(keepingCapacity: true) }
      known[key] = answer
    }
    return answer
  }

  private func found(_ key: SearchKey, in buffers: BufferSpace) -> TimedMapping? {
    searches.withLock { $0.found[key]?.first { $0.holds(in: buffers) }?.timed }
  }

  private func keep(_ key: SearchKey, _ found: Found) -> Int {
    searches.withLock { known in
      if known.count >= capacity { known = ([:], 0) }
      known.count += 1
      known.found[key, default: []].append(found)
      return known.found[key]?.count ?? 0
    }
  }
}
