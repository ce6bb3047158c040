internal import Inputs
internal import Reports

/// A sweep file whose points are chosen one by one: everything but axes, search and planes, from a manifest.
///
/// The axes are left to whoever chooses: all columns in one `zip`, so that the sweep has those points and
/// no others.
struct SelectionFile {
  /// What stands before the axes and after them; nil where the manifest has no target.
  let text: (head: String, tail: String)?

  init(_ manifest: SweepManifest) {
    let sections = manifest.sections
    func entry(_ key: String, textsOnly: Bool = false) -> String? {
      guard let text = sections[key] else { return "" }
      guard let node = try? YAMLParser.parse(text, file: key), Self.flow(node) == text else {
        return nil
      }
      return "\(key): \(Self.written(node, depth: textsOnly ? 1 : 16))\n"
    }
    let parts = ["inference", "serving"].map { entry($0, textsOnly: true) }
    // Planes name runs, of which a selection may have none.
    let rest = ["derived", "constraints", "objectives"].map { entry($0) }
    guard let first = parts[0], let second = parts[1], !(first + second).isEmpty,
      !rest.contains(nil)
    else {
      text = nil
      return
    }
    let name = "\(manifest.name)-selection"
    let head =
      "name: \(Self.quoted(name))\nsummary: \(Self.quoted("Designs chosen from \(manifest.name)"))\n"
      + "source: \(Self.quoted(sections["source"] ?? ""))\n" + first + second
    text = (head, rest.compactMap { $0 }.joined())
  }

  /// A node on one line without quotes, as manifests hold it.
  private static func flow(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let scalar): scalar.text
    case .sequence(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \(flow($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  /// A node on one line with quotes where they are needed; below `depth` a mapping is a text in braces.
  private static func written(_ node: YAMLNode, depth: Int) -> String {
    switch node.content {
    case .scalar(let scalar): quoted(scalar.text)
    case .sequence(let items):
      "[" + items.map { written($0, depth: depth) }.joined(separator: ", ") + "]"
    case .mapping(let entries) where depth > 0:
      "{"
        + entries.map { "\($0.key): \(written($0.value, depth: depth - 1))" }.joined(
          separator: ", ") + "}"
    case .mapping: quoted(flow(node))
    }
  }

  /// A scalar, in double quotes unless it is of plain characters.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      text.utf8.first.map { isWord($0) } == true && text.utf8.last != 0x20
      && text.utf8.allSatisfy { isWord($0) || [0x20, 0x2B, 0x25, 0x2D].contains($0) }
    return isPlain ? text : JSONValue.string(text).text
  }

  /// Letters, digits, `.`, `/` and `_`.
  private static func isWord(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x2E...0x39).contains(byte)
      || byte == 0x5F
  }
}
