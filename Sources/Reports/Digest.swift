internal import Crypto
internal import Foundation
internal import Inputs

extension Provenance.Input {
  /// The file at `path` with its SHA-256, and of a YAML file that of its values too; an unreadable
  /// file gets an empty digest.
  public init(fileAt path: String) {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      self.init(path: path, digest: "")
      return
    }
    FilesInUse.add(path)
    var hash = SHA256()
    while let part = try? handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
    self.init(path: path, digest: Self.text(hash.finalize()), content: Self.content(of: path))
  }

  /// The SHA-256 of bytes, in lower-case hexadecimal digits.
  public static func digest(of bytes: [UInt8]) -> String {
    var hash = SHA256()
    hash.update(data: Data(bytes))
    return text(hash.finalize())
  }

  /// The digest of what a YAML file says, whatever its comments, its layout and the order of its keys;
  /// nil for other files.
  private static func content(of path: String) -> String? {
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml"),
      let node = try? YAMLParser.parse(fileAt: path)
    else { return nil }
    var hash = SHA256()
    absorb(node, into: &hash)
    return text(hash.finalize())
  }

  /// Every text goes in after its length, so that no two documents give the same bytes.
  private static func absorb(_ node: YAMLNode, into hash: inout SHA256) {
    func add(_ mark: String, _ text: String = "") {
      hash.update(data: Data("\(mark)\(text.utf8.count):\(text)".utf8))
    }
    switch node.content {
    case .scalar(let scalar): add(scalar.isPlain ? "plain" : "quoted", scalar.text)
    case .sequence(let items):
      add("list\(items.count)")
      for item in items { absorb(item, into: &hash) }
    case .mapping(let entries):
      add("map\(entries.count)")
      for entry in entries.sorted(by: { $0.key < $1.key }) {
        add("key", entry.key)
        absorb(entry.value, into: &hash)
      }
    }
  }

  private static func text(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }
}
