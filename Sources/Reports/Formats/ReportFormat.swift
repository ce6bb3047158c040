/// A name after `--format`.
public protocol OutputFormat: Sendable {
  /// The name.
  static var kind: String { get }
  /// One sentence, for `umemaki list`.
  static var summary: String { get }
}

/// Turns a report into text.
public protocol ReportFormat: OutputFormat {
  /// The text, ending with a line break.
  static func text(of report: Report) -> String
}

/// Turns a report into the files of a folder.
public protocol FolderFormat: OutputFormat {
  /// The names and contents of the files.
  static func files(of report: Report) -> [(name: String, text: String)]
}

/// The formats that `--format` can name.
public enum ReportFormats {
  /// The list; a new format is one line here.
  public static let all: [any ReportFormat.Type] = [
    TerminalTable.self, JSONDocument.self, CSVTable.self, MarkdownTable.self, HTMLPage.self,
  ]
  /// The formats that need a folder.
  public static let folders: [any FolderFormat.Type] = [ChartFiles.self]
  /// The names of both kinds.
  public static var kinds: [String] { all.map { $0.kind } + folders.map { $0.kind } }
}
