internal import GRDB

extension ResultStore {
  /// Number of rows.
  func count() throws(StoreError) -> Int {
    try guarded {
      try database.read { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM points") ?? 0 }
    }
  }

  /// Number of rows of each status.
  func counts() throws(StoreError) -> [PointOutcome.Status: Int] {
    try guarded {
      try database.read { db in
        var result: [PointOutcome.Status: Int] = [:]
        let rows = try GRDB.Row.fetchCursor(
          db, sql: "SELECT status, COUNT(*) FROM points GROUP BY status")
        while let row = try rows.next() {
          let values = StoredValues(row)
          result[try values.status(0)] = try values.whole(1)
        }
        return result
      }
    }
  }

  /// Positions from `range` that have a row.
  func stored(in range: Range<Int>) throws(StoreError) -> Set<Int> {
    try guarded {
      try database.read { db in
        try Set(
          Int.fetchCursor(
            db, sql: "SELECT point FROM points WHERE point >= ? AND point < ?",
            arguments: [range.lowerBound, range.upperBound]))
      }
    }
  }

  /// Those of `points` that have a row.
  func stored(among points: [Int]) throws(StoreError) -> Set<Int> {
    try guarded {
      try database.read { db in
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM points WHERE point = ?")
        return try Set(points.filter { try Int.fetchOne(statement, arguments: [$0]) != nil })
      }
    }
  }

  /// Calls `body` with every row in order of position, holding one at a time.
  func forEach(_ body: (Row) throws -> Void) throws(StoreError) {
    try guarded {
      try database.read { db in
        let rows = try GRDB.Row.fetchCursor(db, sql: "SELECT * FROM points ORDER BY point")
        while let row = try rows.next() { try body(self.row(row)) }
      }
    }
  }

  /// The row at position `point`.
  func row(at point: Int) throws(StoreError) -> Row? {
    try guarded {
      try database.read { db in
        try GRDB.Row.fetchOne(db, sql: "SELECT * FROM points WHERE point = ?", arguments: [point])
          .map(row)
      }
    }
  }

  /// The first row whose axes have these texts, in column order.
  func row(where axes: [String]) throws(StoreError) -> Row? {
    let conditions = manifest.axes.map { "\(ResultStore.quoted($0.name)) = ?" }.joined(
      separator: " AND ")
    return try guarded {
      try database.read { db in
        try GRDB.Row.fetchOne(
          db, sql: "SELECT * FROM points WHERE \(conditions) ORDER BY point LIMIT 1",
          arguments: StatementArguments(axes)
        ).map(row)
      }
    }
  }

  /// Calls `body` with position and objectives of every good row, sorted by the objectives.
  ///
  /// Objectives that prefer large values come negated.
  func forEachByObjectives(
    _ objectives: [Metric], _ body: (Int, [Double]) throws -> Void
  ) throws(StoreError) {
    try forEachByObjectives(objectives, []) { point, values, _ in try body(point, values) }
  }

  /// Calls `body` with position, objectives and the texts of the axes called `axes` of every good row,
  /// sorted by the objectives, which come as above.
  func forEachByObjectives(
    _ objectives: [Metric], _ axes: [String], _ body: (Int, [Double], [String]) throws -> Void
  ) throws(StoreError) {
    let terms = objectives.map { "\($0.prefersLarge ? "-" : "")\(ResultStore.quoted($0.name))" }
    let known = objectives.map { "\(ResultStore.quoted($0.name)) IS NOT NULL" }.joined(
      separator: " AND ")
    let order = terms.indices.map { "\($0 + 2)" }.joined(separator: ", ")
    let columns = terms + axes.map(ResultStore.quoted)
    let query =
      "SELECT point, \(columns.joined(separator: ", ")) FROM points "
      + "WHERE status = 0 AND \(known) ORDER BY \(order), point"
    try guarded {
      try database.read { db in
        let rows = try GRDB.Row.fetchCursor(db, sql: query)
        var values = Array(repeating: 0.0, count: objectives.count)
        while let row = try rows.next() {
          let stored = StoredValues(row)
          for index in values.indices { values[index] = try stored.number(index + 1) ?? .nan }
          let texts = try axes.indices.map { try stored.text(1 + objectives.count + $0) }
          try body(stored.whole(0), values, texts)
        }
      }
    }
  }

  /// The best row by one objective among those that break no constraint but those in `allowed`, and
  /// whose axes have the texts of `environment`.
  func best(
    _ objective: Metric, allowing allowed: Int, in environment: [(axis: String, text: String)] = []
  ) throws(StoreError) -> Row? {
    let column = ResultStore.quoted(objective.name)
    let conditions = environment.map { " AND \(ResultStore.quoted($0.axis)) = ?" }.joined()
    return try guarded {
      try database.read { db in
        try GRDB.Row.fetchOne(
          db,
          sql: "SELECT * FROM points WHERE \(column) IS NOT NULL AND (broken & ~?) = 0"
            + "\(conditions) ORDER BY \(column) \(objective.prefersLarge ? "DESC" : "ASC"), point LIMIT 1",
          arguments: StatementArguments([allowed]) + StatementArguments(environment.map(\.text))
        ).map(row)
      }
    }
  }

  /// The values of one column in order of position; nil where there is none.
  func numbers(_ column: String) throws(StoreError) -> [Double?] {
    try guarded {
      try database.read { db in
        let rows = try GRDB.Row.fetchCursor(
          db, sql: "SELECT \(ResultStore.quoted(column)) FROM points ORDER BY point")
        var values: [Double?] = []
        while let row = try rows.next() { values.append(try StoredValues(row).number(0)) }
        return values
      }
    }
  }

  /// The texts of one column in order of position.
  func texts(_ column: String) throws(StoreError) -> [String] {
    try guarded {
      try database.read { db in
        let rows = try GRDB.Row.fetchCursor(
          db, sql: "SELECT \(ResultStore.quoted(column)) FROM points ORDER BY point")
        var values: [String] = []
        while let row = try rows.next() { values.append(try StoredValues(row).text(0)) }
        return values
      }
    }
  }

  private func row(_ row: GRDB.Row) throws -> Row {
    let values = StoredValues(row)
    let axes = manifest.axes.count
    let metrics = try manifest.columns.enumerated().map { index, column in
      try values.number(5 + axes + index, isCounted: column.dimension.isCounted) ?? .nan
    }
    return Row(
      point: try values.whole(0), key: try values.text(1),
      axes: try (0..<axes).map { try values.text(2 + $0) },
      outcome: PointOutcome(
        status: try values.status(2 + axes), metrics: metrics.allSatisfy(\.isNaN) ? [] : metrics,
        message: try values.text(4 + axes), broken: try values.whole(3 + axes)))
  }
}

/// The values of a row, each of the type that its column has.
///
/// SQLite keeps whatever it is given in any column, and turns it into a number when one is asked for.
private struct StoredValues {
  /// A value of another type.
  struct WrongType: Error, CustomStringConvertible {
    let column: String
    let expected: String

