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
    var text = comments() + "name: \(try quoted(name))\n"
    text += "summary: \(try quoted("Imported from \(file), \(network.countText)."))\n"
    text += "source: \(try quoted("\(file), sha256 \(digest)"))\n"
    if let part = network.leftOut {
      text +=
        "left_out: {operators: \(part.operators), macs: \(part.macs), unknown_operators: "
        + "\(part.unknownOperators ?? 0)}\n"
    }
    if !isConnected { text += "connected: false\n" }
    text += "layers:\n"
    for layer in network.layers {
      let parts = ["name: \(try quoted(layer.name))"] + layer.parameters
      text += "  - {\(parts.joined(separator: ", "))}\n"
    }
    return text
  }

  private func comments() -> String {
    var lines = ["Imported by umemaki; the model assumes what is not modelled fused or free."]
    if let text = network.notModelledText { lines.append("Not modelled: \(text)") }
    lines += network.refusals.map { "Left out: \($0.text)" }
    lines += network.notes
    return lines.map { "# \(Self.printable($0))\n" }.joined()
  }

  /// The text as YAML, in quotes where it needs them.
  private func quoted(_ text: String) throws(InputError) -> String {
    do {
      let encoded = try YAMLEncoder().encode(text)
      return String(encoded.dropLast())
    } catch {
      throw InputError("cannot be written as YAML: \(error)", file: file)
    }
  }

  /// A comment on one line, without the characters that YAML does not allow in one.
  private static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        result += scalar.escaped(asASCII: true)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
