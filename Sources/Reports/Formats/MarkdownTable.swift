/// A heading, lists and a pipe table.
public enum MarkdownTable: ReportFormat {
  /// `markdown`.
  public static let kind = "markdown"
  /// One sentence.
  public static let summary = "A heading, lists and a pipe table, for documents."

  /// The same content as the terminal table.
  public static func text(of report: Report) -> String {
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
    facts.map { $0.0.isEmpty ? "  \(escaped($0.1))" : "- \($0.0): \(escaped($0.1))" }
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map(escaped).joined(separator: " | ") + " |"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
  }
}
