internal import Dispatch
internal import Synchronization

/// Stores blocks of rows on a thread of its own, a few blocks behind the runner at most.
final class BlockWriter: Sendable {
  private let store: ResultStore
  private let queue = DispatchQueue(label: "umemaki.store")
  private let room = DispatchSemaphore(value: 2)
  private let failure = Mutex<StoreError?>(nil)

  init(_ store: ResultStore) { self.store = store }

  /// Queues `rows`; throws what went wrong with earlier ones.
  func write(_ rows: [ResultStore.Row]) throws(StoreError) {
    try check()
    guard !rows.isEmpty else { return }
    room.wait()
    queue.async { [self] in
      defer { room.signal() }
      do throws(StoreError) {
        try store.insert(rows)
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
  }

  /// Reads the store between two blocks.
  func exclusively<Value>(
    _ body: (ResultStore) throws(StoreError) -> Value
  ) throws(StoreError) -> Value {
    try check()
    let result = queue.sync { Result { () throws(StoreError) in try body(store) } }
    return try result.get()
  }

  /// Waits until everything is stored.
  func finish() throws(StoreError) {
    queue.sync {}
    try check()
  }

  private func check() throws(StoreError) {
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
