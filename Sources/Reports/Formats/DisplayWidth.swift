/// How many columns of a terminal texts take.
enum DisplayWidth {
  /// Columns of `text`: two for a wide character, none for a mark that joins the one before.
  static func of(_ text: String) -> Int {
    text.utf8.allSatisfy { $0 < 0x80 }
      ? text.utf8.count : text.reduce(0) { $0 + of($1) }
  }

  /// Columns of one character as people see it, which may be several scalars.
  static func of(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // A variation selector asks for the picture of a character, which is wide.
    let isPicture = character.unicodeScalars.contains { $0.value == 0xFE0F }
    return isPicture || first.properties.isEmojiPresentation || isWide(first.value) ? 2 : 1
  }

  /// The start of `text` that takes at most `columns`.
  static func prefix(of text: String, columns: Int) -> String {
    var used = 0
    return String(
      text.prefix {
        used += of($0)
        return used <= columns
      })
  }

  /// The end of `text` that takes at most `columns`.
  static func suffix(of text: String, columns: Int) -> String {
    String(prefix(of: String(text.reversed()), columns: columns).reversed())
  }

  /// Whether a scalar is wide or full-width; blocks of Unicode Standard Annex 11, "East Asian Width".
  private static func isWide(_ value: UInt32) -> Bool {
    guard value >= 0x1100 else { return false }
    return wide.contains { $0.contains(value) }
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x2FFFD, 0x30000...0x3FFFD,
  ]
}
