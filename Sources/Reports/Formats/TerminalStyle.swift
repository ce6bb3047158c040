/// What a terminal can show.
///
/// There are no colours and no control sequences, with `NO_COLOR` or without it.
public struct TerminalStyle: Hashable, Sendable {
  /// Characters of a line.
  public let columns: Int
  /// Whether block characters are known; else ASCII is used.
  public let hasBlocks: Bool

  /// Makes a style.
  public init(columns: Int, hasBlocks: Bool) {
    self.columns = columns
    self.hasBlocks = hasBlocks
  }

  /// Reads `COLUMNS` and the locale of `environment`; `width` is what the terminal itself says.
  ///
  /// The first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty decides, as POSIX says; without
  /// any of them, and on a dumb terminal, there are no block characters.
  public init(environment: [String: String], width: Int?) {
    let asked = environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let charset = locale?.lowercased().replacing("-", with: "") ?? ""
    columns = asked ?? width.flatMap { $0 > 0 ? $0 : nil } ?? 80
    hasBlocks = charset.contains("utf8") && environment["TERM"] != "dumb"
  }
}
