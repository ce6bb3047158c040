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
  /// The formats that are not made of a report's texts and pictures, and are written elsewhere.
  public static let others: [any OutputFormat.Type] = [ArrayFormat.self, TraceFormat.self]
  /// The names of texts and folders.
  public static var kinds: [String] { all.map { $0.kind } + folders.map { $0.kind } }
  /// Every format that there is, with a sentence each.
  public static var summaries: [(name: String, summary: String)] {
    all.map { ($0.kind, $0.summary) } + folders.map { ($0.kind, $0.summary) }
      + others.map { ($0.kind, $0.summary) }
  }
}

/// The whole result as labelled arrays.
public enum ArrayFormat: OutputFormat {
  /// `hdf5`.
  public static let kind = "hdf5"
  /// One sentence.
  public static let summary = "The whole result as labelled arrays in one HDF5 file, given by -o."
}

/// Events over time.
public enum TraceFormat: OutputFormat {
  /// `trace`.
  public static let kind = "trace"
  /// One sentence.
  public static let summary = "What happens when, as Chrome JSON for Perfetto, of `run`, `serve`."
}
