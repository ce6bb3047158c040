public import Inputs

/// Invocations per minute, summed over the functions of an Azure Functions file.
public struct FunctionCounts: Hashable, Sendable {
  /// One sum per minute.
  public let perMinute: [Int]
  /// All invocations.
  public let total: Int

  /// Reads the text of `file`: `HashOwner,HashApp,HashFunction,Trigger,1,2,...`.
  public init(parsing text: String, functions: Int?, file: String) throws(InputError) {
    var sums: [Int] = []
    var number = 0
    var rows = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      if line.isEmpty { continue }
      let place = SourceLocation(file: file, line: number, column: 1)
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      if number == 1 {
        let minutes = fields.dropFirst(4).map { Int($0) }
        guard fields.prefix(4).elementsEqual(["HashOwner", "HashApp", "HashFunction", "Trigger"]),
          !minutes.isEmpty, minutes == (1...max(minutes.count, 1)).map({ $0 })
        else {
          throw InputError(
            "expected the header HashOwner,HashApp,HashFunction,Trigger,1,2,...", at: place)
        }
        sums = Array(repeating: 0, count: minutes.count)
        continue
      }
      if let functions, rows == functions { break }
      guard fields.count == sums.count + 4 else {
        throw InputError("expected \(sums.count + 4) columns, found \(fields.count)", at: place)
      }
      var cell = place
      cell.column += fields.prefix(4).reduce(0) { $0 + $1.count + 1 }
      for (minute, field) in fields.dropFirst(4).enumerated() {
        guard let count = Int(field), (0...1_000_000_000).contains(count) else {
          throw InputError("minute \(minute + 1): expected a count, found `\(field)`", at: cell)
        }
        sums[minute] += count
        cell.column += field.count + 1
      }
      rows += 1
    }
    total = sums.reduce(0, +)
    perMinute = sums
    guard total > 0 else { throw InputError("the trace holds no invocations", file: file) }
  }
}
