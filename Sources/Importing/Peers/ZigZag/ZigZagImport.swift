internal import Inputs

/// Turns workloads of ZigZag into layers.
enum ZigZagImport {
  /// Names of dimensions along the columns of a map.
  private static let columns: Set<String> = ["OX", "IX", "FX", "X"]

  /// The layers of a workload.
  static func network(of file: ZigZagFile) throws(InputError) -> PeerNetwork {
    var network = PeerNetwork(format: "ZigZag")
    for entry in file.entries { try add(entry, to: &network) }
    return network
  }

  private static func add(
    _ entry: ZigZagFile.Entry, to network: inout PeerNetwork
  ) throws(InputError) {
    let node = entry.node
    guard node.entries != nil else {
      throw InputError("expected a layer, found \(node.word)", at: node.location)
    }
    let kind = node.value("operator_type", "layer_type", "type")?.scalar ?? "layer"
    let name = node.value("name")?.scalar ?? "\(kind)_\(entry.id)"
    guard let text = node.value("equation"), let words = text.scalar else {
      throw InputError("missing key `equation`", at: node.location, path: name)
    }
    // What stands for the network's input.
    if words.lowercased() == "input" { return }
    let equation = try ZigZagEquation(words, at: text.location)
    let isPool = kind.lowercased().contains("pool")
    guard equation.isProduct, equation.operands.count == 2, !isPool,
      equation.operands.allSatisfy({ !$0.indices.isEmpty })
    else {
      network.leaveOut(kind)
      return
    }
    let sizes = try sizes(node, name)
    let (work, notes) = try contraction(node, equation, sizes, name)
    for note in notes { network.note("\(ONNXText.quoted(name)): \(note)") }
    let layer: PeerLayer
    do throws(Contraction.Fault) {
      layer = try work.layer(named: name, at: node.location, columnNames: columns)
    } catch {
      network.refuse(
        kind, error.message, at: "\(node.location) (\(ONNXText.quoted(name)))", macs: work.macs)
      return
    }
    try network.add(layer)
  }

  /// The dimensions in order with their sizes.
  private static func sizes(
    _ node: YAMLNode, _ name: String
  ) throws(InputError) -> [(name: String, size: Int)] {
    var result: [(name: String, size: Int)] = []
    if let mapping = node.value("loop_dim_size", "loop_dim_sizes") {
      guard let entries = mapping.entries else {
        throw InputError(
          "expected a mapping, found \(mapping.word)", at: mapping.location,
          path: "\(name).loop_dim_size")
      }
      for entry in entries {
        let size = try entry.value.number("\(name).loop_dim_size.\(entry.key)")
        result.append((entry.key.uppercased(), size))
      }
    } else {
      result = try pairs(node, "loop_dims", "loop_sizes", name) ?? []
      guard !result.isEmpty else {
        throw InputError(
          "missing keys `loop_dims` and `loop_sizes`, or `loop_dim_size`", at: node.location,
          path: name)
      }
    }
    guard result.count <= 64 else {
      throw InputError(
        "expected at most 64 dimensions, found \(result.count)", at: node.location, path: name)
    }
    for (index, pair) in result.enumerated()
    where result[..<index].contains(where: { $0.name == pair.name }) {
      throw InputError(
        "the size of `\(pair.name)` stands there twice", at: node.location, path: name)
    }
    return result
  }

  /// Names with their numbers, nil where there are none.
  private static func pairs(
    _ node: YAMLNode, _ names: String, _ numbers: String, _ layer: String
  ) throws(InputError) -> [(name: String, size: Int)]? {
    guard let first = node.value(names), let second = node.value(numbers) else { return nil }
    let texts = try first.texts("\(layer).\(names)")
    guard let items = second.items, items.count == texts.count else {
      throw InputError(
        "expected \(texts.count) numbers, one for each of `\(names)`, found "
          + (second.items.map { "\($0.count)" } ?? second.word), at: second.location,
        path: "\(layer).\(numbers)")
    }
    var result: [(name: String, size: Int)] = []
    for (text, item) in zip(texts, items) {
      result.append((text.uppercased(), try item.number("\(layer).\(numbers)")))
    }
    return result
  }

