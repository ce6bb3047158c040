package import Components
package import Inputs

/// The value of one column of a sweep and the places it is written to.
package struct PointSetting: Hashable, Sendable {
  /// The axis or derived value.
  package let name: String
  /// Dotted paths, empty for a value that only others are derived from.
  package let paths: [String]
  /// The value.
  package let value: YAMLNode

  /// A column's value.
  package init(name: String, paths: [String], value: YAMLNode) {
    self.name = name
    self.paths = paths
    self.value = value
  }
}

/// What a point writes, sorted by file and by field of the sweep's target.
package struct PointEdits: Sendable {
  /// Where a dotted path leads.
  package struct Target: Hashable, Sendable {
    /// The word before the first dot: a file, or a field of the target.
    package let root: String
    /// The path inside the file; empty for a field.
    package let rest: String
    /// The first key of `rest`.
    let section: String

    package init(_ path: String) {
      let dot = path.firstIndex(of: ".") ?? path.endIndex
      root = String(path[..<dot])
      rest = dot == path.endIndex ? "" : String(path[path.index(after: dot)...])
      section = String(rest.prefix { $0 != "." && $0 != "[" })
    }
  }

  /// Texts written to fields.
  package private(set) var fields: [String: String] = [:]
  private var files: [String: [(rest: String, value: YAMLNode)]] = [:]
  private var keys: [String: String] = [:]
  /// What is written to each top-level key of the architecture, as a text.
  package private(set) var sections: [String: String] = [:]

  /// Nothing is written.
  package static let none = PointEdits()

  private init() {}

  /// Sorts `settings`; `targets` knows every path.
  package init(_ settings: [PointSetting], targets: [String: Target]) {
    for setting in settings {
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
  package func key(_ root: String) -> String { keys[root] ?? "" }

  /// The file called `name` in `folder`, with what is written to files of `root`.
  package func file(
    _ name: String, in folder: String, _ root: String, _ folders: SpecFolders
  ) throws(InputError) -> SpecFile {
    try applied(to: folders.file(at: folders.path(of: name, in: folder)), root: root)
  }

  /// `file` with what is written to `root`; a place that it has not is an unknown key.
  package func applied(to file: SpecFile, root: String) throws(InputError) -> SpecFile {
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
