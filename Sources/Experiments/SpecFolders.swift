internal import Foundation
public import Inputs
public import Specs

/// Finds specification files by bare name in the project's folders.
public struct SpecFolders: Sendable {
  /// The folder that holds `arch` and `workloads`.
  public let root: String
  /// Files that were read before, perhaps edited since, by path.
  private var held: [String: SpecFile] = [:]

  /// Takes the nearest folder, from the working directory upwards, that holds an `arch` folder.
  public init() {
    let manager = FileManager.default
    var folder = URL(filePath: manager.currentDirectoryPath)
    while folder.path.count > 1 {
      if manager.fileExists(atPath: folder.appending(path: "arch").path),
        manager.fileExists(atPath: folder.appending(path: "workloads").path)
      {
        root = folder.path == manager.currentDirectoryPath ? "." : folder.path
        return
      }
      folder.deleteLastPathComponent()
    }
    root = "."
  }

  /// Uses `root`.
  public init(root: String) { self.root = root }

  /// The file at `path`: the one that is held, else read now.
  public func file(at path: String) throws(InputError) -> SpecFile {
    if let known = held[path] { return known }
    return try SpecFile(path: path)
  }

  /// Holds `file`, so that whoever asks for its path gets it instead of what is on disk.
  public mutating func hold(_ file: SpecFile) { held[file.path] = file }

  /// The path of `name`: itself when it looks like a path, else a file of the folder.
  public func path(of name: String, in folder: String) throws(InputError) -> String {
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.contains("/") { return name }
    let path = prefix + "\(folder)/\(name).yaml"
    guard held[path] == nil, !FileManager.default.fileExists(atPath: path) else { return path }
    let known = names(in: folder)
    let near = nearestName(to: name, among: known).map { ", did you mean `\($0)`?" }
    let found = known.isEmpty ? "which holds none" : "found \(known.joined(separator: ", "))"
    throw InputError(
      "no `\(name).yaml` in \(folder)" + (near ?? ", \(found)"),
      file: path, kind: .unreadable)
  }

  /// Names of the files in `folder`, sorted.
  public func names(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: prefix + folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  private var prefix: String { root == "." ? "" : root + "/" }
}
