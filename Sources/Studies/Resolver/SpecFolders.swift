public import Components
internal import Foundation
public import Inputs

/// Finds specification files by bare name in the project's folders.
public struct SpecFolders: Sendable {
  /// The folder that holds `arch` and `workloads`.
  public let root: String
  /// Why names cannot be looked up; nil when they can.
  private let absence: String?
  /// What files may name by `kind`.
  public var families = Families()
  /// Files that were read before, perhaps edited since, by path.
  private var held: [String: SpecFile] = [:]

  /// The environment's word for where the library is; it says that alone.
  public static let variable = "UMEMAKI_LIBRARY"

  /// Takes the first library there is: the one that the environment names, that beside the installed program, the
  /// nearest one from the working directory upwards.
  public init() {
    self.init(
      named: ProcessInfo.processInfo.environment[Self.variable],
      program: Bundle.main.executableURL?.resolvingSymlinksInPath(),
      directory: FileManager.default.currentDirectoryPath)
  }

  /// The same, for an environment that names `named`, a program at `program`, and a working directory.
  init(named: String?, program: URL?, directory: String) {
    if let named {
      root = Self.bare(named)
      absence =
        Self.isLibrary(named)
        ? nil : "\(Self.variable) is \(named), which holds no folders arch/ and workloads/"
      return
    }
    // PREFIX/bin/umemaki has its library in PREFIX/share/umemaki.
    let installed = program.map {
      $0.deletingLastPathComponent().deletingLastPathComponent().appending(path: "share/umemaki")
        .path
    }
    if let installed, Self.isLibrary(installed) {
      root = installed
      absence = nil
      return
    }
    var folder = URL(filePath: directory)
    while !Self.isLibrary(folder.path) {
      guard folder.path.count > 1 else {
        root = "."
        absence =
          "no folder with arch/ and workloads/ was found from \(directory) upwards"
          + (installed.map { ", nor at \($0)" } ?? "")
        return
      }
      folder.deleteLastPathComponent()
    }
    root = folder.path == directory ? "." : folder.path
    absence = nil
  }

  /// Uses `root`.
  public init(root: String) {
    self.root = root
    absence = nil
  }

  /// Uses the folder that a user named; throws unless it holds an `arch` and a `workloads` folder.
  public init(library: String) throws(InputError) {
    guard Self.isLibrary(library) else {
      throw InputError("holds no folders arch/ and workloads/", file: library, kind: .unreadable)
    }
    self.init(root: Self.bare(library))
  }

  /// A folder without the stroke behind it.
  private static func bare(_ folder: String) -> String {
    folder == "/" || !folder.hasSuffix("/") ? folder : String(folder.dropLast())
  }

  private static func isLibrary(_ folder: String) -> Bool {
    ["arch", "workloads"].allSatisfy {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }
  }

  /// Throws where there is no library to look `name` up in.
  package func check(_ name: String) throws(InputError) {
    guard let absence else { return }
    throw InputError(
      "\(absence); name one with --library FOLDER, or a file by its path", file: name,
      kind: .unreadable)
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
