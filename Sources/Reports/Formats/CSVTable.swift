/// The table with SI base units, quoted as RFC 4180 says.
public enum CSVTable: ReportFormat {
  /// `csv`.
  public static let kind = "csv"
  /// One sentence.
  public static let summary = "The table for programs: one row per layer, SI base units."

  /// A header and a row per row; totals are left to the reader.
  public static func text(of report: Report) -> String {
    let header = report.table.columns.compactMap(\.name)
    let table = report.table
    let rows = (table.rows + table.details).map { report.table.exported($0).map(plain) }
    return ([header] + rows).map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func plain(_ cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): text
    case .count(let value): "\(value)"
    case .quantity(let value, "B") where value == value.rounded() && abs(value) < 0x1p62:
      "\(Int(value))"
    case .quantity(let value, _), .share(let value), .ratio(let value): "\(value)"
    case .none: ""
    }
  }

  /// A cell, in quotes where it needs them.
  public static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