    var description: String { "a value of column \(column) is not \(expected)" }
  }

  private let row: GRDB.Row

  init(_ row: GRDB.Row) { self.row = row }

  func whole(_ index: Int) throws -> Int {
    guard case .int64(let value) = storage(index) else { throw wrong(index, "a whole number") }
    return Int(value)
  }

  /// A figure, as large as one that the model can give: what is counted fits an integer.
  func number(_ index: Int, isCounted: Bool = false) throws -> Double? {
    let value: Double
    switch storage(index) {
    case .null: return nil
    case .double(let number): value = number
    case .int64(let number): value = Double(number)
    case .string, .blob: throw wrong(index, "a number")
    }
    guard abs(value) <= (isCounted ? 0x1p62 : 1e36) else { throw wrong(index, "in its range") }
    return value
  }

  func text(_ index: Int) throws -> String {
    guard case .string(let value) = storage(index) else { throw wrong(index, "a text") }
    return value
  }

  func status(_ index: Int) throws -> PointOutcome.Status {
    guard let status = PointOutcome.Status(rawValue: try whole(index)) else {
      throw wrong(index, "a status")
    }
    return status
  }

  private func storage(_ index: Int) -> DatabaseValue.Storage {
    (row[index] as DatabaseValue).storage
  }

  private func wrong(_ index: Int, _ expected: String) -> WrongType {
    WrongType(column: Array(row.columnNames)[index], expected: expected)
  }
}
