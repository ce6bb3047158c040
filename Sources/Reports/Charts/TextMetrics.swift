/// How wide a text is likely to be drawn, in shares of the font size.
///
/// Readers have different fonts, so the widths are those of a wide one: a text that fits here fits
/// everywhere.
enum TextMetrics {
  /// Width of `text` at font size `size`.
  static func width(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + width($1) } * size
  }

  private static func width(_ scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "|", "'": 0.3
    case " ", ".", ",", ":", ";", "!", "/": 0.34
    case "t", "f", "r", "(", ")", "[", "]", "-": 0.42
    case "_", "*", "\"": 0.5
    case "0"..."9", "a"..."l", "n"..."v", "x"..."z", "?": 0.64
    case "m", "M", "W", "@", "%": 1
    case "w", "+", "=", "<", ">", "&": 0.85
    case "A"..."Z": 0.77
    default: scalar.value >= 0x2E80 ? 1.05 : 0.72
    }
  }

  /// `text`, cut with an ellipsis where it is wider than `limit`.
  static func fitted(_ text: String, to limit: Double, size: Double) -> String {
    guard width(text, size: size) > limit + 0.5 else { return text }
    var result = ""
    var used = width("\u{2026}", size: size)
    for character in text {
      used += width(String(character), size: size)
      guard used <= limit else { break }
      result.append(character)
    }
    return result + "\u{2026}"
  }
}
