internal import Glibc
internal import Synchronization

/// Lets a sweep live on when a point ends the process by a signal, which is a bug of the model.
///
/// The signal is noted beside the point, and the program begins anew in the same process: it resumes
/// the sweep, and the point becomes an error like any other. Nothing is done about a signal outside
/// of a point.
public enum CrashGuard {
  /// What a thread that runs a point takes notes in.
  private static let notes: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()
  /// Addresses of the program and its words, made beforehand: a handler may not ask for memory.
  private static let program = Atomic<UInt>(0)
  private static let words = Atomic<UInt>(0)

  /// The signals by which a program ends itself.
  private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

  /// From now on a signal within a point begins `program` anew with `arguments`, its name first.
  public static func install(_ arguments: [String], program path: String = "/proc/self/exe") {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
      capacity: arguments.count + 1)
    for (index, word) in arguments.enumerated() { list[index] = strdup(word) }
    list[arguments.count] = nil
    program.store(UInt(bitPattern: strdup(path)), ordering: .relaxed)
    words.store(UInt(bitPattern: list), ordering: .relaxed)
    leave()
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { CrashGuard.noteCrash($0) }
      // Once only, and without blocking it, which would outlast the new beginning.
      action.sa_flags = Int32(bitPattern: UInt32(bitPattern: SA_NODEFER) | 0x8000_0000)
      sigaction(signal, &action, nil)
    }
  }

  /// This thread runs a point and takes notes in `pair`.
  static func enter(_ pair: UnsafeMutablePointer<Int64>) { pthread_setspecific(notes, pair) }

  /// This thread runs no point.
  static func leave() { pthread_setspecific(notes, nil) }

  /// What a signal does: nothing here asks for memory or takes a lock.
  private static func noteCrash(_ signal: Int32) {
    guard let pair = pthread_getspecific(notes),
      let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>(
        bitPattern: words.load(ordering: .relaxed)),
      let path = UnsafePointer<CChar>(bitPattern: program.load(ordering: .relaxed))
    else { return }
    pair.assumingMemoryBound(to: Int64.self)[1] = Int64(signal)
    execv(path, list)
  }
}
