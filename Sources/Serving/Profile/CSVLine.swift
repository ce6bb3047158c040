internal import Inputs

/// One line of a CSV file, quoted as RFC 4180 says; line breaks within quotes are not supported.
enum CSVLine {
  /// A field and where it starts.
  struct Field {
    let text: String
    let place: SourceLocation
  }

  static func fields(_ line: Substring, at start: SourceLocation) throws(InputError) -> [Field] {
    if let plain = plainFields(line, at: start) { return plain }
    return try anyFields(line, at: start)
  }

  /// The fields of a line of ASCII without quotation marks, each byte of which is a character; nil for others.
  private static func plainFields(_ line: Substring, at start: SourceLocation) -> [Field]? {
    let found = line.utf8.withContiguousStorageIfAvailable { bytes -> [Field]? in
      let comma = UInt8(ascii: ",")
      var commas = 0
      for byte in bytes {
        guard byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\r") else {
          return nil
        }
        if byte == comma { commas += 1 }
      }
      var result: [Field] = []
      result.reserveCapacity(commas + 1)
      var place = start
      var first = 0
      for end in 0...bytes.count where end == bytes.count || bytes[end] == comma {
        result.append(
          Field(text: String(decoding: bytes[first..<end], as: UTF8.self), place: place))
        first = end + 1
        place.column = first + 1
      }
      return result
    }
    return found ?? nil
  }

  private static func anyFields(
    _ line: Substring, at start: SourceLocation
  ) throws(InputError) -> [Field] {
    var result: [Field] = []
    var text = ""
    var place = start
    var column = 0
    var isQuoted = false
    var characters = line.makeIterator()
    var pending = characters.next()
    while let character = pending {
      column += 1
      pending = characters.next()
      if isQuoted {
        if character != "\"" {
          text.append(character)
        } else if pending == "\"" {
          text.append(character)
          column += 1
          pending = characters.next()
        } else {
          isQuoted = false
        }
      } else if character == "," {
        result.append(Field(text: text, place: place))
        text = ""
        place.column = column + 1
      } else if character == "\"", text.isEmpty {
        isQuoted = true
      } else {
        text.append(character)
      }
    }
    if isQuoted { throw InputError("a quotation mark is not closed", at: place) }
    result.append(Field(text: text, place: place))
    return result
  }
}

extension CSVLine {
  /// The columns that a header names, each one of `known` and once.
  static func names(_ fields: [Field], of known: [String]) throws(InputError) -> [String] {
    var seen: [String] = []
    for field in fields {
      guard known.contains(field.text) else {
        let near = nearestName(to: field.text, among: known).map { ", did you mean `\($0)`?" }
        throw InputError(
          "unknown column `\(field.text)`"
            + (near ?? ", expected \(known.joined(separator: ", "))"), at: field.place)
      }
      guard !seen.contains(field.text) else {
        throw InputError("column `\(field.text)` appears twice", at: field.place)
      }
      seen.append(field.text)
    }
    return seen
  }
}
