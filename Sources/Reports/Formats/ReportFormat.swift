/// A name after `--format`.
public protocol OutputFormat: Sendable {
  /// The name.
  static var kind: String { get }
  /// One sentence, for `umemaki list`.
  static var summary: String { get }
  /// Endings of file names that ask for the format, the usual one first; none for one that has to be
  /// named.
  static var endings: [String] { get }
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
  public static let all: [any OutputFormat.Type] = [
    TerminalTable.self, JSONDocument.self, CSVTable.self, MarkdownTable.self, HTMLPage.self,
    ChartFiles.self, ArrayFormat.self, TraceFormat.self,
  ]
  /// The formats that are one text.
  public static var texts: [any ReportFormat.Type] {
    all.compactMap { $0 as? any ReportFormat.Type }
  }
  /// The names of every format of a report: all but traces, which are of no report.
  public static var reportKinds: [String] {
    all.map { $0.kind }.filter { $0 != TraceFormat.kind }
  }
  /// Every format that there is, with a sentence each.
  public static var summaries: [(name: String, summary: String)] {
    all.map { ($0.kind, $0.summary) }
  }
  /// The usual endings of file names, for help texts.
  public static var endings: [String] { all.compactMap { $0.endings.first } }

  /// The format called `kind`; nil where there is none.
  public static func named(_ kind: String) -> (any OutputFormat.Type)? {
    all.first { $0.kind == kind }
  }

  /// The format that the ending of a file called `path` asks for; nil where it says nothing.
  public static func format(ofFile path: String) -> String? {
    let name = path.lowercased()
    return all.first { $0.endings.contains(where: name.hasSuffix) }?.kind
  }
}
