import Crypto
import Documents
import Exploration
import Foundation
import Inputs
import Reports
import Studies

/// The pages of a document, a sweep or a folder of those, made when they are asked for.
actor ViewedPages {
  /// Something that has a page.
  enum Document: Hashable {
    /// A file that `--format json` wrote, by its path.
    case file(String)
    /// The folder of a sweep.
    case sweep(String)
    /// A folder of documents.
    case folder(String)
  }

  /// A page as it was made.
  struct Page {
    let version: String
    let text: String
    /// Whether it says what is wrong with its document.
    let isFault: Bool
    let made: ContinuousClock.Instant
    let cost: Duration
  }

  /// Pages that are kept, so that many readers do not make them many times.
  private static let kept = 8
  /// A page of a document that changes all the time is at most a fifth of the time in the making (assumed).
  private static let rest = 4

  private let source: String
  private var pages: [Document: Page] = [:]
  private var order: [Document] = []
  private let schemas = KnownSchemas()

  init(_ source: String) { self.source = source }

  // MARK: Addresses

  /// What is shown at a percent-encoded path: only the source itself, or what its folder lists.
  func document(at path: String) -> Document? {
    let root = Self.kind(of: source)
    if path == "/" { return root }
    guard case .folder = root, let part = path.withoutPrefix("/page/"),
      let name = part.removingPercentEncoding
    else { return nil }
    return ViewedFolder(source, schemas).entries.first { $0.name == name }?.document
  }

  private static func kind(of path: String) -> Document {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { return .file(path) }
    return ViewedFolder.holdsSweep(path) ? .sweep(path) : .folder(path)
  }

  // MARK: Pages

  /// The state of a document, or the one before for as long as its page rests.
  private func version(of document: Document) -> String {
    let now = state(of: document)
    guard let page = pages[document], page.version != now, isResting(page) else { return now }
    return page.version
  }

  /// The page, made anew where its document changed.
  func page(of document: Document) -> Page {
    let version = version(of: document)
    if let page = pages[document], page.version == version { return page }
    let clock = ContinuousClock()
    let start = clock.now
    let made = text(of: document, version: version)
    let end = clock.now
    let page = Page(
      version: version, text: made.text, isFault: made.isFault, made: end, cost: end - start)
    order.removeAll { $0 == document }
    order.append(document)
    if order.count > Self.kept { pages[order.removeFirst()] = nil }
    pages[document] = page
    return page
  }

  private func isResting(_ page: Page) -> Bool {
    ContinuousClock().now - page.made < max(.seconds(1), page.cost * Self.rest)
  }

  private func text(
    of document: Document, version: String
  ) -> (text: String, isFault: Bool) {
    do {
      switch document {
      case .file(let path):
        return (HTMLPage.text(of: try StoredDocument(path).report(), version: version), false)
      case .sweep(let folder):
        let command = ShellWords.joined(["umemaki", "report", folder, "--format", "html"])
        let report = try SweepResult(in: folder).report(command: command)
        return (HTMLPage.text(of: report, version: version), false)
      case .folder(let folder):
        let entries = ViewedFolder(folder, schemas).entries
        return (
          ServedPage.index(
            folder,
            entries.map { .init(name: $0.name, address: $0.address, kind: $0.kind) },
            note: entries.count < ViewedFolder.most
              ? "" : "The first \(ViewedFolder.most) are listed, others are not.",
            version: version), false
        )
      }
    } catch {
      return (ServedPage.fault(document.path, "\(error)", version: version), true)
    }
  }

  // MARK: Versions

  /// A digest of what tells one state of a document from another: the inodes, sizes and times of its files.
  private func state(of document: Document) -> String {
    let text =
      switch document {
      case .file(let path): FileState.text(path)
      case .sweep(let folder):
        ["store.sqlite", "store.sqlite-wal"].map { FileState.text("\(folder)/\($0)") }
          .joined(separator: " ")
      case .folder(let folder):
        ViewedFolder(folder, schemas).entries.map { "\($0.name)\u{0}\($0.kind)" }.joined(
          separator: "\n")
      }
    return SHA256.hash(data: Data(text.utf8)).prefix(12).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

extension ViewedPages.Document {
  /// Where it is.
  var path: String {
    switch self {
    case .file(let path), .sweep(let path), .folder(let path): path
    }
  }
}

/// What tells one content of a file from another without reading it.
enum FileState {
  /// Inode, size and time of the last change; nothing for a file that is not there.
  static func text(_ path: String) -> String {
    var found = stat()
    guard stat(path, &found) == 0 else { return "" }
    return "\(found.st_ino).\(found.st_size).\(found.st_mtim.tv_sec).\(found.st_mtim.tv_nsec)"
  }
}

extension String {
  /// What follows `prefix`; nil where it does not begin with it.
  fileprivate func withoutPrefix(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }
}
