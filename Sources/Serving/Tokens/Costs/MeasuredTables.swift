internal import Inputs

/// Times of operators by a count, a column for each.
struct OperatorTable {
  /// The operators' columns.
  let names: [String]
  private let counts: [Double]
  /// Microseconds by row, then by operator.
  private let times: [[Double]]
  private let file: String

  /// Reads a CSV whose first column is `key`, rising from row to row.
  init(parsing text: String, key: String, file: String) throws(InputError) {
    let table = try NumberTable(parsing: text, file: file)
    guard table.names.first == key else {
      throw InputError(
        "expected `\(key)` as the first column, found `\(table.names.first ?? "")`",
        at: SourceLocation(file: file, line: 1, column: 1))
    }
    guard table.names.count > 1 else {
      throw InputError(
        "expected columns of operators behind `\(key)`",
        at: SourceLocation(file: file, line: 1, column: 1))
    }
    names = Array(table.names.dropFirst())
    counts = table.rows.map { $0[0] }
    times = table.rows.map { Array($0.dropFirst()) }
    self.file = file
    for index in counts.indices.dropFirst() where counts[index] <= counts[index - 1] {
      throw InputError(
        "expected `\(key)` to rise from row to row, found \(Int(counts[index])) after "
          + "\(Int(counts[index - 1]))", at: table.place(ofRow: index))
    }
  }

  func index(of name: String, _ key: String) throws(InputError) -> Int {
    guard let index = names.firstIndex(of: name) else {
      let near = nearestName(to: name, among: names).map { ", did you mean `\($0)`?" }
      throw InputError(
        "`\(key)` names `\(name)`, which is no operator"
          + (near ?? ", expected one of \(names.joined(separator: ", "))"),
        at: SourceLocation(file: file, line: 1, column: 1))
    }
    return index
  }

  /// The sum of all operators, each as often as `repeated` says.
  func sums(_ repeated: [Int]) -> MeasuredCurve {
    MeasuredCurve(
      counts.indices.map { row in
        (
          length: counts[row],
          value: zip(times[row], repeated).reduce(0) { $0 + $1.0 * Double($1.1) }
        )
      })
  }
}

/// Attention of one layer, of prompts and of decodes.
///
/// Rows that have both are of mixed launches; an iteration's time is the sum of the two here, so that they
/// are not used.
struct AttentionTable {
  private let prompts: MeasuredSurface
  private let decodes: MeasuredSurface

  static let columns = ["prefill_chunk", "kv_prefill", "n_decode", "kv_decode", "time_us"]

  init(parsing text: String, file: String) throws(InputError) {
    let table = try NumberTable(parsing: text, file: file)
    guard table.names == Self.columns else {
      throw InputError(
        "expected the columns \(Self.columns.joined(separator: ",")), found "
          + table.names.joined(separator: ","), at: SourceLocation(file: file, line: 1, column: 1))
    }
    var prompts: [(row: Double, length: Double, value: Double)] = []
    var decodes = prompts
    var seen: Set<[Double]> = []
    for (index, row) in table.rows.enumerated() {
      guard row[0] > 0 || row[2] > 0 else {
        throw InputError(
          "expected a chunk or a decode, found neither", at: table.place(ofRow: index))
      }
      guard seen.insert(Array(row.dropLast())).inserted else {
        throw InputError(
          "the same chunk and decodes are there twice", at: table.place(ofRow: index))
      }
      if row[2] == 0 { prompts.append((row[0], row[1], row[4])) }
      if row[0] == 0 { decodes.append((row[2], row[3], row[4])) }
    }
    for (kind, rows) in [("prompts", prompts), ("decodes", decodes)] where rows.isEmpty {
      throw InputError("expected rows of \(kind) alone, found none", file: file)
    }
    self.prompts = MeasuredSurface(prompts)
    self.decodes = MeasuredSurface(decodes)
  }

  /// Microseconds of a part of a prompt.
  func prefill(chunk: Double, context: Double) -> Double { prompts.value(at: chunk, context) }

  /// Microseconds of decodes that have `context` cached tokens in the mean.
  func decode(count: Double, context: Double) -> Double { decodes.value(at: count, context) }
}

/// A CSV file of numbers that are not negative, with a header.
struct NumberTable {
  let names: [String]
  let rows: [[Double]]
  private let lines: [Int]
  private let file: String

  init(parsing text: String, file: String) throws(InputError) {
    var names: [String] = []
    var rows: [[Double]] = []
    var lines: [Int] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let line = line.hasSuffix("\r") ? line.dropLast() : line
      guard !line.isEmpty else { continue }
      let fields = try CSVLine.fields(
        line, at: SourceLocation(file: file, line: index + 1, column: 1))
      guard !names.isEmpty else {
        names = fields.map(\.text)
        continue
      }
      guard fields.count == names.count else {
        throw InputError(
          "expected \(names.count) fields, found \(fields.count)", at: fields[0].place)
      }
      var row: [Double] = []
      for field in fields {
        guard let value = Double(field.text), value >= 0, value <= 1e12 else {
          throw InputError(
            "expected a number from 0 to 1e12, found `\(field.text)`", at: field.place)
        }
        row.append(value)
      }
      rows.append(row)
      lines.append(index + 1)
    }
    guard !rows.isEmpty else {
      throw InputError("expected a header and rows of numbers, found none", file: file)
    }
    self.names = names
    self.rows = rows
    self.lines = lines
    self.file = file
  }

  func place(ofRow row: Int) -> SourceLocation {
    SourceLocation(file: file, line: lines[row], column: 1)
  }
}
