internal import Inputs

/// Reads a trace line by line.
struct TraceReader {
  private let format: ArrivalTrace.Format
  private let columns: TraceColumns?
  private let takesModels: Bool
  private var header: TraceHeader?
  /// Whether lines of `timestamps` are dates; nil before the first.
  private var hasDates: Bool?
  private var instants: [Int128] = []
  private var demands = TraceDemands()
  /// Of each row; none where no column says it.
  private var lengths: [TokenLengths] = []
  private var groups: [String: Int] = [:]
  private var models: [String: Int] = [:]

  init(format: ArrivalTrace.Format, columns: TraceColumns?, takesModels: Bool) {
    self.format = format
    self.columns = columns
    // A published trace names models of its own; they are demands where the scenario says which.
    self.takesModels =
      takesModels || format == .queries || columns?.names[.model] != nil
  }

  /// Reads a line that is not empty.
  mutating func read(_ line: Substring, at place: SourceLocation) throws(InputError) {
    guard format != .timestamps else {
      try append(try stamp(line, place), TraceDemands.Row(), at: place)
      return
    }
    let fields = try CSVLine.fields(line, at: place)
    guard let header else {
      header = try TraceHeader(fields, format: format, named: columns)
      return
    }
    guard fields.count == header.width else {
      throw InputError(
        "expected \(header.width) columns as in the header, found \(fields.count)", at: place)
    }
    for count in header.counts {
      _ = try TraceValue.count(fields[count.index].text, count.name, fields[count.index].place)
    }
    try readLengths(fields, header)
    let instant = try arrival(fields, header)
    let row = try demand(fields, header, arrival: instant)
    try append(instant, row, at: header.arrival.map { fields[$0.index].place } ?? place)
  }

  /// The tokens of a row; one of the two columns that is not there has none.
  private mutating func readLengths(
    _ fields: [CSVLine.Field], _ header: TraceHeader
  ) throws(InputError) {
    func tokens(_ column: TraceHeader.Field?) throws(InputError) -> Int32? {
      guard let column else { return nil }
      let field = fields[column.index]
      let count = try TraceValue.count(field.text, column.name, field.place)
      guard let tokens = Int32(exactly: count) else {
        throw InputError(
          "expected at most \(Int32.max) tokens, found \(count)", at: field.place,
          path: column.name)
      }
      return tokens
    }
    let (prompt, output) = (try tokens(header.prompt), try tokens(header.output))
    guard prompt != nil || output != nil else { return }
    lengths.append(TokenLengths(prompt: prompt ?? 0, output: output ?? 0))
  }

  private mutating func append(
    _ instant: Int128, _ row: TraceDemands.Row, at place: SourceLocation
  ) throws(InputError) {
    if !format.isSortedByEnd, let first = instants.first {
      if let last = instants.last, instant < last {
        throw InputError("earlier than the line before; a trace must be sorted", at: place)
      }
      guard instant - first < Int128(SimulationTime.limit.count) else { throw Self.tooLate(place) }
    }
    demands.append(row, after: instants.count)
    instants.append(instant)
  }

  private static func tooLate(_ place: SourceLocation) -> InputError {
    InputError(
      "more than 53 days after the first line, where the clock of a simulation ends", at: place)
  }

  /// A line that is a time.
  private mutating func stamp(
    _ line: Substring, _ place: SourceLocation
  ) throws(InputError) -> Int128 {
    if instants.isEmpty, line.contains(","), line.contains(where: \.isLetter) {
      throw InputError("these are columns and no time; \(Self.reading(line))", at: place)
    }
    let isDate = hasDates ?? (line.dropFirst(4).first == "-")
    hasDates = isDate
    return isDate
      ? try TraceValue.date(line, "", place) : try TraceValue.instant(line, power: 12, "", place)
  }

  /// Which format reads a file with these columns.
  private static func reading(_ header: Substring) -> String {
    let names = header.split(separator: ",").map { $0.drop { $0 == " " } }
    let fitting = ArrivalTrace.Format.allCases.first { format in
      !format.columns.isEmpty && format.columns.values.allSatisfy { names.contains($0[...]) }
    }
    return fitting.map { "`format: \($0.rawValue)` reads them" }
      ?? "`format: queries` with `columns` reads one of them, such as `columns: {arrival_s: NAME}`"
  }

