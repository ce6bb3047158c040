internal import Inputs
internal import Networks

/// The workload file of another simulator's network; equal inputs give equal bytes.
struct PeerText {
  let name: String
  /// The file that was read, without its folder.
  let file: String
  /// What identifies its bytes.
  let digest: String
  let network: PeerNetwork

  /// The file's text; `isConnected` says whether the layers can make up a network.
  func yaml(isConnected: Bool) throws(InputError) -> String {
    var text = try ImportedText.head(
      name: name, summary: "Imported from \(file), \(network.countText).",
      source: "\(file), sha256 \(digest)", comments: comments, leftOut: network.leftOut, of: file)
    if !isConnected { text += "connected: false\n" }
    text += "layers:\n"
    for layer in network.layers {
      let parts = ["name: \(try quoted(layer.name))"] + layer.parameters
      text += "  - {\(parts.joined(separator: ", "))}\n"
    }
    return text
  }

  private var comments: [String] {
    var lines = ["Imported by umemaki; the model assumes what is not modelled fused or free."]
    if let text = network.notModelledText { lines.append("Not modelled: \(text)") }
    lines += network.refusals.map { "Left out: \($0.text)" }
    lines += network.notes
    return lines
  }

  private func quoted(_ text: String) throws(InputError) -> String {
    try ImportedText.quoted(text, of: file)
  }
}
