internal import Inputs
internal import Networks

/// What the files of all imports are written with.
enum ImportedText {
  /// Comments, name, summary and source of a workload, and what was left out of it.
  static func head(
    name: String, summary: String, source: String, comments: [String], leftOut: LeftOutSpec?,
    of file: String
  ) throws(InputError) -> String {
    var text = comments.map { "# \(printable($0))\n" }.joined()
    text += "name: \(try quoted(name, of: file))\n"
    text += "summary: \(try quoted(summary, of: file))\n"
    text += "source: \(try quoted(source, of: file))\n"
    if let leftOut {
      text +=
        "left_out: {operators: \(leftOut.operators), macs: \(leftOut.macs), unknown_operators: "
        + "\(leftOut.unknownOperators ?? 0)}\n"
    }
    return text
  }

  /// The text as YAML, in quotes where it needs them.
  static func quoted(_ text: String, of file: String) throws(InputError) -> String {
    do {
      return String(try YAMLEncoder().encode(text).dropLast())
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
