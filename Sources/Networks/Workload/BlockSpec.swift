package import Components
internal import Inputs

/// Blocks of layers that a list writes out where it names them.
public struct BlocksSpec: Decodable, Hashable, Sendable {
  /// One block.
  struct Block: Hashable, Sendable {
    /// The name.
    let name: String
    /// The list of its layers.
    let node: YAMLNode
    /// Where it stands in the file.
    let path: String
    /// The parameters in the order of their first use.
    let parameters: [String]
  }

  /// The blocks in the order of the file.
  let blocks: [Block]

  /// Takes a mapping of names to lists.
  public init(from decoder: any Decoder) throws {
    let raw = try RawNode(from: decoder)
    guard case .mapping(let entries) = raw.node.content else {
      throw SpecError("", "expected a mapping of names to lists of layers")
    }
    blocks = entries.map { entry in
      var parameters: [String] = []
      Placeholder.collect(entry.value, into: &parameters)
      return Block(
        name: entry.key, node: entry.value, path: "\(raw.path).\(entry.key)",
        parameters: parameters)
    }
  }

  init(blocks: [Block]) { self.blocks = blocks }
}

extension BlocksSpec: SchemaDescribed {
  package static var schemaNode: SchemaNode {
    .map(SchemaNode.array(LayerNode.schemaNode).orText(Placeholder.pattern))
  }
  package static var schemaExample: BlocksSpec { BlocksSpec(blocks: []) }
}

/// An entry of a list of layers that writes a block out.
struct BlockUse: Decodable {
  /// The prefix of its layers' names.
  let name: String
  /// The block.
  let block: String
  /// How often it is written out, numbered; once and without a number when left out.
  let `repeat`: Int?
  /// The first number; 0 when left out.
  let first: Int?
  /// Values of the block's parameters.
  let with: BlockArguments?
  /// What the first one reads, what was written before it when left out.
  let from: String?

  enum CodingKeys: String, CodingKey { case name, block, `repeat`, first, with, from }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    block = try values.decode(String.self, forKey: .block)
    `repeat` = try values.decodeIfPresent(Int.self, forKey: .repeat)
    first = try values.decodeIfPresent(Int.self, forKey: .first)
    with = try values.decodeIfPresent(BlockArguments.self, forKey: .with)
    from = try values.decodeIfPresent(String.self, forKey: .from)
  }
}

/// Values of a block's parameters.
struct BlockArguments: Decodable, SchemaDescribed {
  let entries: [YAMLEntry]

  init(from decoder: any Decoder) throws {
    let raw = try RawNode(from: decoder)
    guard case .mapping(let entries) = raw.node.content else {
      throw SpecError("", "expected a mapping of the block's parameters to values")
    }
    self.entries = entries
  }

  init(entries: [YAMLEntry]) { self.entries = entries }

  static var schemaNode: SchemaNode { .map(.any) }
  static var schemaExample: BlockArguments { BlockArguments(entries: []) }
}

/// A parameter of a block in the place of a value: `$width`.
enum Placeholder {
  /// The form of a placeholder, as a regular expression.
  static let pattern = "^\\$[A-Za-z_][A-Za-z0-9_]*$"

  /// The parameter that a value stands for, nil for any other value.
  static func name(_ node: YAMLNode) -> String? {
    guard case .scalar(let scalar) = node.content, scalar.isPlain, scalar.text.hasPrefix("$") else {
      return nil
    }
    return String(scalar.text.dropFirst())
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy {
      $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
    }
  }

  /// Adds the parameters below a node that are not yet in the list.
  static func collect(_ node: YAMLNode, into names: inout [String]) {
    switch node.content {
    case .scalar:
      if let name = name(node), !names.contains(name) { names.append(name) }
    case .sequence(let items): for item in items { collect(item, into: &names) }
    case .mapping(let entries): for entry in entries { collect(entry.value, into: &names) }
    }
  }

  /// The node with values in the places of parameters; a place stays where the block has it.
  static func fill(_ node: YAMLNode, _ values: [String: YAMLNode]) -> YAMLNode {
    var result = node
    switch node.content {
    case .scalar:
      if let name = name(node), let value = values[name] { result.content = value.content }
    case .sequence(let items): result.content = .sequence(items.map { fill($0, values) })
    case .mapping(let entries):
      result.content = .mapping(
        entries.map {
          YAMLEntry(key: $0.key, keyLocation: $0.keyLocation, value: fill($0.value, values))
        })
    }
    return result
  }
}
