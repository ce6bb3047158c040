internal import Inputs

/// The line that names a topology's columns.
struct TopologyHeader {
  /// What the columns are.
  let form: TopologyFile.Form
  /// What divides the fields of a line.
  let divider: Character
  /// What each field of a line is; nil for one that is left out.
  let columns: [TopologyColumn?]
  /// What a reader should know about the columns.
  private(set) var notes: [String] = []
  /// The place of the column of names.
  let name: Int
  /// The columns without a heading.
  let unnamed: Set<Int>

  /// Reads a header; nil for a line that names no column of either form.
  init?(_ line: TopologyLine) throws(InputError) {
    let fields = line.fields
    var columns = fields.map { TopologyColumn(heading: $0.text) }
    let found = Set(columns.compactMap { $0 })
    let form: TopologyFile.Form
    if found.isSuperset(of: [.m, .n, .k]) {
      form = .product
    } else if found.intersection(TopologyColumn.required(by: .convolution)).count >= 3 {
      form = .convolution
    } else {
      return nil
    }
    let known = TopologyColumn.required(by: form) + TopologyColumn.optional(for: form) + [.name]
    for index in columns.indices where columns[index].map({ !known.contains($0) }) == true {
      columns[index] = nil
    }
    var notes: [String] = []
    Self.splitPairs(&columns, fields, &notes)
    Self.nearNames(&columns, fields, form, &notes)
    // SCALE-Sim takes the first column for the name, whatever its heading.
    if !columns.contains(.name), columns.first == .some(nil) { columns[0] = .name }
    try Self.checkTwice(columns, fields)
    let missing = ([.name] + TopologyColumn.required(by: form)).filter { !columns.contains($0) }
    guard missing.isEmpty, let name = columns.firstIndex(of: .name) else {
      let names = missing.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw InputError(
        "the header has no column \(names); the columns are "
          + ([.name] + TopologyColumn.required(by: form)).map(\.rawValue).joined(separator: ", "),
        at: line.place)
    }
    let unknown = zip(fields, columns).filter { $1 == nil && !$0.text.isEmpty }.map {
      ONNXText.quoted($0.0.text)
    }
    if !unknown.isEmpty {
      notes.append(
        "column\(unknown.count == 1 ? "" : "s") \(unknown.joined(separator: ", ")) left out: "
          + "nothing of a layer")
    }
    self.form = form
    self.columns = columns
    self.name = name
    self.notes = notes
    unnamed = Set(fields.indices.filter { fields[$0].text.isEmpty && columns[$0] == nil })
    divider = line.divider
  }

  /// Two columns for the width of one thing and none for its height: the first is the height.
  ///
  /// 28 of SCALE-Sim's own files head both columns of the map `IFMAP Width`.
  private static func splitPairs(
    _ columns: inout [TopologyColumn?], _ fields: [TopologyLine.Field], _ notes: inout [String]
  ) {
    let pairs: [(TopologyColumn, TopologyColumn)] = [
      (.mapRows, .mapColumns), (.filterRows, .filterColumns),
    ]
    for (rows, width) in pairs {
      for (given, lacking) in [(width, rows), (rows, width)] {
        let places = columns.indices.filter { columns[$0] == given }
        guard places.count == 2, !columns.contains(lacking) else { continue }
        columns[places[0]] = rows
        columns[places[1]] = width
        notes.append(
          "two columns \(ONNXText.quoted(fields[places[0]].text)): the first is read as "
            + "`\(rows.rawValue)`, the second as `\(width.rawValue)`")
      }
    }
  }

  /// Misspelt headings of columns that a layer needs.
  private static func nearNames(
    _ columns: inout [TopologyColumn?], _ fields: [TopologyLine.Field], _ form: TopologyFile.Form,
    _ notes: inout [String]
  ) {
    for column in TopologyColumn.required(by: form) where !columns.contains(column) {
      let free = columns.indices.filter { columns[$0] == nil && fields[$0].text.count > 3 }
      let names = free.map { TopologyColumn.letters(fields[$0].text) }
      guard let near = nearestName(to: TopologyColumn.letters(column.rawValue), among: names),
        let place = names.firstIndex(of: near)
      else { continue }
      columns[free[place]] = column
      notes.append(
        "column \(ONNXText.quoted(fields[free[place]].text)) read as `\(column.rawValue)`")
    }
  }

  private static func checkTwice(
    _ columns: [TopologyColumn?], _ fields: [TopologyLine.Field]
  ) throws(InputError) {
    for (index, column) in columns.enumerated() {
      guard let column, let first = columns.firstIndex(of: column), first < index else { continue }
      throw InputError(
        "a second column `\(column.rawValue)`, the first is at column \(fields[first].place.column)",
        at: fields[index].place)
    }
  }
}
