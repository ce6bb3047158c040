public import Components
internal import Foundation
public import Inputs

/// Finds specification files by bare name in the project's folders.
public struct SpecFolders: Sendable {
  /// The folder that holds `arch` and `workloads`.
  public let root: String
  /// Where a library was looked for in vain, from there upwards; nil when there is one.
  private let soughtFrom: String?
  /// What files may name by `kind`.
  public var families = Families()
  /// Files that were read before, perhaps edited since, by path.
  private var held: [String: SpecFile] = [:]

  /// Takes the nearest folder, from the working directory upwards, that holds an `arch` folder.
  public init() {
    let start = FileManager.default.currentDirectoryPath
    var folder = URL(filePath: start)
    while !Self.isLibrary(folder.path) {
      guard folder.path.count > 1 else {
        root = "."
        soughtFrom = start
        return
      }
      folder.deleteLastPathComponent()
    }
    root = folder.path == start ? "." : folder.path
    soughtFrom = nil
  }

  /// Uses `root`.
  public init(root: String) {
    self.root = root
    soughtFrom = nil
  }

  /// Uses the folder that a user named; throws unless it holds an `arch` and a `workloads` folder.
  public init(library: String) throws(InputError) {
    guard Self.isLibrary(library) else {
      throw InputError("holds no folders arch/ and workloads/", file: library, kind: .unreadable)
    }
    self.init(
      root: library == "/" || !library.hasSuffix("/") ? library : String(library.dropLast()))
  }

  private static func isLibrary(_ folder: String) -> Bool {
    ["arch", "workloads"].allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }

  /// Throws where there is no library to look `name` up in.
  package func check(_ name: String) throws(InputError) {
    guard let soughtFrom else { return }
    throw InputError(
      "no folder with arch/ and workloads/ was found from \(soughtFrom) upwards; name one with "
        + "--library FOLDER, or a file by its path", file: name, kind: .unreadable)
  }

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
    try check(name)
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
