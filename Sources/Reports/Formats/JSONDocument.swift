/// The whole document with sorted keys and SI base units.
public enum JSONDocument: ReportFormat {
  /// `json`.
  public static let kind = "json"
  /// One sentence.
  public static let summary = "The whole result for programs: sorted keys, SI base units."
  /// The usual endings.
  public static let endings = [".json"]
  /// The document.
  public static func text(of report: Report) -> String { report.stored.text + "\n" }
}
