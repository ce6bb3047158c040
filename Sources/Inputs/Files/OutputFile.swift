import Glibc

/// A file being written.
///
/// A regular file takes its place on `finish()`, whole and on the disk, with the permissions of the
/// file that it replaces; one that is dropped before leaves nothing behind, and what stood there
/// stays as it was. Devices and FIFOs are written as they are.
public final class OutputFile {
  private let place: OutputPlace
  private var descriptor: Int32 = -1

  /// How long a FIFO may wait for somebody who reads from it, in milliseconds.
  private static let patience = 5000

  /// Begins a file that will stand at `path`.
  ///
  /// - Throws: `InputError` of kind `unwritable` when it cannot be created.
  public init(_ path: String) throws(InputError) {
    place = try OutputPlace(path)
    switch place.form {
    case .replaced(_, let temporary, let mode):
      let permissions = mode.map { $0 & 0o700 } ?? 0o666
      Leftovers.add(temporary)
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
    case .writtenThrough(isFIFO: true): descriptor = Self.openFIFO(path)
    case .writtenThrough: descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)
    }
    guard descriptor >= 0 else {
      let code = errno
      place.discard()
      throw OutputPlace.failure(path, code)
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    place.discard()
  }

  /// Opens a FIFO once somebody reads from it, so that one that nobody reads is no hang.
  private static func openFIFO(_ path: String) -> Int32 {
    for _ in 0..<patience / 10 {
      let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if descriptor >= 0 {
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK)
        return descriptor
      }
      guard errno == ENXIO else { return descriptor }
      usleep(10_000)
    }
    return open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
  }

  /// Adds text.
  public func write(_ text: String) throws(InputError) {
    var text = text
    let code = text.withUTF8 { Descriptor.write(UnsafeRawBufferPointer($0), to: descriptor) }
    guard code == 0 else { throw OutputPlace.failure(place.path, code) }
  }

  /// Adds bytes.
  public func write(_ bytes: [UInt8]) throws(InputError) {
    let code = bytes.withUnsafeBytes { Descriptor.write($0, to: descriptor) }
    guard code == 0 else { throw OutputPlace.failure(place.path, code) }
  }

  /// Closes the file and puts it at its place; nothing can be written afterwards.
  public func finish() throws(InputError) {
    guard descriptor >= 0 else { throw OutputPlace.error(place.path, "is already finished") }
    // Pipes, terminals and some devices cannot be synchronised and say so.
    var code = fsync(descriptor) == 0 || [EINVAL, EROFS, ENOTSUP].contains(errno) ? 0 : errno
    if close(descriptor) != 0, errno != EINTR, code == 0 { code = errno }
    descriptor = -1
    guard code == 0 else {
      place.discard()
      throw OutputPlace.failure(place.path, code)
    }
    try place.commit()
  }

  /// Writes a whole file.
  public static func write(_ text: String, to path: String) throws(InputError) {
    let file = try OutputFile(path)
    try file.write(text)
    try file.finish()
  }

  /// Throws, before any work is done, where no file can stand at `path`.
  ///
  /// HDF5 is not written from the first byte to the last, so that it needs a regular file.
  public static func check(_ path: String, isHDF5: Bool = false) throws(InputError) {
    let place = try OutputPlace(path)
    if isHDF5 { try place.checkRegular() }
  }
}
