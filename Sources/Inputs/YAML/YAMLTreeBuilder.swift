/// Builds the tree of one document from events, within fixed limits.
struct YAMLTreeBuilder {
  /// How deep lists and mappings may be nested.
  static let depthLimit = 64
  /// How many values all aliases together may stand for.
  static let aliasLimit = 100_000

  /// A finished value with how many values it holds and how deep it is.
  private struct Built {
    var node: YAMLNode
    var count = 1
    var height = 0
  }

  private enum Anchor {
    case open
    case done(Built)
  }

  private let reader: YAMLEventReader
  private let file: String
  private var anchors: [String: Anchor] = [:]
  private var aliased = 0
  /// Anchors of values right below the root, by their keys, and the anchors that were named.
  private var definitions: [String: String] = [:]
  private var named: Set<String> = []

  init(reader: YAMLEventReader, file: String) {
    self.reader = reader
    self.file = file
  }

  /// The value of the one document.
  mutating func document() throws(InputError) -> YAMLNode {
    let empty = InputError(
      "the document is empty", at: SourceLocation(file: file, line: 1, column: 1))
    var event = try reader.next()
    while case .other = event.kind { event = try reader.next() }
    guard case .documentStart = event.kind else { throw empty }
    var root = try build(reader.next(), depth: 0).node
    event = try reader.next()
    while case .other = event.kind { event = try reader.next() }
    guard case .streamEnd = event.kind else {
      throw InputError("a second document begins here, a file holds one", at: event.location)
    }
    if case .scalar(let scalar) = root.content, scalar.isPlain, scalar.text.isEmpty { throw empty }
    if case .mapping(var entries) = root.content {
      for index in entries.indices {
        let anchor = definitions[entries[index].key]
        entries[index].isDefinition = anchor.map(named.contains) ?? false
      }
      root.content = .mapping(entries)
    }
    return root
  }

  private mutating func build(_ event: YAMLEvent, depth: Int) throws(InputError) -> Built {
    if case .alias(let name) = event.kind { return try expand(name, event, depth) }
    if let name = event.anchor { anchors[name] = .open }
    let tag = try YAMLTag.check(event)
    var built: Built
    switch event.kind {
    case .scalar(let text, let isPlain):
      let scalar = YAMLScalar(text: text, isPlain: tag.map { $0 != .str } ?? isPlain)
      built = Built(node: YAMLNode(content: .scalar(scalar), location: event.location))
    case .sequenceStart:
      built = try sequence(event, depth)
    case .mappingStart:
      built = try mapping(event, depth)
    default:
      throw InputError("cannot be parsed", at: event.location)
    }
    if let name = event.anchor { anchors[name] = .done(built) }
    return built
  }

  private mutating func sequence(_ event: YAMLEvent, _ depth: Int) throws(InputError) -> Built {
    try checkDepth(depth + 1, event)
    var items: [YAMLNode] = []
    var count = 1
    var height = 0
    while true {
      let next = try reader.next()
      if case .collectionEnd = next.kind { break }
      let item = try build(next, depth: depth + 1)
      items.append(item.node)
      count += item.count
      height = max(height, item.height)
    }
    let node = YAMLNode(content: .sequence(items), location: event.location)
    return Built(node: node, count: count, height: height + 1)
  }

  private mutating func mapping(_ event: YAMLEvent, _ depth: Int) throws(InputError) -> Built {
    try checkDepth(depth + 1, event)
    var entries: [YAMLEntry] = []
    var lines: [String: Int] = [:]
    var count = 1
    var height = 0
    var merges: [YAMLNode] = []
    while true {
      let next = try reader.next()
      if case .collectionEnd = next.kind { break }
      let isMerge = Self.isMergeKey(next)
      let key = try mappingKey(next)
      if let line = lines[key] {
        throw InputError("duplicate key `\(key)`, first at line \(line)", at: next.location)
      }
      lines[key] = next.location.line
      let first = try reader.next()
      let value = try build(first, depth: depth + 1)
      count += value.count
      height = max(height, value.height)
      if isMerge {
        merges += try Self.merged(value.node, at: first.location)
      } else {
        entries.append(
          YAMLEntry(key: key, keyLocation: next.location, value: value.node))
        if depth == 0, let anchor = first.anchor { definitions[key] = anchor }
      }
    }
    // Own keys win over merged ones, of several mappings the first that has a key.
    var own = Set(entries.map(\.key))
    for entry in merges.flatMap({ $0.mappingEntries }) where own.insert(entry.key).inserted {
      entries.append(entry)
    }
    let node = YAMLNode(content: .mapping(entries), location: event.location)
    return Built(node: node, count: count, height: height + 1)
  }

  /// Whether a key is YAML's `<<`, whose value's entries stand in its place.
  ///
  /// Source: the type `merge` of yaml.org, for YAML 1.1.
  private static func isMergeKey(_ event: YAMLEvent) -> Bool {
    if case .scalar("<<", isPlain: true) = event.kind { return event.tag == nil }
    return false
  }

  /// The mappings that a merge key names: one, or a list of them.
  private static func merged(
    _ node: YAMLNode, at place: SourceLocation
  ) throws(InputError) -> [YAMLNode] {
    let nodes: [YAMLNode]
    if case .sequence(let items) = node.content { nodes = items } else { nodes = [node] }
    for (index, node) in nodes.enumerated() {
      guard case .mapping = node.content else {
        throw InputError(
          "a merge key `<<` takes a mapping or a list of mappings, such as *name"
            + (nodes.count > 1 ? "; entry \(index + 1) is none" : ""), at: place)
      }
    }
    return nodes
  }

  private mutating func mappingKey(_ event: YAMLEvent) throws(InputError) -> String {
    let found: String
    switch event.kind {
    case .scalar(let text, let isPlain):
      _ = try YAMLTag.check(event)
      if let name = event.anchor {
        let scalar = YAMLScalar(text: text, isPlain: isPlain)
        anchors[name] = .done(
          Built(node: YAMLNode(content: .scalar(scalar), location: event.location)))
      }
      return text
    case .sequenceStart: found = "a list"
    case .mappingStart: found = "a mapping"
    default: found = "an alias"
    }
    throw InputError("a key must be text, found \(found)", at: event.location)
  }

  private mutating func expand(
    _ name: String, _ event: YAMLEvent, _ depth: Int
  ) throws(InputError) -> Built {
    switch anchors[name] {
    case nil:
      throw InputError("unknown anchor `\(name)`", at: event.location)
    case .open:
      throw InputError("alias `\(name)` stands inside its own anchor", at: event.location)
    case .done(let built):
      try checkDepth(depth + built.height, event)
      named.insert(name)
      aliased += built.count
      if aliased > Self.aliasLimit {
        throw InputError("aliases expand to more than 100000 values", at: event.location)
      }
      return built
    }
  }

  private func checkDepth(_ depth: Int, _ event: YAMLEvent) throws(InputError) {
    if depth > Self.depthLimit {
      throw InputError("nested deeper than 64 levels", at: event.location)
    }
  }
}
