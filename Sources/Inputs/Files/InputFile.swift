import Glibc

/// Reads whole files and says in plain words why one cannot be read.
package enum InputFile {
  /// Throws unless `path` names something that exists and is not a directory; gives its size.
  @discardableResult
  package static func check(_ path: String) throws(InputError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(path, errno) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw InputError("is a directory, not a file", file: path, kind: .unreadable)
    }
    FilesInUse.add(path)
    return Int(status.st_size)
  }

  /// Whether `path`, its links followed, is a regular file.
  package static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The bytes of the file, at most `limit + 1` of them.
  package static func read(_ path: String, limit: Int) throws(InputError) -> [UInt8] {
    try check(path)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &piece, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path, errno)
      }
      if count == 0 { break }
      bytes.append(contentsOf: piece[..<count])
    }
    return bytes
  }

  /// What `body` makes of the bytes of the file, at most `limit + 1` of them; valid only during the call.
  ///
  /// A regular file is mapped, so what is not looked at takes no memory; others are read.
  package static func withBytes<Value>(
    _ path: String, limit: Int,
    _ body: (UnsafeBufferPointer<UInt8>) throws(InputError) -> Value
  ) throws(InputError) -> Value {
    let size = min(try check(path), limit + 1)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    let mapped =
      isRegular(path) && size > 0
      ? mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0) : MAP_FAILED
    if let mapped, mapped != MAP_FAILED {
      defer { munmap(mapped, size) }
      return try body(
        UnsafeBufferPointer(start: mapped.assumingMemoryBound(to: UInt8.self), count: size))
    }
    let bytes = try read(path, limit: limit)
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<Value, InputError> in
      Result { () throws(InputError) in try body(buffer) }
    }
    return try result.get()
  }

  /// The error for a failed system call on `path`.
  package static func failure(_ path: String, _ code: Int32) -> InputError {
    let reason =
      switch code {
      case ENOENT, ENOTDIR: "no such file"
      case EACCES, EPERM: "permission denied"
      case EISDIR: "is a directory, not a file"
      case ENAMETOOLONG: "the name is too long"
      case ENOSPC: "no space left on the device"
      default: "cannot be accessed (system error \(code))"
      }
    return InputError(reason, file: path, kind: .unreadable)
  }
}
