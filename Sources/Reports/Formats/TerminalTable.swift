/// Aligned columns with units, for a terminal.
public enum TerminalTable: ReportFormat {
  /// `table`.
  public static let kind = "table"
  /// One sentence.
  public static let summary = "Aligned columns with units, for a terminal."

  /// Title, facts, table, conclusions, warnings.
  public static func text(of report: Report) -> String { text(of: report, style: nil) }

  /// The same for a terminal: a bar beside each value of the columns that have bars, and lines of
  /// blocks, both where they fit. Without a style neither.
  public static func text(of report: Report, style: TerminalStyle?) -> String {
    var lines = [report.title, ""]
    lines += facts(report.facts)
    lines += [""] + grid(report.table, style)
    if let style {
      for trends in report.trends {
        let drawn = Sparkline.lines(trends, style: style)
        if !drawn.isEmpty { lines += [""] + drawn }
      }
    }
    if !report.conclusions.isEmpty { lines += [""] + facts(report.conclusions) }
    if !report.warnings.isEmpty {
      lines.append("")
      lines += report.warnings.map { "warning: \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func facts(_ facts: [(String, String)]) -> [String] {
    let width = facts.map(\.0.count).max() ?? 0
    return facts.map { pad($0.0, width, left: true) + "  " + $0.1 }
  }

  private static func grid(_ table: Table, _ style: TerminalStyle?) -> [String] {
    guard let style else { return grid(table) }
    let lines = grid(BlockBar.added(to: table, hasBlocks: style.hasBlocks))
    return lines.contains { $0.count > style.columns } ? grid(table) : lines
  }

  private static func grid(_ table: Table) -> [String] {
    let rows = table.rows.map(table.visible)
    let total = table.total.map { [table.visible($0)] } ?? []
    let body = (rows + total).map { $0.map(NumberText.text(of:)) }
    let headings = table.columns.compactMap(\.heading)
    let widths = headings.indices.map { column in
      max(headings[column].count, body.map { $0[column].count }.max() ?? 0)
    }
    let isText = headings.indices.map { column in
      rows.allSatisfy { if case .text = $0[column] { true } else { false } }
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { pad(cells[$0], widths[$0], left: isText[$0]) }
      var text = padded.joined(separator: "  ")
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    var lines = [line(headings), rule]
    lines += body.prefix(table.rows.count).map(line)
    if table.total != nil, let last = body.last { lines += [rule, line(last)] }
    return lines
  }

  private static func pad(_ text: String, _ width: Int, left: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + space : space + text
  }
}
