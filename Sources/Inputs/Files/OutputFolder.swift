internal import Foundation
import Glibc

/// A folder that a program fills with files of one kind.
public enum OutputFolder {
  /// Throws unless `path` is nowhere yet, or a folder that holds nothing but files whose names end
  /// in `ending`: what it held before from the same hand.
  public static func check(_ path: String, ending: String) throws(InputError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      // Its parents are made with it; what stands in their way is found out then.
      guard errno == ENOENT else { throw OutputPlace.failure(path, errno) }
      return
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw OutputPlace.error(path, "is a file, name a folder")
    }
    guard access(path, W_OK | X_OK) == 0 else { throw OutputPlace.failure(path, errno) }
    if let other = try strangers(path, where: { $0.hasSuffix(ending) }).first {
      throw OutputPlace.error(
        path, "holds \(other), which is none of the \(ending) files, name a new folder")
    }
  }

  /// Makes the folder with its parents, once `check` finds nothing against it.
  public static func create(_ path: String, ending: String) throws(InputError) {
    try check(path, ending: ending)
    try make(path)
  }

  /// Makes a folder with its parents.
  public static func make(_ path: String) throws(InputError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FreeSpace.isNone(at: path)
        ? OutputPlace.failure(path, ENOSPC) : OutputPlace.error(path, "cannot be created")
    }
  }

  /// What is in a folder and is not `known`, sorted; names that start with a point do not count.
  public static func strangers(
    _ path: String, where known: (String) -> Bool
  ) throws(InputError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw OutputPlace.error(path, "cannot be read, so that nobody knows what it holds")
    }
    return names.filter { !$0.hasPrefix(".") && !known($0) }.sorted()
  }
}
