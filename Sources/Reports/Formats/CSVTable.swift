internal import Inputs

/// The table with SI base units, quoted as RFC 4180 says.
///
/// Texts are guarded against formulas (`CSVText`), and control characters in them are written as
/// escapes, for a table may end on a terminal.
public enum CSVTable: ReportFormat {
  /// `csv`.
  public static let kind = "csv"
  /// One sentence.
  public static let summary = "The table for programs: one row per layer, SI base units."
  /// The usual endings.
  public static let endings = [".csv"]

  /// A header and a row per row; totals are left to the reader.
  public static func text(of report: Report) -> String {
    let table = report.table
    let header = table.columns.compactMap(\.name).map(cell)
    let rows = (table.rows + table.details).map { table.exported($0).map(plain) }
    return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  /// A text as a cell.
  public static func cell(_ text: String) -> String { CSVText.cell(VisibleText.line(text)) }

  private static func plain(_ cell: Table.Cell) -> String {
    switch cell {
    case .text(let text): Self.cell(text)
    case .count(let value): "\(value)"
    case .quantity(let value, "B"): Int(exactly: value).map { "\($0)" } ?? "\(value)"
    case .quantity(let value, _), .share(let value), .ratio(let value): "\(value)"
    case .none: ""
    }
  }
}
