/// Text that people typed, made harmless for terminals and documents.
///
/// Names come from files of other people. A terminal obeys control characters in them, a document is
/// invalid with some, and a few turn the direction of everything behind them. They are written as
/// Swift writes them in a string, such as `\u{1B}`, so that a reader sees that they are there.
public enum VisibleText {
  /// `text` on one line: line breaks and tabs are written as escapes too.
  public static func line(_ text: String) -> String { escaped(text) { isHarmful($0) } }

  /// `text` with its line breaks and tabs.
  public static func lines(_ text: String) -> String {
    escaped(text) { $0 != "\n" && $0 != "\t" && isHarmful($0) }
  }

  private static func escaped(
    _ text: String, where isHarmful: (Unicode.Scalar) -> Bool
  ) -> String {
    guard !text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isHarmful(scalar) {
        result.append(contentsOf: escape(scalar).unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\0": "\\0"
    case "\t": "\\t"
    case "\n": "\\n"
    case "\r": "\\r"
    default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // Control characters of ASCII and of ISO 8859, and what XML 1.0 does not know.
    case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
    // Line breaks of Unicode; embeddings, overrides and isolates of the direction (UAX 9).
    case 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
