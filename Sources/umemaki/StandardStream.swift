import Foundation
import Inputs
import Synchronization

/// Standard output and standard error, written so that a failure is known.
enum StandardStream: Int32 {
  case output = 1
  case errors = 2

  /// Streams that were closed when the program began, one bit each.
  private static let closed = Atomic<Int32>(0)
  /// Whether something that was to be said on standard error is lost.
  private static let isSilenced = Atomic<Bool>(false)

  /// Has to be called before any file is opened.
  ///
  /// A closed stream is put to `/dev/null`, or else the next file that is opened would get its number
  /// and everything that is printed. A pipe whose reader is gone becomes an error instead of a signal.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    // A file that may not grow further is an error of the call that writes.
    signal(SIGXFSZ, SIG_IGN)
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
      _ = closed.bitwiseOr(1 << descriptor, ordering: .relaxed)
    }
  }

  /// Whether this is a terminal.
  var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Writes all of `text`.
  ///
  /// Where the reader of a pipe is gone the program ends as if it knew nothing better: quietly, by
  /// the signal for that.
  func write(_ text: String) throws(Failure) {
    guard !text.isEmpty else { return }
    let isClosed = Self.closed.load(ordering: .relaxed) & 1 << rawValue != 0
    var text = text
    let code =
      isClosed
      ? EBADF : text.withUTF8 { Descriptor.write(UnsafeRawBufferPointer($0), to: rawValue) }
    switch code {
    case 0: return
    case EPIPE:
      signal(SIGPIPE, SIG_DFL)
      kill(getpid(), SIGPIPE)
      fallthrough
    default:
      if self == .errors { Self.isSilenced.store(true, ordering: .relaxed) }
      throw .cannotWrite("\(name): \(Self.reason(code))")
    }
  }

  private var name: String { self == .output ? "standard output" : "standard error" }

  private static func reason(_ code: Int32) -> String {
    switch code {
    case EBADF: "cannot be written, it is closed"
    case ENOSPC, EDQUOT: "cannot be written, the disk is full"
    case EFBIG: "cannot be written, the file grows too large"
    default: "cannot be written (system error \(code))"
    }
  }

  /// Throws where something that was to be said is lost, so that nobody takes silence for success.
  static func finish() throws(Failure) {
    guard isSilenced.load(ordering: .relaxed) else { return }
    throw .said(73)
  }
}
