internal import CHDF5
import Synchronization

/// The one way into the HDF5 library, which must not be entered by two threads at once.
enum HDF5Library {
  private static let lock = Mutex(())

  /// Runs `body` while no other thread is inside the library.
  static func locked<R: Sendable>(_ body: () throws(InputError) -> R) throws(InputError) -> R {
    try lock.withLock { (_: inout sending Void) throws(InputError) -> R in
      shim_silence()
      return try body()
    }
  }

  /// Runs `body`, which cannot fail, while no other thread is inside the library.
  static func locked(_ body: () -> Void) {
    lock.withLock { _ in
      shim_silence()
      body()
    }
  }
}
