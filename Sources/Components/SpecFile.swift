public import Inputs

/// A YAML file that was read and decoded, kept so that later checks can still name a place.
public struct SpecFile: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The tree.
  public let node: YAMLNode
  /// Whether a value was replaced since the file was read.
  public internal(set) var isEdited = false

  /// Reads and parses the file.
  public init(path: String) throws(InputError) {
    self.path = path
    node = try YAMLParser.parse(fileAt: path)
  }

  /// Wraps a tree that did not come from a file of its own.
  public init(path: String, node: YAMLNode) {
    self.path = path
    self.node = node
  }

  /// Decodes the whole file; throws one error that says everything that is wrong.
  public func decode<T: Decodable>(_ type: T.Type) throws(InputError) -> T {
    try StrictDecoder(placeholders: SchemaProbe.self).decode(type, from: node)
  }

  /// Runs a check and gives its `SpecError` a place in this file.
  public func locating<T>(_ check: () throws(SpecError) -> T) throws(InputError) -> T {
    do {
      return try check()
    } catch {
      throw self.error(error)
    }
  }

  /// `error` with its place in this file.
  public func error(_ error: SpecError) -> InputError {
    Self.located(error, in: node, under: "")
  }

  package static func located(_ error: SpecError, in node: YAMLNode, under prefix: String)
    -> InputError
  {
    let path = [prefix, error.path].filter { !$0.isEmpty }.joined(separator: ".")
    return InputError(
      location: walk(error.path, from: node).node.location, path: path, message: error.message)
  }

  /// Whether the file has a value at a dotted path such as `runs[2].policy`.
  public func has(_ path: String) -> Bool { Self.walk(path, from: node).isComplete }

  /// The value of a top-level key, nil where there is none.
  package func entry(_ key: String) -> YAMLNode? {
    guard case .mapping(let entries) = node.content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The text of the single value at a dotted path, nil where there is none.
  public func scalar(at path: String) -> String? {
    let found = Self.walk(path, from: node)
    guard found.isComplete, case .scalar(let scalar) = found.node.content else { return nil }
    return scalar.text
  }

  /// The node at `path`, or the last one on the way there.
  private static func walk(
    _ path: String, from node: YAMLNode
  ) -> (node: YAMLNode, isComplete: Bool) {
    var current = node
    for step in path.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }) {
      switch current.content {
      case .mapping(let entries):
        guard let entry = entries.first(where: { $0.key == step }) else { return (current, false) }
        current = entry.value
      case .sequence(let items):
        guard let index = Int(step), items.indices.contains(index) else { return (current, false) }
        current = items[index]
      case .scalar:
        return (current, false)
      }
    }
    return (current, true)
  }
}

extension InputError {
  /// An error at a place that may be unknown, such as a command line flag.
  package init(location: SourceLocation?, path: String, message: String) {
    if let location {
      self.init(message, at: location, path: path)
    } else {
      self.init(message, file: nil, path: path)
    }
  }
}
