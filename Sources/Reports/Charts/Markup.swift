internal import Inputs

/// Text that people typed, made safe for markup.
enum Markup {
  /// `text` with everything escaped that means something in HTML or XML; control characters, which
  /// XML cannot hold, become visible.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in VisibleText.lines(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // Lines of a tip; a name that breaks them does no harm there.
      case "\t", "\n": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `text` on one line, with the characters made visible that no document may hold.
  static func printable(_ text: String) -> String { VisibleText.line(text) }
}
