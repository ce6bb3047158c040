internal import Foundation
import Glibc
import Synchronization

/// A process of this program that answers questions, ended when nobody holds it any more.
final class HelperProcess: Sendable {
  /// The connection to it.
  let channel: HDF5Channel
  private let identifier: pid_t
  /// Whether its end is known; its number may then be that of another process.
  private let isGone = Atomic<Bool>(false)

  /// Starts this program with `words`; `file` is what an error is about.
  init(_ words: [String], file: String) throws(InputError) {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Self.failure(errno, file) }
    var process: pid_t = 0
    let code = Self.spawn(["umemaki"] + words, input: ends[1], &process)
    close(ends[1])
    guard code == 0 else {
      close(ends[0])
      throw Self.failure(code, file)
    }
    identifier = process
    channel = HDF5Channel(descriptor: ends[0])
  }

  deinit {
    close(channel.descriptor)
    guard !isGone.load(ordering: .relaxed) else { return }
    // It has nothing to lose, and reading may take long.
    kill(identifier, SIGKILL)
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
  }

  /// Runs this very program, even where its file has been replaced since.
  private static func spawn(_ words: [String], input: Int32, _ process: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return ENOMEM }
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var environment = ProcessInfo.processInfo.environment
    // A report about an end that is expected takes seconds.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    var arguments = words.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + variables { free(text) } }
    return posix_spawn(&process, "/proc/self/exe", &actions, nil, &arguments, &variables)
  }

  /// What ended the process that fell silent, in plain words.
  func postMortem() -> String {
    // Its end of the connection closes a moment before its status is known.
    for _ in 0..<1000 {
      var status: Int32 = 0
      let found = waitpid(identifier, &status, WNOHANG)
      if found == identifier {
        isGone.store(true, ordering: .relaxed)
        return Self.words(status)
      }
      guard found == 0 || errno == EINTR else { break }
      usleep(1000)
    }
    return "damaged: the HDF5 library makes no sense of it, write the file anew"
  }

  private static func words(_ status: Int32) -> String {
    // The low seven bits are the signal, wait(2).
    switch status & 0x7f {
    case 0: "cannot be read, the process that reads it ended with code \(status >> 8 & 0xff)"
    case SIGPROF: "damaged: the HDF5 library does not come to an end, write the file anew"
    default: "damaged: the HDF5 library failed while reading it, write the file anew"
    }
  }

  private static func failure(_ code: Int32, _ file: String) -> InputError {
    InputError(
      "cannot be read: no process can be started for it (system error \(code))", file: file,
      kind: .unreadable)
  }
}
