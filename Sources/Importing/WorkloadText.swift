internal import Inputs
internal import Networks

/// The workload file of an imported network; equal networks give equal bytes.
struct WorkloadText {
  let name: String
  let file: String
  let digest: String
  let network: ImportedNetwork

  /// The file's text.
  func yaml() throws(InputError) -> String {
    let origin = network.origin.isEmpty ? "" : ", written by \(network.origin)"
    var text = try ImportedText.head(
      name: name, summary: "Imported from \(file), \(network.countText).",
      source: "\(file), sha256 \(digest)\(origin)", comments: comments, leftOut: network.leftOut,
      of: file)
    if let draft = network.draft { return try text + graph(draft) }
    if !Workload.canBeConnected(network.layers.map(\.spec)) { text += "connected: false\n" }
    text += "layers:\n"
    for layer in network.layers { text += try line(layer.spec) }
    return text
  }

  /// Inputs, outputs and operations of a graph.
  private func graph(_ draft: GraphDraft) throws(InputError) -> String {
    func list(_ extents: [Int]) -> String {
      "[\(extents.map(String.init).joined(separator: ", "))]"
    }
    var text = "input: \(list(draft.inputs.first?.extents ?? []))\n"
    if draft.inputs.count > 1 {
      text += "inputs:\n"
      for input in draft.inputs.dropFirst() {
        text += "  \(try quoted(input.name)): \(list(input.extents))\n"
      }
    }
    let outputs = draft.outputs
    if outputs != draft.entries.suffix(1).map(\.name) {
      text += "outputs:\n"
      for output in outputs { text += "  - \(try quoted(output))\n" }
    }
    text += "layers:\n"
    var last = "input"
    for entry in draft.entries {
      var parts = ["name: \(try quoted(entry.name))", "operator: \(entry.kind)"]
      if entry.from != [last] {
        var names: [String] = []
        for name in entry.from { names.append(try quoted(name)) }
        parts.append(
          "from: " + (names.count == 1 ? names[0] : "[\(names.joined(separator: ", "))]"))
      }
      text += "  - {\((parts + entry.parameters).joined(separator: ", "))}\n"
      last = entry.name
    }
    return text
  }

  private var comments: [String] {
    var lines = ["Imported by umemaki; the model assumes what is not modelled fused or free."]
    if let layers = network.draft?.layers {
      let macs = layers.reduce(0) { $0.addingReportingOverflow($1.macs).partialValue }
      let weights = layers.reduce(0) { $0.addingReportingOverflow($1.storedWeights).partialValue }
      lines.append("Kept: \(macs) multiply-accumulates and \(weights) weights")
    }
    if let text = network.notModelledText { lines.append("Not modelled: \(text)") }
    lines += network.unsupported.map { "Left out: \($0.text)" }
    lines += network.inferred.map { "Inferred: \($0)" }
    lines += network.notes
    return lines
  }

  private func line(_ layer: LayerSpec) throws(InputError) -> String {
    var parts = [
      "name: \(try quoted(layer.name))", "operator: \(layer.operator.rawValue)",
      "input: [\(layer.input.map(String.init).joined(separator: ", "))]",
      "output_channels: \(layer.outputChannels)",
    ]
    if layer.operator != .fullyConnected {
      let kernel = layer.kernel
      parts.append(
        kernel.rows == kernel.columns
          ? "kernel: \(kernel.rows)" : "kernel: [\(kernel.rows), \(kernel.columns)]")
    }
    if layer.stride != 1 { parts.append("stride: \(layer.stride)") }
    if layer.padding != 0 { parts.append("padding: \(layer.padding)") }
    if layer.groups != 1 { parts.append("groups: \(layer.groups)") }
    return "  - {\(parts.joined(separator: ", "))}\n"
  }

  private func quoted(_ text: String) throws(InputError) -> String {
    try ImportedText.quoted(text, of: file)
  }
}
