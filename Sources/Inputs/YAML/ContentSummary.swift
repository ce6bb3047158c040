extension YAMLNode.Content {
  /// The value in a few words for an error message.
  var summary: String {
    switch self {
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let scalar):
      if !scalar.isPlain { return "text \"\(Self.short(scalar.text))\"" }
      switch CoreSchema(scalar) {
      case .null: return scalar.text.isEmpty ? "nothing" : scalar.text
      case .bool: return scalar.text
      case .integer, .float, .infinity, .notANumber: return "number \(Self.short(scalar.text))"
      case .text: return "`\(Self.short(scalar.text))`"
      }
    }
  }

  /// Text fit for one line of a message.
  static func short(_ text: String) -> String {
    let line = String(text.map { $0.isNewline ? " " : $0 })
    return line.count > 60 ? line.prefix(57) + "..." : line
  }
}
