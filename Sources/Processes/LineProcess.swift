internal import Synchronization

/// A child process in any language that answers lines on its standard input with lines on its standard
/// output.
///
/// It runs in a process group of its own, which is ended with it; nothing of it is left when this value
/// is gone. Every call has a time limit, reads at most a megabyte that nobody asked for, and reads what
/// the process says on its standard error.
public final class LineProcess: Sendable {
  private let wire: Mutex<LineWire>

  /// Starts a process.
  ///
  /// - Parameters:
  ///   - command: The program, a path or a name in `PATH`, and its arguments; not empty.
  ///   - folder: The process's working folder; this one's where empty. A path of the program is
  ///     relative to this one's.
  ///   - showsErrors: Whether its standard error is passed on to this one's.
  /// - Throws: `ProcessFault.notStarted` where there is no such program or folder.
  public init(
    _ command: [String], in folder: String, showsErrors: Bool
  ) throws(ProcessFault) {
    guard !command.isEmpty else { throw .notStarted("the command is empty") }
    wire = Mutex(try LineWire(command, folder: folder, showsErrors: showsErrors))
  }

  deinit { _ = wire.withLock { $0.stop() } }

  /// Writes a line, gives the line that comes back; `limit` in seconds.
  public func ask(_ line: String, within limit: Double) throws(ProcessFault) -> String {
    try wire.withLock { wire throws(ProcessFault) in
      try wire.exchange(line, expectsAnswer: true, limit: limit) ?? ""
    }
  }

  /// Writes a line that has no answer; `limit` in seconds.
  public func tell(_ line: String, within limit: Double) throws(ProcessFault) {
    try wire.withLock { wire throws(ProcessFault) in
      _ = try wire.exchange(line, expectsAnswer: false, limit: limit)
    }
  }

  /// Writes a last line and waits for the end.
  ///
  /// The process, and what it has started, is gone afterwards, whatever is thrown; `limit` in seconds.
  public func finish(_ line: String, within limit: Double) throws(ProcessFault) {
    try wire.withLock { wire throws(ProcessFault) in
      do throws(ProcessFault) {
        try wire.finish(line, limit: limit)
      } catch {
        wire.stop()
        throw error
      }
    }
  }
}
