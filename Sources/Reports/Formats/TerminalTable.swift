/// Aligned columns with units, for a terminal.
public enum TerminalTable: ReportFormat {
  /// `table`.
  public static let kind = "table"
  /// One sentence.
  public static let summary = "Aligned columns with units, for a terminal."
  /// None: it is what a terminal gets.
  public static let endings: [String] = []

  /// Title, facts, table, conclusions, warnings.
  public static func text(of report: Report) -> String { text(of: report, style: nil) }

  /// The same for a terminal, with bars and lines of blocks where they fit; without a style neither.
  public static func text(of report: Report, style: TerminalStyle?) -> String {
    let report = report.visible
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
    let width = facts.map { DisplayWidth.of($0.0) }.max() ?? 0
    return facts.map { pad($0.0, width, left: true) + "  " + $0.1 }
  }

  /// The table with bars where the terminal has room for them, else without; else with texts cut.
  private static func grid(_ table: Table, _ style: TerminalStyle?) -> [String] {
    let plain = TextGrid(table)
    guard let style else { return lines(plain) }
    let barred = TextGrid(BlockBar.added(to: table, hasBlocks: style.hasBlocks))
    if barred.width <= style.columns { return lines(barred) }
    let ellipsis = style.hasBlocks ? "\u{2026}" : ".."
    return lines(
      plain.fitted(to: style.columns, ellipsis: ellipsis)
        ?? plain.without(spared).fitted(to: style.columns, ellipsis: ellipsis) ?? plain)
  }

  /// Columns that a terminal without room for all of them does without.
  private static let spared: Set<String> = ["of bound", "limit"]

  private static func lines(_ grid: TextGrid) -> [String] {
    let widths = grid.widths
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { pad(cells[$0], widths[$0], left: grid.isText[$0]) }
      var text = padded.joined(separator: TextGrid.gap)
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: TextGrid.gap)
    let total = grid.total.map { [rule, line($0)] } ?? []
    return [line(grid.headings), rule] + grid.rows.map(line) + total
  }

  private static func pad(_ text: String, _ width: Int, left: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - DisplayWidth.of(text)))
    return left ? text + space : space + text
  }
}
