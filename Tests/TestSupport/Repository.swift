public import Components
public import Foundation
public import Studies

/// Where the project lies.
public enum Repository {
  /// The folder of `Package.swift`.
  public static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The shipped specifications, wherever the tests run.
  public static let folders = SpecFolders(root: root.path)

  /// The specification file at `path`, below the root.
  public static func file(_ path: String) throws -> SpecFile {
    try SpecFile(path: root.appending(path: path).path)
  }

  /// The names of the YAML files in a folder, without their extension.
  public static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }
}
