internal import Foundation
internal import GRDB

/// The points of a sweep in an SQLite file, one row each.
///
/// Rows are written in transactions to a write-ahead log, so whatever interrupts a sweep, every row
/// that was committed is whole. A lock on the folder keeps a second writer away.
final class ResultStore: Sendable {
  /// Version of the tables, in the file's header.
  static let version = 1
  /// Name of the file in a result's folder.
  static let fileName = "store.sqlite"

  /// What the sweep was made from.
  let manifest: SweepManifest
  private let database: DatabaseQueue
  private let lock: FolderLock?
  private let insertion: String
  private let metricCount: Int

  /// A row as it is stored.
  struct Row: Hashable, Sendable {
    /// Position in the sweep.
    let point: Int
    /// Digest of the point's content.
    let key: String
    /// Texts of the axes.
    let axes: [String]
    /// What became of it.
    let outcome: PointOutcome
  }

  // MARK: Opening

  /// Makes a store in `folder`, which must not hold one.
  static func create(in folder: String, _ manifest: SweepManifest) throws(StoreError) -> ResultStore
  {
    let lock = try FolderLock(folder)
    return try guarded(folder) {
      let database = try open(folder)
      try database.write { db in
        try db.execute(sql: "PRAGMA user_version = \(version)")
        try db.execute(
          sql:
            "CREATE TABLE manifest (id INTEGER PRIMARY KEY CHECK (id = 1), document TEXT NOT NULL)")
        try db.execute(
          sql: "INSERT INTO manifest VALUES (1, ?)", arguments: [try manifest.text])
        let axes = manifest.axes.map { "\(quoted($0.name)) TEXT NOT NULL" }
        let metrics = manifest.columns.map { "\(quoted($0.name)) REAL" }
        let columns =
          ["point INTEGER PRIMARY KEY", "key TEXT NOT NULL"] + axes
          + ["status INTEGER NOT NULL", "broken INTEGER NOT NULL", "message TEXT NOT NULL"]
          + metrics
        try db.execute(sql: "CREATE TABLE points (\(columns.joined(separator: ", ")))")
      }
      return ResultStore(database, manifest, lock)
    }
  }

