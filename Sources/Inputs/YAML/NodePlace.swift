/// A value of a document with the way that led to it.
struct NodePlace {
  var node: YAMLNode
  var path: String
  var codingPath: [any CodingKey]
  /// What is wrong with the document so far; nil where the first error ends the decoding.
  var faults: FaultList?

  /// The place of a mapping's entry.
  func entry(_ entry: YAMLEntry, key: any CodingKey) -> NodePlace {
    NodePlace(
      node: entry.value, path: entryPath(entry.key), codingPath: codingPath + [key],
      faults: faults)
  }

  /// The place of a list's element.
  func element(_ node: YAMLNode, index: Int) -> NodePlace {
    NodePlace(
      node: node, path: "\(path)[\(index)]", codingPath: codingPath + [IndexKey(index)],
      faults: faults)
  }

  /// The path of the entry with the name `key`.
  func entryPath(_ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }

  /// An error about the value.
  func error(_ message: String) -> InputError {
    InputError(message, at: node.location, path: path)
  }

  /// An error that something else was due here.
  func mismatch(_ expected: String) -> InputError {
    error("expected \(expected), found \(node.content.summary)")
  }

  /// Follows the part of a coding path that lies below this place, as far as it exists.
  func descend(_ keys: ArraySlice<any CodingKey>) -> NodePlace {
    guard let key = keys.first else { return self }
    switch node.content {
    case .sequence(let nodes):
      guard let index = key.intValue, nodes.indices.contains(index) else { return self }
      return element(nodes[index], index: index).descend(keys.dropFirst())
    case .mapping(let entries):
      let name = SnakeCase.name(of: key.stringValue)
      let found =
        entries.first { $0.key == name } ?? entries.first { $0.key == key.stringValue }
      guard let found else { return self }
      return entry(found, key: key).descend(keys.dropFirst())
    case .scalar:
      return self
    }
  }
}
