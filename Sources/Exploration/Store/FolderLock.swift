#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// An advisory lock on a folder, held until it goes away or the process ends.
final class FolderLock: Sendable {
  private let descriptor: CInt

  /// Takes the lock; throws when another process has it.
  init(_ folder: String) throws(StoreError) {
    descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .readOnly(folder) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .busy(folder)
    }
  }

  deinit { close(descriptor) }
}
