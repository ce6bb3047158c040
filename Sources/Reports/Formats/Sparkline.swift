/// A line of characters whose heights are values.
enum Sparkline {
  private static let blocks = Array(
    "\u{2581}\u{2582}\u{2583}\u{2584}\u{2585}\u{2586}\u{2587}\u{2588}")
  private static let ascii = Array(".:-=+*#@")

  /// Lines shorter than this say nothing.
  static let least = 8

  /// One character per value, or the means of neighbours where there are more than `width`.
  static func text(_ line: Trends.Line, width: Int, hasBlocks: Bool) -> String {
    let levels = hasBlocks ? blocks : ascii
    return String(
      condensed(line.values, to: width).map { value in
        guard value.isFinite, !(line.low == 0 && value <= 0) else { return " " }
        guard line.high > line.low else { return levels[levels.count / 2] }
        let share = min(max((value - line.low) / (line.high - line.low), 0), 1)
        return levels[min(Int(share * Double(levels.count)), levels.count - 1)]
      })
  }

  /// The group below a heading; nothing where there is no room for it.
  static func lines(_ trends: Trends, style: TerminalStyle) -> [String] {
    let names = trends.lines.map { DisplayWidth.of($0.name) }.max() ?? 0
    let notes = trends.lines.map { DisplayWidth.of($0.note) }.max() ?? 0
    let width = style.columns - names - 2 - (notes > 0 ? notes + 2 : 0)
    let length = min(trends.lines.map(\.values.count).max() ?? 0, width)
    guard width >= least, length > 1 else { return [] }
    let title = MiddleCut(limit: style.columns, ellipsis: style.hasBlocks ? "\u{2026}" : "..")
    return title.cut([trends.title])
      + trends.lines.map { line in
        let spark = text(line, width: width, hasBlocks: style.hasBlocks)
        let name =
          line.name
          + String(
            repeating: " ", count: names - DisplayWidth.of(line.name))
        guard !line.note.isEmpty else { return trimmed("\(name)  \(spark)") }
        let space = String(repeating: " ", count: max(0, length - spark.count))
        return "\(name)  \(spark)\(space)  \(line.note)"
      }
  }

  private static func trimmed(_ text: String) -> String {
    var copy = text
    while copy.hasSuffix(" ") { copy.removeLast() }
    return copy
  }

  /// `values` as they are, or the means of `width` neighbourhoods of about equal size.
  static func condensed(_ values: [Double], to width: Int) -> [Double] {
    guard width > 0, values.count > width else { return width > 0 ? values : [] }
    return (0..<width).map { index in
      let part = values[(index * values.count / width)..<((index + 1) * values.count / width)]
      let known = part.filter(\.isFinite)
      return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    }
  }
}
