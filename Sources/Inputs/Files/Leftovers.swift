import Glibc
import Synchronization

/// What must not outlive the program where a signal ends it: files that grow beside their places, and
/// processes that it has started.
public enum Leftovers {
  /// The most files that are removed, and the most groups that are ended; more than any command has at a
  /// time.
  private static let capacity = 16
  /// Held by whoever changes the table.
  private static let lock = Mutex(())
  /// Paths, as a handler needs them: it may neither ask for memory nor take a lock.
  private nonisolated(unsafe) static let table: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> =
    {
      let table = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
      table.initialize(repeating: nil, count: capacity)
      return table
    }()

  /// Numbers of process groups; 0 where a place is free.
  private nonisolated(unsafe) static let groups: UnsafeMutablePointer<pid_t> = {
    let groups = UnsafeMutablePointer<pid_t>.allocate(capacity: capacity)
    groups.initialize(repeating: 0, count: capacity)
    return groups
  }()

  /// From now on the signals that end a program end its processes and remove what grows first.
  ///
  /// A signal that is ignored stays ignored, as `nohup` wants it. One that is only blocked is let
  /// through: a program that is started from a thread that blocks signals inherits that, and could
  /// not be ended.
  public static func removeOnSignals() {
    _ = (table, groups)
    var handled = sigset_t()
    sigemptyset(&handled)
    defer { pthread_sigmask(SIG_UNBLOCK, &handled, nil) }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var old = sigaction()
      guard sigaction(number, nil, &old) == 0,
        unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self)
          != unsafeBitCast(SIG_IGN, to: Int.self)
      else { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        Leftovers.removeAll()
        // The handler is gone by then, and the signal does what it does to every program.
        kill(getpid(), number)
      }
      // SA_RESETHAND, sigaction(2).
      action.sa_flags = Int32(bitPattern: 0x8000_0000)
      sigaction(number, &action, nil)
      sigaddset(&handled, number)
    }
  }

  /// The file at `path` grows.
  static func add(_ path: String) {
    lock.withLock { _ in
      guard let free = (0..<capacity).first(where: { table[$0] == nil }) else { return }
      table[free] = strdup(path)
    }
  }

  /// The file at `path` is whole, or gone.
  static func remove(_ path: String) {
    lock.withLock { _ in
      for index in 0..<capacity {
        guard let text = table[index], strcmp(text, path) == 0 else { continue }
        // A handler may be reading it; a name is little to leave behind.
        table[index] = nil
      }
    }
  }

  private static func removeAll() {
    for index in 0..<capacity {
      if groups[index] > 0 { kill(-groups[index], SIGKILL) }
      if let path = table[index] { unlink(path) }
    }
  }

  /// The process group `group` runs.
  package static func add(group: pid_t) {
    lock.withLock { _ in
      guard let free = (0..<capacity).first(where: { groups[$0] == 0 }) else { return }
      groups[free] = group
    }
  }

  /// Nothing of the process group `group` runs any more.
  package static func remove(group: pid_t) {
    lock.withLock { _ in
      for index in 0..<capacity where groups[index] == group { groups[index] = 0 }
    }
  }
}
