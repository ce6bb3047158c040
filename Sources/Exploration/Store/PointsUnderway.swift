internal import Glibc
internal import Inputs

/// The points that a process is running, in a file that outlives its end.
///
/// A pair of words for each thread: the point that it runs, from one, and the signal that ended the
/// process there, which `CrashGuard` notes. The file is part of memory, so that a note costs nothing.
final class PointsUnderway: Sendable {
  /// Name of the file in a result's folder.
  static let fileName = "points.underway"

  /// Points that ended a process before, with the signal.
  let crashed: [Int: Int32]
  private let path: String
  private let size: Int
  private nonisolated(unsafe) let words: UnsafeMutablePointer<Int64>

  /// Begins to take notes for `threads` threads, keeping what the file in `folder` says of crashes.
  init(_ folder: String, threads: Int) throws(StoreError) {
    path = "\(folder)/\(Self.fileName)"
    crashed = Self.crashes(path)
    size = (threads + crashed.count) * 2 * MemoryLayout<Int64>.size
    // What is there stays until the new file says the same.
    let temporary = path + ".partial"
    let descriptor = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FreeSpace.isNone(at: folder) ? .full(folder) : .readOnly(folder)
    }
    defer { close(descriptor) }
    // Memory whose block is missing would end the process at the first note.
    guard posix_fallocate(descriptor, 0, size) == 0,
      let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else {
      unlink(temporary)
      throw FreeSpace.isNone(at: folder) ? .full(folder) : .readOnly(folder)
    }
    words = memory.bindMemory(to: Int64.self, capacity: (threads + crashed.count) * 2)
    for (index, crash) in crashed.sorted(by: { $0.key < $1.key }).enumerated() {
      words[2 * (threads + index)] = Int64(crash.key) + 1
      words[2 * (threads + index) + 1] = Int64(crash.value)
    }
    guard rename(temporary, path) == 0 else { throw .readOnly(folder) }
  }

  deinit { munmap(words, size) }

  /// Runs `body`, which is point `point`, on the thread that runs as number `thread`.
  func note<Value>(_ point: Int, thread: Int, _ body: () -> Value) -> Value {
    words[2 * thread] = Int64(point) + 1
    CrashGuard.enter(words + 2 * thread)
    defer {
      CrashGuard.leave()
      words[2 * thread] = 0
    }
    return body()
  }

  /// Removes the file of a sweep that is complete.
  func remove() { unlink(path) }

  /// What a file says of points that ended a process; nothing where there is no file or no sense.
  private static func crashes(_ path: String) -> [Int: Int32] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [:] }
    defer { close(descriptor) }
    var pair: [Int64] = [0, 0]
    var found: [Int: Int32] = [:]
    while read(descriptor, &pair, 16) == 16 {
      guard pair[0] > 0, let signal = Int32(exactly: pair[1]), signal > 0 else { continue }
      found[Int(pair[0]) - 1] = signal
    }
    return found
  }
}
