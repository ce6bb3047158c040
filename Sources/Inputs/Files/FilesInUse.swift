import Glibc
import Synchronization

/// The files that a command has read, none of which it may replace by what it writes.
///
/// Weights that were trained for weeks are lost when the output of `quantize` is named like its input.
/// Files are told apart by device and number, so that other paths and links to one are seen.
public enum FilesInUse {
  private struct Identity: Hashable {
    let device: dev_t
    let number: ino_t
  }

  private struct State {
    var isGuarding = false
    var files: Set<Identity> = []
  }

  private static let state = Mutex(State())

  /// From now on this process remembers what it reads; a library's user decides for himself.
  public static func guardAgainstWriting() {
    state.withLock { $0.isGuarding = true }
  }

  /// The file at `path` is read.
  public static func add(_ path: String) {
    guard let identity = identity(of: path) else { return }
    state.withLock { if $0.isGuarding { $0.files.insert(identity) } }
  }

  /// Whether the file at `path` has been read.
  static func contains(_ path: String) -> Bool {
    guard let identity = identity(of: path) else { return false }
    return state.withLock { $0.files.contains(identity) }
  }

  private static func identity(of path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Identity(device: status.st_dev, number: status.st_ino)
  }
}
