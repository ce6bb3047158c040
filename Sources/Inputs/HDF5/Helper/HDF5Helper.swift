internal import CHDF5
import Glibc
import Synchronization

/// Reads HDF5 files in processes of their own.
///
/// On a damaged file the HDF5 library can fail with a signal, run for ever or ask for all memory, and
/// no caller can catch that. A program that has to live on says once which command of its own reads
/// files; from then on every file is read by a process that runs it, and whatever happens there comes
/// out as an error about the file. Values pass through a socket, so a file is read once. That
/// costs about three seconds for each gigabyte and half a tenth of one for each file (measured on two
/// cores with other work), little beside counting or quantizing what was read.
public enum HDF5Helper {
  /// Words after the program's name, nil while files are read in this process.
  private static let command = Mutex<[String]?>(nil)

  /// Seconds of computing that an answer may take, beside one for each `bytesPerSecond` of the file.
  ///
  /// Assumed: slower than any disk or decompression, and short enough to wait for.
  private static let seconds = 4
  private static let bytesPerSecond = 8 << 20
  /// Bytes that the library may allocate, beside as many as the file has: the largest chunk that
  /// HDF5 knows is 4 GiB.
  private static let memory = 5 << 30

  /// From now on files are read by this program, called with `words` and the path of the file.
  ///
  /// The command has to call `serve(_:)`.
  public static func use(_ words: [String]) { command.withLock { $0 = words } }

  /// Whoever reads the file at `path`.
  static func source(_ path: String) throws(InputError) -> any HDF5Source {
    try HDF5Reading.check(path)
    guard let words = command.withLock({ $0 }) else { return HDF5DirectSource(path: path) }
    return HDF5RemoteSource(path: path, words: words)
  }

  /// What the helper's command runs: reads the file at `path` for whoever is at the other end of the
  /// standard input, until that end is closed.
  public static func serve(_ path: String) {
    shim_ignore_signals()
    let size = (try? InputFile.check(path)) ?? 0
    shim_limit_memory(UInt64(memory + size))
    var server = HDF5Server(
      channel: HDF5Channel(descriptor: STDIN_FILENO), source: HDF5DirectSource(path: path),
      seconds: seconds + size / bytesPerSecond)
    server.run()
  }
}
