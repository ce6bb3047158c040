internal import Architectures
internal import Inputs

/// The values of an architecture file that can be moved by a share: numbers above 0 with their units.
struct ArchitectureScalars {
  /// One value.
  struct Scalar: Sendable {
    /// Dotted path; a step into a list is the entry's name where it has one, else its index.
    let path: String
    /// The text as it is written.
    let text: String
    /// The value itself.
    let value: AssumedValue
  }

  /// Keys whose texts may begin with a number and are none, and entries that the model does not read.
  static let words: Set<String> = ["name", "summary", "source", "assumed"]

  /// In the order of the file.
  private(set) var all: [Scalar] = []

  /// Walks the tree of a file.
  init(_ node: YAMLNode) { walk(node, "") }

  private mutating func walk(_ node: YAMLNode, _ path: String) {
    switch node.content {
    case .mapping(let entries):
      for entry in entries where !Self.words.contains(entry.key) {
        walk(entry.value, path.isEmpty ? entry.key : "\(path).\(entry.key)")
      }
    case .sequence(let items):
      for (index, item) in items.enumerated() {
        walk(item, "\(path)[\(Self.name(of: item, among: items) ?? "\(index)")]")
      }
    case .scalar(let scalar):
      guard let value = AssumedValue(scalar.text) else { return }
      all.append(Scalar(path: path, text: scalar.text, value: value))
    }
  }

  /// The name of an entry, where a path can hold it and no other has it.
  static func name(of item: YAMLNode, among items: [YAMLNode]) -> String? {
    func name(_ node: YAMLNode) -> String? {
      guard case .mapping(let entries) = node.content,
        let entry = entries.first(where: { $0.key == "name" }),
        case .scalar(let scalar) = entry.value.content
      else { return nil }
      return scalar.text
    }
    guard let own = name(item), !own.isEmpty, Int(own) == nil, !own.contains("]"),
      items.count(where: { name($0) == own }) == 1
    else { return nil }
    return own
  }
}
