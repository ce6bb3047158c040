internal import CHDF5
import Synchronization

/// The one way into the HDF5 library, which must not be entered by two threads at once.
enum HDF5Library {
  /// Whether the library was told not to close files when the process ends.
  ///
  /// Every file is closed by hand, and closing one that could not be written fails with a signal.
  private static let lock = Mutex(false)

  /// Runs `body` while no other thread is inside the library.
  static func locked<R: Sendable>(_ body: () throws(InputError) -> R) throws(InputError) -> R {
    try lock.withLock { (isPrepared: inout sending Bool) throws(InputError) -> R in
      prepare(&isPrepared)
      return try body()
    }
  }

  /// Runs `body`, which cannot fail, while no other thread is inside the library.
  static func locked(_ body: () -> Void) {
    lock.withLock { isPrepared in
      prepare(&isPrepared)
      body()
    }
  }

  private static func prepare(_ isPrepared: inout Bool) {
    // Has to be the first call of all.
    if !isPrepared { H5dont_atexit() }
    isPrepared = true
    shim_silence()
  }
}
