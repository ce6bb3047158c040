internal import Components
internal import Inputs

/// Blocks: lists that are written out where a layer names them.
extension GraphReading {
  /// Writes a block out as often as an entry says; gives what the last layer writes.
  mutating func block(
    _ entry: LayerNode, _ scopes: [Scope], _ last: Written
  ) -> Written {
    let scope = scopes[scopes.count - 1]
    let note = scope.note
    let isNumbered = entry.value("repeat") != nil
    let given = LayerListing.name(of: entry, needsName: true, reading, note) {
      known[scope.prefix + $0] != nil && !(isNumbered && numbered.contains(scope.prefix + $0))
    }
    refuseInput(given, entry, scope)
    let name = scope.prefix + (given ?? "")
    if isNumbered { numbered.insert(name) }
    let none = Written(name: name, tensor: nil)
    let decoded = reading.decode(BlockUse.self, from: entry.node, path: entry.path, note: note)
    if let named = entry.text("block") { usedBlocks.insert(named) }
    guard decoded.isWhole, let use = decoded.value, given != nil,
      let block = checkedBlock(use, entry, scope)
    else {
      known[name] = none
      return none
    }
    var written = use.from.map { resolve($0, entry, "from", scopes) } ?? last
    if use.from != nil, let tensor = written.tensor { read.insert(tensor) }
    let values = Dictionary(
      (use.with?.entries ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { one, _ in one })
    guard case .sequence(let items) = block.node.content else { return none }
    let list = items.enumerated().map {
      LayerNode(node: Placeholder.fill($1, values), path: "\(block.path)[\($0)]")
    }
    for index in 0..<(use.repeat ?? 1) {
      let prefix = use.repeat == nil ? name : Self.numbered(name, (use.first ?? 0) + index)
      guard use.repeat == nil || known[prefix] == nil else {
        entry.fault(reading, "name", "a second layer named `\(prefix)`" + note)
        break
      }
      // Blocks within a block are a part of it.
      if scope.blocks.isEmpty {
        instances += 1
        graph.setBlock(instances)
      }
      written = layers(
        list,
        scopes + [
          Scope(
            prefix: prefix + ".", input: written, declared: declared(list),
            blocks: scope.blocks + [block.name])
        ])
      if scope.blocks.isEmpty { graph.setBlock(nil) }
      written = Written(name: prefix, tensor: written.tensor)
      known[prefix] = written
      guard count <= Self.mostLayers else { break }
    }
    known[name] = Written(name: name, tensor: written.tensor)
    return Written(name: name, tensor: written.tensor)
  }

  /// The name of one of several instances: the number stands where the name has `#`, or behind a dot.
  private static func numbered(_ name: String, _ number: Int) -> String {
    guard let place = name.firstIndex(of: "#") else { return "\(name).\(number)" }
    return name[..<place] + "\(number)" + name[name.index(after: place)...]
  }

  /// The block that an entry uses; nil where something is wrong with it or its parameters.
  private func checkedBlock(
    _ use: BlockUse, _ entry: LayerNode, _ scope: Scope
  ) -> BlocksSpec.Block? {
    let before = reading.faults.errors.count
    func say(_ key: String, _ message: String) { entry.fault(reading, key, message + scope.note) }
    guard let block = blocks.first(where: { $0.name == use.block }) else {
      let near = nearestName(to: use.block, among: blocks.map(\.name))
      say(
        "block",
        "no block `\(use.block)`"
          + (near.map { ", did you mean `\($0)`?" }
            ?? (blocks.isEmpty
              ? ", there is no `blocks`"
              : ", expected one of \(blocks.map(\.name).joined(separator: ", "))"))
      )
      return nil
    }
    if scope.blocks.contains(block.name) {
      say("block", "`\(block.name)` would be written out inside itself")
    }
    if let times = use.repeat, !(1...Self.mostLayers).contains(times) {
      say("repeat", "expected 1 to \(Self.mostLayers), found \(times)")
    }
    if let first = use.first {
      if use.repeat == nil {
        say("first", "leave out, only a block with `repeat` is numbered")
      } else if !(0...LayerLimits.extent).contains(first) {
        say("first", "expected 0 to \(LayerLimits.extent), found \(first)")
      }
    }
    checkArguments(use.with?.entries ?? [], of: block, say)
    switch block.node.content {
    case .sequence(let items) where !items.isEmpty: break
    case .sequence: fault(block.path, "expected at least one layer")
    default: fault(block.path, "expected a list of layers")
    }
    for name in block.parameters where !Placeholder.isName(name) {
      fault(block.path, "`$\(name)` is no parameter, expected letters, digits and `_` behind `$`")
    }
    return reading.faults.errors.count == before ? block : nil
  }

  private func checkArguments(
    _ arguments: [YAMLEntry], of block: BlocksSpec.Block, _ say: (String, String) -> Void
  ) {
    let given = arguments.map(\.key)
    for argument in arguments where !block.parameters.contains(argument.key) {
      let near = nearestName(to: argument.key, among: block.parameters)
      let rest =
        near.map { ", did you mean `\($0)`?" }
        ?? (block.parameters.isEmpty
          ? ", it has none" : ", expected one of \(block.parameters.joined(separator: ", "))")
      say(
        "with.\(argument.key)",
        "block `\(block.name)` has no parameter `$\(argument.key)`" + rest)
    }
    for argument in arguments where !Self.isArgument(argument.value) {
      say("with.\(argument.key)", "expected a value or a list of at most 64 values")
    }
    let missing = block.parameters.filter { !given.contains($0) && Placeholder.isName($0) }
    if !missing.isEmpty {
      say(
        arguments.isEmpty ? "" : "with",
        "block `\(block.name)` needs \(missing.map { "`\($0)`" }.joined(separator: ", "))"
          + (arguments.isEmpty ? " under `with`" : ""))
    }
  }

  /// Whether a value is short: no mapping, no long list.
  private static func isArgument(_ node: YAMLNode) -> Bool {
    func leaves(_ node: YAMLNode) -> Int? {
      switch node.content {
      case .scalar: return 1
      case .mapping: return nil
      case .sequence(let items):
        return items.reduce(into: Optional(0)) { sum, item in
          guard let known = sum, let more = leaves(item) else { return sum = nil }
          sum = known + more
        }
      }
    }
    return leaves(node).map { $0 <= 64 } ?? false
  }

  /// Says where a parameter stands outside of blocks.
  func refusePlaceholders(_ node: YAMLNode, _ path: String) {
    switch node.content {
    case .scalar:
      guard let name = Placeholder.name(node), Placeholder.isName(name) else { return }
      fault(path, "`$\(name)` stands for a parameter inside `blocks` only")
    case .sequence(let items):
      for (index, item) in items.enumerated() { refusePlaceholders(item, "\(path)[\(index)]") }
    case .mapping(let entries):
      for entry in entries { refusePlaceholders(entry.value, "\(path).\(entry.key)") }
    }
  }
}
