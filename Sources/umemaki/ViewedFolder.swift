import Foundation
import Synchronization

/// The documents and sweeps in a folder and the folders below it; links are not followed.
struct ViewedFolder {
  /// A document or a sweep.
  struct Entry {
    /// Its path in the folder.
    let name: String
    /// Its schema, or `sweep`.
    let kind: String
    let document: ViewedPages.Document
    /// Where its page is.
    var address: String {
      let isKept = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
      return "/page/" + (name.addingPercentEncoding(withAllowedCharacters: isKept) ?? "")
    }
  }

  /// The most that is listed, and how deep (assumed).
  static let most = 1000
  private static let depth = 4
  /// Files above this size are no documents (assumed).
  private static let largest = 1 << 26

  /// In the order of their names.
  let entries: [Entry]

  init(_ folder: String, _ schemas: KnownSchemas) {
    var found: [Entry] = []
    Self.look(folder, "", 0, schemas, &found)
    entries = found.sorted { $0.name < $1.name }
  }

  private static func look(
    _ folder: String, _ prefix: String, _ level: Int, _ schemas: KnownSchemas,
    _ found: inout [Entry]
  ) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where !name.hasPrefix(".") && found.count < most {
      let path = "\(folder)/\(name)"
      var state = stat()
      guard lstat(path, &state) == 0 else { continue }
      switch state.st_mode & S_IFMT {
      case S_IFDIR where holdsSweep(path):
        found.append(Entry(name: prefix + name, kind: "sweep", document: .sweep(path)))
      case S_IFDIR where level < depth:
        look(path, "\(prefix)\(name)/", level + 1, schemas, &found)
      case S_IFREG where name.hasSuffix(".json") && state.st_size <= largest:
        guard let kind = schemas.schema(of: path) else { continue }
        found.append(Entry(name: prefix + name, kind: kind, document: .file(path)))
      default: continue
      }
    }
  }

  /// Whether a folder has the store of a sweep, or had; what is wrong with it its page says.
  static func holdsSweep(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/store.sqlite")
  }
}

/// The schemas of files that were looked at, so that a folder is listed without reading it again.
final class KnownSchemas: Sendable {
  private let known = Mutex<[String: (state: String, schema: String?)]>([:])

  /// The schema that a file names; nil where it is no document.
  func schema(of path: String) -> String? {
    let state = FileState.text(path)
    if let known = known.withLock({ $0[path] }), known.state == state { return known.schema }
    let schema = Self.read(path)
    known.withLock { $0[path] = (state, schema) }
    return schema
  }

  /// Found without reading the file as JSON: a damaged document is listed too.
  private static func read(_ path: String) -> String? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
      let key = data.range(of: Data("\"schema\": \"umemaki.".utf8))
    else { return nil }
    let word = data[key.upperBound...].prefix(40).prefix { $0 != 0x22 && $0 > 0x20 }
    let schema = "umemaki." + String(decoding: word, as: UTF8.self)
    return schema.hasPrefix("umemaki.sweep-manifest/") ? nil : schema
  }
}