  private static func contraction(
    _ node: YAMLNode, _ equation: ZigZagEquation, _ sizes: [(name: String, size: Int)],
    _ name: String
  ) throws(InputError) -> (Contraction, notes: [String]) {
    var relations: [String: ZigZagEquation.Relation] = [:]
    if let list = node.value("dimension_relations", "equation_relations") {
      for item in list.items ?? [list] {
        guard let text = item.scalar else {
          throw InputError(
            "expected a text, found \(item.word)", at: item.location,
            path: "\(name).dimension_relations")
        }
        let relation = try ZigZagEquation.Relation(text, at: item.location)
        relations[relation.index] = relation
      }
    }
    let known = Set(sizes.map(\.name))
    func operand(_ operand: ZigZagEquation.Operand) throws(InputError) -> Contraction.Operand {
      var axes: [[Contraction.Term]] = []
      for index in operand.indices {
        if let relation = relations[index] {
          axes.append(relation.terms)
        } else {
          axes.append([Contraction.Term(dimension: index.uppercased())])
        }
        for term in axes[axes.count - 1] where !known.contains(term.dimension) {
          throw InputError(
            "`\(term.dimension.lowercased())` has no size", at: node.location,
            path: "\(name).equation")
        }
      }
      return Contraction.Operand(name: operand.name, axes: axes)
    }
    let weightIndex =
      equation.operands.firstIndex { $0.name == "W" }
      ?? equation.operands.lastIndex { $0.indices.allSatisfy { relations[$0] == nil } } ?? 1
    let weights = equation.operands[weightIndex]
    let input = equation.operands[1 - weightIndex]
    var work = Contraction(
      sizes: Dictionary(sizes.map { ($0.name, $0.size) }) { first, _ in first },
      order: sizes.map(\.name), weights: try operand(weights), input: try operand(input),
      output: try operand(equation.output))
    work.padding = try padding(node, relations, work, name)
    let notes =
      weights.name == "W"
      ? [] : ["no operand is called W: \(ONNXText.quoted(weights.name)) is read as the weights"]
    return (work, notes)
  }

  /// Zeros around the map by the dimension of the position: what the file says, or what a constant in
  /// a relation takes away in front and behind alike.
  private static func padding(
    _ node: YAMLNode, _ relations: [String: ZigZagEquation.Relation], _ work: Contraction,
    _ name: String
  ) throws(InputError) -> [String: PeerLayer.Ends] {
    var stated: [String: (Int, Int)] = [:]
    let path = "\(name).padding"
    func ends(_ node: YAMLNode) throws(InputError) -> (Int, Int) {
      guard let items = node.items, items.count == 2 else {
        throw InputError(
          "expected two numbers, before and behind, found \(node.word)", at: node.location,
          path: path)
      }
      return (try items[0].number(path, from: 0), try items[1].number(path, from: 0))
    }
    if let node = node.value("padding"), let entries = node.entries {
      for entry in entries { stated[entry.key.lowercased()] = try ends(entry.value) }
    } else if let list = node.value("padding"), let items = list.items {
      let names = try node.value("pr_loop_dims")?.texts("\(name).pr_loop_dims") ?? []
      guard names.count == items.count else {
        throw InputError(
          "expected one pair for each of `pr_loop_dims`, \(names.count), found \(items.count)",
          at: list.location, path: path)
      }
      for (name, item) in zip(names, items) { stated[name.lowercased()] = try ends(item) }
    }
    var result: [String: PeerLayer.Ends] = [:]
    for (index, relation) in relations {
      let position = relation.terms.first { work.output.dimensions.contains($0.dimension) }
      guard let position else { continue }
      if let (before, after) = stated[index] {
        result[position.dimension] = PeerLayer.Ends(before, after)
      } else if relation.before > 0 {
        // Windows begin before the map; as many zeros behind it is what a symmetric padding has.
        result[position.dimension] = PeerLayer.Ends(relation.before, relation.before)
      }
    }
    return result
  }
}
