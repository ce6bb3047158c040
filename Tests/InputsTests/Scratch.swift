import Foundation

/// A folder for one test, removed with it.
final class Scratch {
  let root: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    root = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ name: String) -> String { root + "/" + name }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: root) }
}
