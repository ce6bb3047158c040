/// Texts in cells of CSV files.
///
/// Spreadsheets take a cell that starts with `=`, `+`, `-` or `@` for a formula, and run it. Such a
/// text gets an apostrophe in front, which spreadsheets do not show; numbers stay numbers. A text
/// that has apostrophes there anyway gets one more, so that taking one away always gives it back.
public enum CSVText {
  /// A text as a cell: guarded against formulas, and in quotes where it needs them.
  public static func cell(_ text: String) -> String {
    quoted(isFormula(text) ? "'" + text : text)
  }

  /// The text that `cell` was given, once the quotes are gone.
  public static func text(_ cell: String) -> String {
    cell.hasPrefix("'") && isFormula(String(cell.dropFirst())) ? String(cell.dropFirst()) : cell
  }

  /// A text in quotes where it needs them, as RFC 4180 says.
  public static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
      return text
    }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func isFormula(_ text: String) -> Bool {
    let start = text.drop { $0 == "'" }
    guard let first = start.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first),
      start.utf8.count > 1
    else { return false }
    return start.count < text.count || Double(text) == nil
  }
}
