import Glibc
import Synchronization

/// Where a file will stand, what is there now, and where it grows meanwhile.
///
/// A regular file grows beside its place under another name and replaces what is there only when it
/// is whole. Links are followed, so that what they name is replaced and the link stays. Devices,
/// FIFOs and descriptors under `/dev/fd` are written as they are.
struct OutputPlace: Sendable {
  /// How the file comes to its place.
  enum Form: Hashable, Sendable {
    /// It grows as `temporary` and replaces `target`, whose permissions are `mode` if it exists.
    case replaced(target: String, temporary: String, mode: mode_t?)
    /// It is opened and written.
    case writtenThrough(isFIFO: Bool)
  }

  private static let serial = Atomic<Int>(0)
  /// Links that may follow one another, as many as Linux follows.
  private static let linkLimit = 40

  /// The path as the user gave it.
  let path: String
  /// How the file comes to its place.
  let form: Form

  /// Looks at `path`; throws an error of kind `unwritable` where no file can stand there.
  init(_ path: String) throws(InputError) {
    self.path = path
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else {
      throw Self.error(path, path.hasSuffix("/") ? "is the name of a folder" : "is no file name")
    }
    var target = path
    for _ in 0..<Self.linkLimit {
      var status = stat()
      guard lstat(target, &status) == 0 else {
        guard errno == ENOENT else { throw Self.failure(path, errno) }
        form = try Self.replacing(target, nil, path)
        return
      }
      switch status.st_mode & S_IFMT {
      case S_IFLNK where !Self.isInProc(target): target = try Self.destination(of: target, path)
      case S_IFLNK, S_IFCHR: form = .writtenThrough(isFIFO: false); return
      case S_IFIFO: form = .writtenThrough(isFIFO: true); return
      case S_IFREG:
        guard !FilesInUse.contains(target) else { throw Self.inUse(path) }
        form = try Self.replacing(target, status.st_mode & 0o777, path)
        return
      case S_IFDIR: throw Self.error(path, "is a folder, name a file")
      case S_IFBLK: throw Self.error(path, "is a block device, name a file")
      default: throw Self.error(path, "is no regular file, device or FIFO")
      }
    }
    throw Self.failure(path, ELOOP)
  }

  /// The place of a regular file, unless the folder or the present file refuses to be written.
  private static func replacing(
    _ target: String, _ mode: mode_t?, _ path: String
  ) throws(InputError) -> Form {
    let folder = folder(of: target)
    guard access(folder, W_OK | X_OK) == 0 else {
      let code = errno
      throw code == ENOENT ? error(path, "there is no folder \(folder)") : failure(path, code)
    }
    guard mode == nil || access(target, W_OK) == 0 else { throw failure(path, errno) }
    let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = "\(folder)/.umemaki-\(getpid())-\(number).partial"
    return .replaced(target: target, temporary: temporary, mode: mode)
  }

  /// The folder that holds `path`.
  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Whether the link at `path` stands for a descriptor of a process, which has no place.
  private static func isInProc(_ path: String) -> Bool {
    guard let folder = realpath(folder(of: path), nil) else { return false }
    defer { free(folder) }
    return String(cString: folder).hasPrefix("/proc/")
  }

  private static func destination(of link: String, _ path: String) throws(InputError) -> String {
    var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = bytes.withUnsafeMutableBytes { buffer in
      buffer.withMemoryRebound(to: CChar.self) { text in
        text.baseAddress.map { readlink(link, $0, text.count) } ?? -1
      }
    }
    guard count >= 0 else { throw failure(path, errno) }
    guard let text = String(validating: bytes.prefix(count), as: UTF8.self) else {
      throw error(path, "is a link whose destination is not valid UTF-8")
    }
    return text.hasPrefix("/") ? text : "\(folder(of: link))/\(text)"
  }

  /// Puts the file that grew at its place and makes sure that it survives a crash of the machine.
  func commit() throws(InputError) {
    guard case .replaced(let target, let temporary, let mode) = form else { return }
    guard !FilesInUse.contains(target) else {
      discard()
      throw Self.inUse(path)
    }
    if let mode { _ = chmod(temporary, mode) }
    let isMoved = rename(temporary, target) == 0
    let code = errno
    Leftovers.remove(temporary)
    guard isMoved else {
      unlink(temporary)
      throw Self.failure(path, code)
    }
    let folder = open(Self.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    // Some file systems cannot; the file itself is safe by then.
    _ = fsync(folder)
    close(folder)
  }

  /// Removes what grew so far.
  func discard() {
    guard case .replaced(_, let temporary, _) = form else { return }
    unlink(temporary)
    Leftovers.remove(temporary)
  }

  /// Throws where the file is written from the first byte to the last.
  func checkRegular() throws(InputError) {
    guard case .writtenThrough = form else { return }
    throw Self.error(path, "is a device or a FIFO, HDF5 needs a regular file")
  }

  /// Whether next to nothing is left of the file system that the file is on.
  var isFull: Bool {
    guard case .replaced(let target, _, _) = form else { return false }
    return FreeSpace.isNone(at: Self.folder(of: target))
  }

  /// The error for a failed system call.
  static func failure(_ path: String, _ code: Int32) -> InputError {
    let reason =
      switch code {
      case ENOENT, ENOTDIR: "there is no such folder"
      case EACCES, EPERM: "permission denied"
      case EROFS: "the file system is read-only"
      case ENOSPC, EDQUOT: "the disk is full"
      case EFBIG: "the file grows too large"
      case ENAMETOOLONG: "the name is too long"
      case ELOOP: "too many links follow one another"
      case ENXIO: "nobody reads from it"
      case EPIPE: "whoever read from it is gone"
      default: "system error \(code)"
      }
    return error(path, "cannot be written: \(reason)")
  }

  private static func inUse(_ path: String) -> InputError {
    error(path, "is read by this command, name another file")
  }

  static func error(_ path: String, _ message: String) -> InputError {
    InputError(message, file: path, kind: .unwritable)
  }
}
