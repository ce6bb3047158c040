import Glibc

/// How much room file systems have.
public enum FreeSpace {
  /// Less than this many bytes counts as none: a few blocks may be left that no write can use.
  private static let least: UInt64 = 64 << 10

  /// Whether the file system of `path`, or of its nearest folder that exists, is full.
  public static func isNone(at path: String) -> Bool {
    var place = path
    var status = statvfs()
    while statvfs(place, &status) != 0 {
      guard errno == ENOENT, let slash = place.lastIndex(of: "/"), slash != place.startIndex else {
        return false
      }
      place = String(place[..<slash])
    }
    // Some file systems, such as those of processes, have no blocks at all.
    guard status.f_blocks > 0 else { return false }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize) < least
      || status.f_files > 0
        && status.f_favail == 0
  }
}
