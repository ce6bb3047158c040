/// Finds where bytes stop being UTF-8.
package enum UTF8Check {
  /// The place of the first byte that is not UTF-8, or nil when all are.
  package static func firstFault(in bytes: [UInt8], file: String) -> SourceLocation? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var line = 1
    var column = 1
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar):
        if scalar.count == 1, scalar.first == 10 {
          line += 1
          column = 1
        } else {
          column += 1
        }
      case .error, .emptyInput:
        return SourceLocation(file: file, line: line, column: column)
      }
    }
  }

  /// The place of the byte at `offset` in bytes that are UTF-8.
  package static func place(of offset: Int, in bytes: [UInt8], file: String) -> SourceLocation {
    let before = bytes.prefix(max(0, offset))
    let line = before.count { $0 == 10 } + 1
    let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
    let column = before[start...].count { $0 & 0xC0 != 0x80 } + 1
    return SourceLocation(file: file, line: line, column: column)
  }
}
