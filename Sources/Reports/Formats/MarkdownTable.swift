/// A heading, lists and a pipe table.
public enum MarkdownTable: ReportFormat {
  /// `markdown`.
  public static let kind = "markdown"
  /// One sentence.
  public static let summary = "A heading, lists and a pipe table, for documents."

  /// The same content as the terminal table.
  public static func text(of report: Report) -> String {
    var lines = ["# \(escaped(report.title))", ""]
    lines += report.facts.map { "- \($0.0): \(escaped($0.1))" }
    lines += ["", row(report.table.columns.map(\.heading))]
    lines.append(row(report.table.columns.map { _ in "---" }))
    let total = report.table.total.map { [$0] } ?? []
    lines += (report.table.rows + total).map { row($0.map(NumberText.cell)) }
    if !report.conclusions.isEmpty {
      lines += [""] + report.conclusions.map { "- \($0.0): \(escaped($0.1))" }
    }
    if !report.warnings.isEmpty {
      lines += [""] + report.warnings.map { "- **warning**: \(escaped($0))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ cells: [String]) -> String {
    "| " + cells.map(escaped).joined(separator: " | ") + " |"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
  }
}
