internal import Inputs

/// A configuration of SCALE-Sim: sections in brackets and lines `key: value` or `key = value`.
///
/// Source: the `configs` folders of scalesim-project/SCALE-Sim (version 3) and ARM-software/SCALE-Sim
/// (version 1), and `scale_config.py`. Keys are read in any capitals, as Python's `configparser` does.
struct ConfigurationFile {
  /// A value and where its line begins.
  struct Value {
    let section: String
    let key: String
    let text: String
    let place: SourceLocation
  }

  /// The values in the order of the file.
  private(set) var values: [Value] = []
  let path: String

  /// Reads the file at `path`; throws with line and column.
  init(path: String) throws(InputError) {
    let bytes = try InputFile.read(path, limit: 64 << 10)
    guard bytes.count <= 64 << 10 else {
      throw InputError("larger than 64 KiB, too large for a configuration", file: path)
    }
    try self.init(bytes: bytes, file: path)
  }

  /// Reads a configuration from its bytes.
  init(bytes: [UInt8], file: String) throws(InputError) {
    if let fault = UTF8Check.firstFault(in: bytes, file: file) {
      throw InputError("not valid UTF-8", at: fault)
    }
    path = file
    let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    var section = ""
    var lineOf: [String: [String: Int]] = [:]
    let lines = String(decoding: marked, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let place = SourceLocation(
        file: file, line: index + 1, column: line.prefix { $0.isWhitespace }.count + 1)
      let code = Self.trimmed(line)
      guard let first = code.first, first != "#", first != ";" else { continue }
      if first == "[" {
        guard code.last == "]" else {
          throw InputError("expected `]` at the end of a section's name", at: place)
        }
        section = Self.trimmed(code.dropFirst().dropLast()).lowercased()
        continue
      }
      guard let divider = code.firstIndex(where: { $0 == ":" || $0 == "=" }) else {
        throw InputError(
          "expected `[section]` or `key: value`, found \(ONNXText.quoted(String(code)))", at: place)
      }
      let key = Self.trimmed(code[..<divider]).lowercased()
      var text = Self.trimmed(code[code.index(after: divider)...])
      // A comment behind a value, as some files have it.
      if let comment = text.firstIndex(where: { $0 == "#" || $0 == ";" }) {
        text = Self.trimmed(text[..<comment])
      }
      if let line = lineOf[section]?[key] {
        throw InputError(
          "a second `\(key)` in [\(section)], the first is at line \(line)", at: place)
      }
      lineOf[section, default: [:]][key] = place.line
      values.append(Value(section: section, key: key, text: String(text), place: place))
    }
    guard !values.isEmpty else {
      throw InputError("is empty, expected a SCALE-Sim configuration", file: file)
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text.drop { $0.isWhitespace }
  }

  /// The value of the first of `keys` that the file has, written small.
  func value(_ keys: String...) -> Value? {
    for key in keys {
      if let value = values.first(where: { $0.key == key }) { return value }
    }
    return nil
  }
}