  /// When the query of a row arrives.
  private func arrival(
    _ fields: [CSVLine.Field], _ header: TraceHeader
  ) throws(InputError) -> Int128 {
    guard let column = header.arrival else { return 0 }
    let end = try Self.instant(fields[column.index], column)
    guard let column = header.duration else { return end }
    return end - (try Self.instant(fields[column.index], column))
  }

  private static func instant(
    _ field: CSVLine.Field, _ column: TraceHeader.Field
  ) throws(InputError) -> Int128 {
    if let power = column.column.power {
      return try TraceValue.instant(field.text, power: power, column.name, field.place)
    }
    return try TraceValue.date(field.text, column.name, field.place)
  }

  /// What the query of a row asks for.
  private mutating func demand(
    _ fields: [CSVLine.Field], _ header: TraceHeader, arrival: Int128
  ) throws(InputError) -> TraceDemands.Row {
    var row = TraceDemands.Row()
    if let column = header.patience, !fields[column.index].text.isEmpty {
      row.latency = try Self.latency(fields[column.index], column, arrival)
    }
    if let column = header.accuracy, !fields[column.index].text.isEmpty {
      let field = fields[column.index]
      row.accuracy = try TraceValue.accuracy(
        field.text, isPercent: column.column == .accuracyPercent, column.name, field.place)
    }
    if let column = header.group, !fields[column.index].text.isEmpty {
      row.group = number(ofGroup: CSVText.text(fields[column.index].text))
    }
    if takesModels, let column = header.model, !fields[column.index].text.isEmpty {
      row.model = number(ofModel: fields[column.index])
    }
    return row
  }

  /// How long after its arrival a query wants its answer.
  private static func latency(
    _ field: CSVLine.Field, _ column: TraceHeader.Field, _ arrival: Int128
  ) throws(InputError) -> SimulationTime {
    if column.column.isRelative, let power = column.column.power {
      return try TraceValue.latency(field.text, power: power, column.name, field.place)
    }
    let span = try instant(field, column) - arrival
    guard span > 0, span < Int128(SimulationTime.limit.count) else {
      throw InputError(
        span > 0
          ? "more than 53 days after the arrival, where the clock of a simulation ends"
          : "the deadline must be after the arrival", at: field.place, path: column.name)
    }
    return SimulationTime(Int(span))
  }

  private mutating func number(ofGroup name: String) -> Int {
    if let known = groups[name] { return known }
    groups[name] = demands.classes.count
    demands.classes.append(name)
    return demands.classes.count - 1
  }

  private mutating func number(ofModel field: CSVLine.Field) -> Int {
    let name = CSVText.text(field.text)
    if let known = models[name] { return known }
    models[name] = demands.names.count
    demands.names.append(TraceDemands.Name(text: name, place: field.place))
    return demands.names.count - 1
  }

  /// The arrivals from the first on, and the demands, if any row has some.
  mutating func finish(
    _ models: TraceModels?, file: String
  ) throws(InputError) -> ([SimulationTime], TraceDemands?, [TokenLengths]) {
    if format.isSortedByEnd {
      let order = instants.indices.sorted { (instants[$0], $0) < (instants[$1], $1) }
      demands.reorder(order)
      if !lengths.isEmpty { lengths = order.map { lengths[$0] } }
      instants = order.map { instants[$0] }
    }
    guard let first = instants.first, let last = instants.last else {
      throw InputError("the trace is empty", file: file)
    }
    guard last - first < Int128(SimulationTime.limit.count) else {
      throw InputError(
        "the last query arrives more than 53 days after the first, where the clock of a simulation "
          + "ends", file: file)
    }
    if let models {
      guard format == .burstGPT || header?.model != nil else {
        throw InputError(
          "no column says \(TraceColumn.Meaning.model.rawValue), which `models` of the scenario is "
            + "about: expected a column `model`, or `columns` in the scenario", file: file)
      }
      demands.subnets = models.subnets
    }
    return (
      instants.map { SimulationTime(Int($0 - first)) }, demands.isEmpty ? nil : demands, lengths
    )
  }
}
