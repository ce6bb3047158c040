internal import Components
internal import Inputs

/// What a point writes, sorted by file and by field of the sweep's target.
struct PointEdits: Sendable {
  /// Where a dotted path leads.
  struct Target: Hashable, Sendable {
    /// The word before the first dot: a file, or a field of the target.
    let root: String
    /// The path inside the file; empty for a field.
    let rest: String
    /// The first key of `rest`.
    let section: String

    init(_ path: String) {
      let dot = path.firstIndex(of: ".") ?? path.endIndex
      root = String(path[..<dot])
      rest = dot == path.endIndex ? "" : String(path[path.index(after: dot)...])
      section = String(rest.prefix { $0 != "." && $0 != "[" })
    }
  }

  /// Texts written to fields.
  private(set) var fields: [String: String] = [:]
  private var files: [String: [(rest: String, value: YAMLNode)]] = [:]
  private var keys: [String: String] = [:]
  /// What is written to each top-level key of the architecture, as a text.
  private(set) var sections: [String: String] = [:]

  /// Nothing is written.
  static let none = PointEdits()

  private init() {}

  /// Sorts the settings of `point`; `targets` knows every path.
  init(_ point: DesignPoint, targets: [String: Target]) {
    for setting in point.settings {
      for path in setting.paths {
        guard let target = targets[path] else { continue }
        let text = setting.value.flowText
        if target.rest.isEmpty {
          fields[target.root] = text
        } else {
          files[target.root, default: []].append((target.rest, setting.value))
          let line = "\n\(target.rest)=\(text)"
          keys[target.root, default: ""] += line
          if target.root == "architecture" {
            sections[target.section, default: ""] += line
          }
        }
      }
    }
  }

  /// Everything written to files of `root`, as a text.
  func key(_ root: String) -> String { keys[root] ?? "" }

  /// The file called `name` in `folder`, with what is written to files of `root`.
  func file(
    _ name: String, in folder: String, _ root: String, _ folders: SpecFolders
  ) throws(InputError) -> SpecFile {
    try applied(to: folders.file(at: folders.path(of: name, in: folder)), root: root)
  }

  /// `file` with what is written to `root`; a place that it has not is an unknown key.
  func applied(to file: SpecFile, root: String) throws(InputError) -> SpecFile {
    var result = file
    for edit in files[root] ?? [] {
      do {
        result = try result.replacing(edit.rest, with: edit.value)
      } catch {
        throw InputError(
          error.message, file: nil, path: "\(root).\(edit.rest)", kind: .unknownKey)
      }
    }
    return result
  }
}
