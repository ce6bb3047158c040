internal import Inputs

/// Which field of a line holds what.
struct TraceHeader {
  /// A column that is read.
  struct Field {
    let column: TraceColumn
    let index: Int
    /// As the file calls it.
    let name: String
  }

  /// Number of columns.
  let width: Int
  private(set) var arrival: Field?
  private(set) var duration: Field?
  private(set) var patience: Field?
  private(set) var accuracy: Field?
  private(set) var group: Field?
  private(set) var model: Field?
  private(set) var prompt: Field?
  private(set) var output: Field?
  /// Fields that must hold whole numbers.
  private(set) var counts: [(index: Int, name: String)] = []

  /// Finds the columns of `format` in the first line of a file, those of `named` in their place.
  init(
    _ fields: [CSVLine.Field], format: ArrivalTrace.Format, named: TraceColumns?
  ) throws(InputError) {
    width = fields.count
    var places: [String: Int] = [:]
    for (index, field) in fields.enumerated() {
      guard places.updateValue(index, forKey: Self.name(field)) == nil else {
        throw InputError("the column `\(field.text)` is there twice", at: field.place)
      }
    }
    let wanted = Self.wanted(format, named)
    if format == .queries, named == nil {
      try take(own: fields)
    } else {
      for column in TraceColumn.allCases {
        guard let name = wanted[column] else { continue }
        guard let index = places[name] else { throw Self.missing(name, fields, format, named) }
        set(Field(column: column, index: index, name: name))
      }
      for name in format.counts {
        guard let index = places[name] else { throw Self.missing(name, fields, format, named) }
        counts.append((index, name))
      }
      // Whoever names columns has seen that the file holds others.
      if named == nil { try Self.refuseOthers(fields, format) }
    }
    guard arrival != nil else {
      throw InputError(
        "no column says \(TraceColumn.Meaning.arrival.rawValue), expected `arrival` for dates or "
          + "`arrival_s`, `arrival_ms`, `arrival_us`, `arrival_ns`, or `columns` in the scenario",
        at: Self.start(fields))
    }
  }

  private static func start(_ fields: [CSVLine.Field]) -> SourceLocation {
    fields.first?.place ?? SourceLocation(file: "", line: 1, column: 1)
  }

  /// The file's names of the columns that are read.
  private static func wanted(
    _ format: ArrivalTrace.Format, _ named: TraceColumns?
  ) -> [TraceColumn: String] {
    var wanted = format.columns
    for (column, name) in named?.names ?? [:] {
      for other in wanted.keys where other.meaning == column.meaning { wanted[other] = nil }
      if column.meaning == .arrival { wanted[.durationSeconds] = nil }
      wanted[column] = name
    }
    return wanted
  }

  /// Takes the columns that have this project's names; there are no others.
  private mutating func take(own fields: [CSVLine.Field]) throws(InputError) {
    var seen: [TraceColumn.Meaning: String] = [:]
    for (index, field) in fields.enumerated() {
      let name = Self.name(field)
      guard let column = TraceColumn.own.first(where: { $0.rawValue == name }) else {
        let near = nearestName(to: name, among: TraceColumn.own.map(\.rawValue))
        throw InputError(
          "unknown column `\(name)`, "
            + (near.map { "did you mean `\($0)`?" }
              ?? "expected \(ArrivalTrace.Format.queries.header), or `columns` in the scenario"),
          at: field.place)
      }
      if let other = seen.updateValue(name, forKey: column.meaning) {
        throw InputError(
          "`\(other)` says already \(column.meaning.rawValue), expected one of them",
          at: field.place)
      }
      set(Field(column: column, index: index, name: name))
    }
  }

  private mutating func set(_ field: Field) {
    switch field.column.meaning {
    case .arrival: arrival = field
    case .duration: duration = field
    case .patience: patience = field
    case .accuracy: accuracy = field
    case .group: group = field
    case .model: model = field
    case .prompt: prompt = field
    case .output: output = field
    }
  }

  private static func refuseOthers(
    _ fields: [CSVLine.Field], _ format: ArrivalTrace.Format
  ) throws(InputError) {
    let known = Array(format.columns.values) + format.counts + format.further
    for field in fields where !known.contains(name(field)) {
      throw InputError(
        "unknown column `\(field.text)`, expected \(format.header), or `columns` in the scenario, "
          + "which leaves others out", at: field.place)
    }
  }

  private static func missing(
    _ name: String, _ fields: [CSVLine.Field], _ format: ArrivalTrace.Format,
    _ named: TraceColumns?
  ) -> InputError {
    let found = fields.map(Self.name)
    let near = nearestName(to: name, among: found).map { ", did you mean `\($0)`?" }
    let expected =
      named?.names.values.contains(name) == true ? "" : ", expected \(format.header)"
    return InputError(
      "missing column `\(name)`"
        + (near ?? "\(expected), found `\(found.joined(separator: ","))`"),
      at: start(fields))
  }

  private static func name(_ field: CSVLine.Field) -> String {
    var text = field.text[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
