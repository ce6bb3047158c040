internal import Inputs

/// The rows of a decision table in CSV: `slack_s,waiting,subnet,batch`, in any order.
struct DecisionRules {
  /// One row.
  struct Rule: Hashable, Sendable {
    /// The least slack, in the file in seconds.
    let slack: SimulationTime
    /// The fewest waiting queries.
    let waiting: Int
    let subnet: String
    let batch: Int
    /// Where the name stands.
    let place: SourceLocation
  }

  private static let columns = ["slack_s", "waiting", "subnet", "batch"]
  private(set) var rules: [Rule] = []

  init(parsing text: String, file: String) throws(InputError) {
    var columns: [String]?
    var lines: [String: Int] = [:]
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      if line.isEmpty { continue }
      let start = SourceLocation(file: file, line: number, column: 1)
      let fields = try CSVLine.fields(line, at: start)
      guard let known = columns else {
        columns = try Self.header(fields, at: start)
        continue
      }
      guard fields.count == known.count else {
        throw InputError("expected \(known.count) columns, found \(fields.count)", at: start)
      }
      let rule = try Self.rule(fields, known)
      let key = "\(rule.slack.count) \(rule.waiting)"
      if let old = lines.updateValue(number, forKey: key) {
        throw InputError("the same slack and queue length are on line \(old) already", at: start)
      }
      rules.append(rule)
    }
    guard !rules.isEmpty else {
      throw InputError(
        columns == nil ? "the table is empty" : "expected at least one row", file: file)
    }
  }

  private static func header(
    _ fields: [CSVLine.Field], at start: SourceLocation
  ) throws(InputError) -> [String] {
    let seen = try CSVLine.names(fields, of: columns)
    for name in columns where !seen.contains(name) {
      throw InputError("missing column `\(name)`", at: start)
    }
    return seen
  }

  private static func rule(
    _ fields: [CSVLine.Field], _ columns: [String]
  ) throws(InputError) -> Rule {
    var byName: [String: CSVLine.Field] = [:]
    for (name, field) in zip(columns, fields) { byName[name] = field }
    func field(_ name: String, _ expected: String) throws(InputError) -> CSVLine.Field {
      guard let field = byName[name], !field.text.isEmpty else {
        throw InputError("expected \(expected), found nothing", at: fields[0].place, path: name)
      }
      return field
    }
    func wrong(_ name: String, _ expected: String) throws(InputError) -> InputError {
      let found = try field(name, expected)
      return InputError("expected \(expected), found `\(found.text)`", at: found.place, path: name)
    }
    let range = "a number of seconds from -1e6 to 1e6"
    guard let slack = Double(try field("slack_s", range).text), abs(slack) <= 1e6 else {
      throw try wrong("slack_s", range)
    }
    let count = "a whole number from 0 to 1e12"
    guard let waiting = Int(try field("waiting", count).text), (0...1_000_000_000_000) ~= waiting
    else { throw try wrong("waiting", count) }
    let size = "a batch size from 1 to 65536"
    guard let batch = Int(try field("batch", size).text), (1...65536).contains(batch) else {
      throw try wrong("batch", size)
    }
    let name = try field("subnet", "a name")
    return Rule(
      slack: SimulationTime(seconds: slack), waiting: waiting, subnet: CSVText.text(name.text),
      batch: batch, place: name.place)
  }
}
