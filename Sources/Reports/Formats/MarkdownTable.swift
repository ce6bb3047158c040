/// A heading, lists and a pipe table.
public enum MarkdownTable: ReportFormat {
  /// `markdown`.
  public static let kind = "markdown"
  /// One sentence.
  public static let summary = "A heading, lists and a pipe table, for documents."
  /// The usual endings.
  public static let endings = [".md", ".markdown"]

  /// The same content as the terminal table.
  public static func text(of report: Report) -> String {
    let report = report.visible
    var lines = ["# \(escaped(report.title))", ""]
    lines += items(report.facts)
    let headings = report.table.columns.compactMap(\.heading)
    lines += ["", row(headings), row(headings.map { _ in "---" })]
    let total = report.table.total.map { [$0] } ?? []
    lines += (report.table.rows + total).map {
      row(report.table.visible($0).map(NumberText.text(of:)))
    }
    if !report.conclusions.isEmpty {
      lines += [""] + items(report.conclusions)
    }
    if !report.warnings.isEmpty {
      lines += [""] + report.warnings.map { "- **warning**: \(escaped($0))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A list; a fact without a name goes on with the one before.
  private static func items(_ facts: [(String, String)]) -> [String] {
    facts.map { name, text in
      guard !name.isEmpty else { return "  \(escaped(text))" }
      // A name that is set in belongs to the one before.
      return name.hasPrefix("  ")
        ? "  - \(escaped(String(name.dropFirst(2)))): \(escaped(text))"
        : "- \(escaped(name)): \(escaped(text))"
    }
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map(escaped).joined(separator: " | ") + " |"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
  }
}
