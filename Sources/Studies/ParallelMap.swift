internal import Dispatch
internal import Synchronization

/// Values of `body` for `0..<count`, in order, worked out by up to `jobs` threads.
///
/// The result does not depend on the number of threads. The first error by index is thrown.
package func parallelMap<Value: Sendable>(
  count: Int, jobs: Int, _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
  guard jobs > 1, count > 1 else { return try (0..<count).map(body) }
  let results = Mutex<[Int: Result<Value, any Error>]>([:])
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: min(jobs, count)) { _ in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let result = Result { try body(index) }
      results.withLock { $0[index] = result }
    }
  }
  return try results.withLock { known in
    try (0..<count).compactMap { try known[$0]?.get() }
  }
}
