/// What went wrong with a child process that answers lines with lines.
public enum ProcessFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// How a process ended.
  public enum End: Hashable, Sendable {
    /// By itself, with an exit code.
    case exited(Int32)
    /// By a signal that nobody here sent.
    case signaled(Int32)
    /// It was stopped from here, because it would not end.
    case stopped
  }

  /// It was not started.
  case notStarted(String)
  /// It gave no line within the limit, in seconds.
  case silent(limit: Double)
  /// It did not take what was written to it within the limit, in seconds.
  case deaf(limit: Double)
  /// It ended, or closed its standard output, where a line was expected; `complaint` is the last line
  /// of its standard error.
  case ended(End, complaint: String?)
  /// It ended with a fault after it had been told that all is over.
  case failed(End, complaint: String?)
  /// It did not end within the limit, in seconds, after it had been told that all is over.
  case stays(limit: Double)
  /// Its line is longer than the limit, in bytes.
  case longLine(limit: Int, start: String)
  /// It said something that was not asked for.
  case unasked(String)
  /// Its line is not UTF-8.
  case notText(String)

  /// What is wrong, in plain words.
  public var description: String {
    switch self {
    case .notStarted(let reason): "cannot be started: \(reason)"
    case .silent(let limit): "gave no answer within \(Self.seconds(limit))"
    case .deaf(let limit): "did not read its standard input within \(Self.seconds(limit))"
    case .ended(let end, let complaint):
      "\(Self.text(end)) before it answered" + Self.text(complaint)
    case .failed(let end, let complaint):
      "\(Self.text(end)) after `bye`, expected exit code 0" + Self.text(complaint)
    case .stays(let limit): "did not end within \(Self.seconds(limit)) after `bye`, it was stopped"
    case .longLine(let limit, let start):
      "said a line of more than \(limit) bytes, which begins `\(start)`"
    case .unasked(let line): "said without being asked: `\(line)`"
    case .notText(let line): "said a line that is not UTF-8: `\(line)`"
    }
  }

  private static func text(_ end: End) -> String {
    switch end {
    case .exited(let code): "ended with exit code \(code)"
    case .signaled(let signal): "was ended by signal \(signal)"
    case .stopped: "closed its standard output"
    }
  }

  private static func text(_ complaint: String?) -> String {
    complaint.map { "; the last line of its standard error: `\($0)`" } ?? ""
  }

  private static func seconds(_ value: Double) -> String {
    let (number, unit) = value < 1 ? (value * 1000, "ms") : (value, "s")
    let rounded = (number * 1000).rounded() / 1000
    return rounded == rounded.rounded() ? "\(Int(rounded)) \(unit)" : "\(rounded) \(unit)"
  }
}
