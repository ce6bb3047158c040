/// The pictures, a file each.
public enum ChartFiles: FolderFormat {
  /// `svg`.
  public static let kind = "svg"
  /// One sentence.
  public static let summary = "The pictures as SVG, a file each, in the folder given by -o."
  /// The usual endings.
  public static let endings = [".svg"]

  /// A file per picture, named after it.
  public static func files(of report: Report) -> [(name: String, text: String)] {
    report.charts.map { ("\($0.name).svg", $0.file) }
  }
}
