internal import Foundation
import Glibc
internal import Inputs

/// Values that stand in a file beside the model.
struct ONNXExternalData {
  private let tensor: ONNXTensor
  private let path: String
  private let offset: Int
  private let length: Int?

  /// Reads the entries and finds the file; it must lie in the model's own folder, links followed.
  init(_ tensor: ONNXTensor) throws(InputError) {
    self.tensor = tensor
    var entries: [String: String] = [:]
    for entry in tensor.message.external { entries[entry.key] = entry.value }
    guard let location = entries["location"], !location.isEmpty else {
      throw tensor.error("its values are in another file, but `location` is missing")
    }
    offset = try Self.number(entries, "offset", tensor) ?? 0
    length = try Self.number(entries, "length", tensor)
    path = try Self.path(of: location, tensor)
  }

  /// The bytes, `count` of them.
  func read(_ count: Int) throws(InputError) -> Data {
    let shown = ONNXText.quoted(path)
    if let length, length != count {
      throw tensor.error("\(length) bytes of values in \(shown), expected \(count)")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw tensor.error("its values are in \(shown), which cannot be read")
    }
    defer { try? handle.close() }
    guard let end = try? handle.seekToEnd(), UInt64(offset) <= end,
      UInt64(count) <= end - UInt64(offset)
    else {
      throw tensor.error("its values are in \(shown), which ends before byte \(offset) + \(count)")
    }
    guard let data = handle.data(at: offset, count: count) else {
      throw tensor.error("its values are in \(shown), which cannot be read")
    }
    return data
  }

  private static func number(
    _ entries: [String: String], _ key: String, _ tensor: ONNXTensor
  ) throws(InputError) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), (0...1 << 50).contains(number) else {
      throw tensor.error(
        "`\(key)` of its values: expected a number of bytes, found \(ONNXText.quoted(text))")
    }
    return number
  }

  private static func path(
    of location: String, _ tensor: ONNXTensor
  ) throws(InputError) -> String {
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.hasPrefix("/"), !parts.contains(".."), !location.utf8.contains(0) else {
      throw tensor.error(
        "its values are in \(ONNXText.quoted(location)), outside of the model's folder")
    }
    let folder = tensor.file.lastIndex(of: "/").map { String(tensor.file[..<$0]) } ?? "."
    let joined = "\(folder.isEmpty ? "/" : folder)/\(location)"
    guard let real = resolved(joined), let home = resolved(folder.isEmpty ? "/" : folder) else {
      throw tensor.error("its values are in \(ONNXText.quoted(location)), which does not exist")
    }
    guard real.hasPrefix(home.hasSuffix("/") ? home : home + "/") else {
      throw tensor.error(
        "its values are in \(ONNXText.quoted(location)), a link out of the model's folder")
    }
    var status = stat()
    guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw tensor.error("its values are in \(ONNXText.quoted(location)), which is no file")
    }
    return joined
  }

  private static func resolved(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}

extension FileHandle {
  /// `count` bytes from `offset` on; nil where they cannot be read or are not there.
  func data(at offset: Int, count: Int) -> Data? {
    guard (try? seek(toOffset: UInt64(offset))) != nil,
      let data = try? read(upToCount: count) ?? Data(), data.count == count
    else { return nil }
    return data
  }
}
