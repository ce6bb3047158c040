internal import Architectures
internal import Components
internal import Networks
internal import Serving
internal import Studies

extension OptionsPage {
  /// A kind of file or message.
  struct File {
    let title: String
    let node: SchemaNode
  }

  /// Every kind of file, and the messages of a policy's process.
  static var files: [File] {
    [
      File(title: "An architecture", node: SchemaNode(of: ArchitectureSpec.self)),
      File(title: "An energy table", node: SchemaNode(of: EnergyTableSpec.self)),
      File(title: "A DRAM preset", node: SchemaNode(of: DRAMEnergySpec.self)),
      File(title: "An area table", node: SchemaNode(of: AreaTableSpec.self)),
      File(title: "A workload", node: SchemaNode(of: WorkloadSpec.self)),
      File(title: "A layer that writes out a block", node: blockUse),
      File(title: "A sub-network", node: SchemaNode(of: SubnetSpec.self)),
      File(title: "A sub-graph", node: SchemaNode(of: SubgraphSpec.self)),
      File(title: "A scenario", node: SchemaNode(of: ServingSpec.self)),
      File(title: "A scenario of graphs", node: SchemaNode(of: GraphScenarioSpec.self)),
      File(title: "A scenario of a language model", node: SchemaNode(of: TokenScenarioSpec.self)),
      File(title: "A scenario of a shared array", node: SchemaNode(of: SharedArraySpec.self)),
      File(title: "A scenario of a virtual device", node: SchemaNode(of: VirtualDeviceSpec.self)),
      File(title: "A sweep", node: SchemaNode(of: SweepSpec.self)),
    ] + messages
  }

  private static var blockUse: SchemaNode {
    guard case .anyOf(let nodes) = LayerNode.schemaNode, let first = nodes.first else {
      return .object([])
    }
    return first
  }

  private static var messages: [File] {
    guard case .anyOf(let nodes) = PolicyMessages.schema else { return [] }
    return nodes.map { node in
      guard case .object(let properties) = node,
        case .words(let words)? = properties.first(where: { $0.name == "message" })?.node
      else { return File(title: "A message", node: node) }
      return File(
        title: "A message `\(words.joined())` between a run and a policy's process", node: node)
    }
  }

  /// The keys of a file, and those below them that are no choices; what has the same keys in several places
  /// stands once.
  static func section(_ file: File) -> String {
    var parts: [(paths: [String], node: SchemaNode)] = []
    for (path, node) in nested(in: file.node, under: "") {
      if let known = parts.firstIndex(where: { $0.node == node }) {
        parts[known].paths.append(path)
      } else {
        parts.append(([path], node))
      }
    }
    return "### \(file.title)\n\n" + table(of: file.node)
      + parts.map { "\n#### \($0.paths.joined(separator: ", "))\n\n" + table(of: $0.node) }
      .joined()
  }

  /// Mappings below a mapping with their paths.
  private static func nested(
    in node: SchemaNode, under path: String
  ) -> [(path: String, node: SchemaNode)] {
    properties(of: node).flatMap { property -> [(path: String, node: SchemaNode)] in
      let place = path.isEmpty ? property.name : "\(path).\(property.name)"
      let inner: (path: String, node: SchemaNode) =
        if case .array(let element) = property.node {
          (place + "[]", element)
        } else {
          (place, property.node)
        }
      guard !properties(of: inner.node).isEmpty else { return [] }
      return [inner] + nested(in: inner.node, under: inner.path)
    }
  }
}
