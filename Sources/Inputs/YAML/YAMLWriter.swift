/// Lays encoded values out as YAML text.
enum YAMLWriter {
  /// The longest line a flow-style list may make.
  private static let flowWidth = 80

  /// The document for a value.
  static func text(of slot: EncodedSlot) -> String {
    if let word = inline(slot, indent: 0) { return word + "\n" }
    return block(slot, indent: 0).joined(separator: "\n") + "\n"
  }

  /// The lines of a mapping or list in block style.
  private static func block(_ slot: EncodedSlot, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    switch slot.content {
    case .mapping(let entries):
      for (key, value) in entries {
        let lead = margin + quoted(key) + ":"
        if value.isOmitted { continue }
        if let word = inline(value, indent: lead.count) {
          lines.append("\(lead) \(word)")
        } else {
          lines.append(lead)
          lines += block(value, indent: indent + 2)
        }
      }
    case .sequence(let slots):
      for value in slots {
        if let word = inline(value, indent: indent + 2) {
          lines.append("\(margin)- \(word)")
          continue
        }
        var inner = block(value, indent: indent + 2)
        inner[0] = margin + "- " + inner[0].dropFirst(indent + 2)
        lines += inner
      }
    default:
      lines.append(margin + word(slot))
    }
    return lines
  }

  /// The value on one line: a scalar, an empty collection or a short list of scalars.
  private static func inline(_ slot: EncodedSlot, indent: Int) -> String? {
    switch slot.content {
    case .null, .scalar, .text: return word(slot)
    case .mapping(let entries): return entries.allSatisfy { $0.slot.isOmitted } ? "{}" : nil
    case .sequence(let slots):
      let isFlat = slots.allSatisfy { slot in
        switch slot.content {
        case .null, .scalar, .text: true
        default: false
        }
      }
      let text = "[" + slots.map(word).joined(separator: ", ") + "]"
      return isFlat && (slots.isEmpty || indent + text.count <= flowWidth) ? text : nil
    }
  }

  private static func word(_ slot: EncodedSlot) -> String {
    switch slot.content {
    case .scalar(let word): word
    case .text(let text): quoted(text)
    default: "null"
    }
  }

  /// A text, in quotes when it would be read as something else without.
  static func quoted(_ text: String) -> String {
    let isLetter = { (byte: UInt8) in byte | 0x20 >= 97 && byte | 0x20 <= 122 }
    let isSafe =
      text.utf8.first.map { isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
      && !text.hasSuffix(" ")
      && text.utf8.allSatisfy {
        isLetter($0) || ($0 >= 48 && $0 <= 57) || " _-./+".utf8.contains($0)
      }
    let isText = CoreSchema(YAMLScalar(text: text, isPlain: true)) == .text
    let isOldBool = ["yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    return isSafe && isText && !isOldBool ? text : escaped(text)
  }

  private static func escaped(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x0A: result += "\\n"
      case 0x0D: result += "\\r"
      case 0x09: result += "\\t"
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension EncodedSlot {
  /// Whether the value is an absent one, left out of a mapping.
  fileprivate var isOmitted: Bool {
    if case .null = content { return true }
    return false
  }
}
