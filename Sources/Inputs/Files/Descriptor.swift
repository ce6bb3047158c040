import Glibc

/// Writing to open files, pipes and devices.
public enum Descriptor {
  /// Writes all of `bytes`; the number of the system's error, 0 when everything was taken.
  public static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = Glibc.write(descriptor, part.baseAddress, part.count)
      if count > 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN where count < 0:
        // Whoever shares the descriptor made it non-blocking.
        var wish = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wish, 1, -1)
      default: return count == 0 ? EIO : errno
      }
    }
    return 0
  }
}
