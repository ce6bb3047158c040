internal import Components
internal import Inputs

extension Workload {
  /// The lines of a fixed network from its `input` to its last layer, with every block written out and
  /// every parameter given; nothing for a supernet.
  ///
  /// `quoted` gives a text as it stands in a YAML file.
  public func listing(quoted: (String) -> String) -> String {
    guard case .network(let network) = content else { return "" }
    guard let graph = network.connections else {
      return (spec.connected.map { "connected: \($0)\n" } ?? "") + "layers:\n"
        + zip(zip(network.layers, statedInputs), kinds).map {
          Self.line($0.0, reading: $0.1, $1, quoted)
        }.joined()
    }
    func names(_ tensors: [Tensor.ID]) -> String {
      "[" + tensors.map { quoted(graph.tensors[$0].name) }.joined(separator: ", ") + "]"
    }
    var text = "input: \(ExtentText.list(graph.tensors[graph.inputs[0]].extents))\n"
    let more = graph.inputs.dropFirst().map {
      "\(quoted(graph.tensors[$0].name)): \(ExtentText.list(graph.tensors[$0].extents))"
    }
    if !more.isEmpty { text += "inputs: {\(more.joined(separator: ", "))}\n" }
    if spec.outputs != nil { text += "outputs: \(names(graph.outputs))\n" }
    text += "layers:\n"
    for (operation, kind) in zip(graph.operations, kinds) {
      let parts = [
        "name: \(quoted(operation.name))", "operator: \(operation.kind)",
        "from: \(names(operation.reads))",
      ]
      let zeros = Self.zeros(operation.work.zeros)
      text += "  - {\((parts + Self.parameters(of: kind) + zeros).joined(separator: ", "))}\n"
    }
    return text
  }

  /// A layer that states what it reads.
  private static func line(
    _ layer: Layer, reading input: [Int], _ kind: any OperationKind, _ quoted: (String) -> String
  ) -> String {
    var parts = [
      "name: \(quoted(layer.name))", "operator: \(type(of: kind).kind)",
      "input: \(ExtentText.list(input))",
    ]
    let (rows, columns) = (layer.rows, layer.columns)
    let isEven =
      rows.stride == columns.stride && rows.isPlain && columns.isPlain
      && [rows.after, columns.before, columns.after].allSatisfy { $0 == rows.before }
    if isEven, layer.operation != .transposedConvolution {
      let groups = layer.operation == .depthwiseConvolution ? 1 : layer.groups
      parts += [
        "output_channels: \(layer.kernels)", "kernel: [\(rows.kernel), \(columns.kernel)]",
        "stride: \(rows.stride)", "padding: \(rows.before)", "groups: \(groups)",
      ]
    } else {
      parts += parameters(of: kind)
    }
    parts += zeros(layer.zeros)
    return "  - {\(parts.joined(separator: ", "))}\n"
  }

  /// The shares of zeros of a layer's maps, as far as they are known, in the form of a file.
  private static func zeros(_ zeros: ZeroShares?) -> [String] {
    guard let zeros else { return [] }
    var parts: [String] = []
    let reads = zeros.reads.compactMap { $0 }
    if reads.count == zeros.reads.count, !reads.isEmpty {
      let texts = reads.map { "\($0)" }
      parts.append("input: " + (texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"))
    }
    if let share = zeros.written { parts.append("output: \(share)") }
    if let share = zeros.weight { parts.append("weight: \(share)") }
    return parts.isEmpty ? [] : ["zeros: {\(parts.joined(separator: ", "))}"]
  }

  /// `key: value` of every parameter.
  private static func parameters<Kind: OperationKind>(of kind: Kind) -> [String] {
    guard let text = try? YAMLEncoder().encode(kind.spec),
      case .mapping(let entries)? = (try? YAMLParser.parse(text, file: ""))?.content
    else { return [] }
    return entries.map { "\($0.key): \($0.value.flowText)" }
  }
}