  /// Opens the store in `folder`, for writing where `isWriter` is set.
  static func open(in folder: String, isWriter: Bool) throws(StoreError) -> ResultStore {
    guard FileManager.default.fileExists(atPath: path(folder)) else {
      throw .missing(path(folder))
    }
    let lock = isWriter ? try FolderLock(folder) : nil
    return try guarded(folder) {
      let database = try open(folder, isWriter: isWriter)
      let found = try database.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0 }
      guard found == version else { throw StoreError.version(path(folder), found: found) }
      let text = try database.read { db in
        try String.fetchOne(db, sql: "SELECT document FROM manifest WHERE id = 1")
      }
      guard let text,
        let manifest = try? JSONDecoder().decode(SweepManifest.self, from: Data(text.utf8))
      else { throw StoreError.damaged(path(folder), "its manifest cannot be read") }
      if isWriter {
        let check = try database.read { db in try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        }
        guard check == "ok" else { throw StoreError.damaged(path(folder), check ?? "no answer") }
      }
      return ResultStore(database, manifest, lock)
    }
  }

  private static func path(_ folder: String) -> String { folder + "/" + fileName }

  /// Whether `folder` holds a store; a process that died before it wrote anything leaves none.
  static func exists(in folder: String) -> Bool {
    guard FileManager.default.fileExists(atPath: path(folder)) else { return false }
    let tables = try? open(folder).read { db in
      try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
    }
    return tables != 0
  }

  private static func open(_ folder: String, isWriter: Bool = true) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = !isWriter
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in
      guard isWriter else { return }
      // A crash of the machine may undo the last transactions, but never part of one.
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    return try DatabaseQueue(path: path(folder), configuration: configuration)
  }

  private init(_ database: DatabaseQueue, _ manifest: SweepManifest, _ lock: FolderLock?) {
    self.database = database
    self.manifest = manifest
    self.lock = lock
    metricCount = manifest.columns.count
    let count = 5 + manifest.axes.count + manifest.columns.count
    insertion =
      "INSERT INTO points VALUES (\(Array(repeating: "?", count: count).joined(separator: ", ")))"
  }

  /// Turns SQLite's errors into ours.
  private static func guarded<Value>(
    _ folder: String, _ body: () throws -> Value
  ) throws(StoreError) -> Value {
    do {
      return try body()
    } catch let error as StoreError {
      throw error
    } catch let error as DatabaseError {
      throw StoreError(error, path: path(folder))
    } catch {
      throw .damaged(path(folder), "\(error)")
    }
  }

  private func guarded<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw StoreError(error, path: database.path)
    } catch {
      throw .damaged(database.path, "\(error)")
    }
  }

  private static func quoted(_ name: String) -> String { "\"\(name)\"" }

  // MARK: Writing

  /// Writes rows in one transaction.
  func insert(_ rows: [Row]) throws(StoreError) {
    try guarded {
      try database.write { db in
        let statement = try db.cachedStatement(sql: insertion)
        var values: [DatabaseValue] = []
        for row in rows {
          values.removeAll(keepingCapacity: true)
          values.append(row.point.databaseValue)
          values.append(row.key.databaseValue)
          for axis in row.axes { values.append(axis.databaseValue) }
          values.append(row.outcome.status.rawValue.databaseValue)
          values.append(row.outcome.broken.databaseValue)
          values.append(row.outcome.message.databaseValue)
          for index in 0..<metricCount {
            let value = row.outcome.metrics.isEmpty ? Double.nan : row.outcome.metrics[index]
            values.append(value.isNaN ? .null : value.databaseValue)
          }
          statement.setUncheckedArguments(StatementArguments(values))
          try statement.execute()
        }
      }
    }
  }

  /// Moves everything from the log into the file itself and gives up the log.
  func close() throws(StoreError) {
    try guarded {
      if !database.configuration.readonly {
        try database.writeWithoutTransaction { db in
          _ = try db.checkpoint(.truncate)
        }
      }
      try database.close()
    }
  }

  // MARK: Reading

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
          if let status = PointOutcome.Status(rawValue: row[0]) { result[status] = row[1] }
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
    let conditions = manifest.axes.map { "\(Self.quoted($0.name)) = ?" }.joined(separator: " AND ")
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
    let terms = objectives.map { "\($0.prefersLarge ? "-" : "")\(Self.quoted($0.name))" }
    let known = objectives.map { "\(Self.quoted($0.name)) IS NOT NULL" }.joined(separator: " AND ")
    let order = terms.indices.map { "\($0 + 2)" }.joined(separator: ", ")
    let query =
      "SELECT point, \(terms.joined(separator: ", ")) FROM points "
      + "WHERE status = 0 AND \(known) ORDER BY \(order), point"
    try guarded {
      try database.read { db in
        let rows = try GRDB.Row.fetchCursor(db, sql: query)
        var values = Array(repeating: 0.0, count: objectives.count)
        while let row = try rows.next() {
          for index in values.indices { values[index] = row[index + 1] }
          try body(row[0], values)
        }
      }
    }
  }

  /// The best row by one objective among those that break no constraint but those in `allowed`.
  func best(_ objective: Metric, allowing allowed: Int) throws(StoreError) -> Row? {
    let column = Self.quoted(objective.name)
    return try guarded {
      try database.read { db in
        try GRDB.Row.fetchOne(
          db,
          sql: "SELECT * FROM points WHERE \(column) IS NOT NULL AND (broken & ~?) = 0 "
            + "ORDER BY \(column) \(objective.prefersLarge ? "DESC" : "ASC"), point LIMIT 1",
          arguments: [allowed]
        ).map(row)
      }
    }
  }

  /// The values of one column in order of position; nil where there is none.
  func numbers(_ column: String) throws(StoreError) -> [Double?] {
    try guarded {
      try database.read { db in
        try Optional<Double>.fetchAll(
          db, sql: "SELECT \(Self.quoted(column)) FROM points ORDER BY point")
      }
    }
  }

  /// The texts of one column in order of position.
  func texts(_ column: String) throws(StoreError) -> [String] {
    try guarded {
      try database.read { db in
        try String.fetchAll(db, sql: "SELECT \(Self.quoted(column)) FROM points ORDER BY point")
      }
    }
  }

  private func row(_ row: GRDB.Row) -> Row {
    let axes = manifest.axes.count
    let metrics = (0..<metricCount).map { row[5 + axes + $0] as Double? ?? .nan }
    return Row(
      point: row[0], key: row[1], axes: (0..<axes).map { row[2 + $0] },
      outcome: PointOutcome(
        status: PointOutcome.Status(rawValue: row[2 + axes]) ?? .error,
        metrics: metrics.allSatisfy(\.isNaN) ? [] : metrics, message: row[4 + axes],
        broken: row[3 + axes]))
  }
}
