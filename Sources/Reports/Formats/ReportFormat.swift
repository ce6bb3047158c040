/// Turns a report into text.
public protocol ReportFormat: Sendable {
  /// The name after `--format`.
  static var kind: String { get }
  /// One sentence, for `umemaki list`.
  static var summary: String { get }
  /// The text, ending with a line break.
  static func text(of report: Report) -> String
}

/// The formats that `--format` can name.
public enum ReportFormats {
  /// The list; a new format is one line here.
  public static let all: [any ReportFormat.Type] = [
    TerminalTable.self, JSONDocument.self, CSVTable.self, MarkdownTable.self,
  ]
}
