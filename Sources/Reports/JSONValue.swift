/// A JSON value whose text does not depend on anything but the value: keys are sorted.
public enum JSONValue: Hashable, Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number; not finite ones are written as `null`.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// A mapping.
  case object([String: JSONValue])

  /// The member called `key` of a mapping.
  subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  /// The items of a list; none for anything else.
  var items: [JSONValue] {
    if case .array(let items) = self { return items }
    return []
  }

  /// A text or a whole number as text; nil for anything else.
  var plain: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    default: nil
    }
  }

  /// Indented text, ending without a line break.
  public var text: String {
    var result = ""
    write(to: &result, indent: 0)
    return result
  }

  private func write(to result: inout String, indent: Int) {
    switch self {
    case .null: result += "null"
    case .bool(let value): result += value ? "true" : "false"
    case .integer(let value): result += "\(value)"
    case .number(let value): result += value.isFinite ? "\(value)" : "null"
    case .string(let value): result += Self.quoted(value)
    case .array(let items) where items.isEmpty: result += "[]"
    case .object(let members) where members.isEmpty: result += "{}"
    case .array(let items):
      Self.writeList(items.map { ("", $0) }, "[", "]", to: &result, indent: indent)
    case .object(let members):
      let sorted = members.sorted { $0.key < $1.key }.map { (Self.quoted($0.key) + ": ", $0.value) }
      Self.writeList(sorted, "{", "}", to: &result, indent: indent)
    }
  }

  private static func writeList(
    _ items: [(String, JSONValue)], _ open: String, _ close: String, to result: inout String,
    indent: Int
  ) {
    result += open + "\n"
    for (index, item) in items.enumerated() {
      result += String(repeating: "  ", count: indent + 1) + item.0
      item.1.write(to: &result, indent: indent + 1)
      result += index == items.count - 1 ? "\n" : ",\n"
    }
    result += String(repeating: "  ", count: indent) + close
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case let control where control.value < 0x20:
        let hex = String(control.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
