internal import Foundation
internal import GRDB
internal import Inputs

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
  let database: DatabaseQueue
  private let lock: FolderLock?
  private let insertion: String
  let metricCount: Int

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
    try prepare(folder)
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
        let columns = columns(manifest).map { "\(quoted($0.name)) \($0.type)" }
        try db.execute(sql: "CREATE TABLE points (\(columns.joined(separator: ", ")))")
      }
      return ResultStore(database, manifest, lock)
    }
  }

  /// The columns of the table of points with their types, in order.
  private static func columns(_ manifest: SweepManifest) -> [(name: String, type: String)] {
    [("point", "INTEGER PRIMARY KEY"), ("key", "TEXT NOT NULL")]
      + manifest.axes.map { ($0.name, "TEXT NOT NULL") }
      + [
        ("status", "INTEGER NOT NULL"), ("broken", "INTEGER NOT NULL"),
        ("message", "TEXT NOT NULL"),
      ] + manifest.columns.map { ($0.name, "REAL") }
  }

  /// Makes `folder` with its parents; throws where it holds anything but what a sweep leaves there.
  static func prepare(_ folder: String) throws(StoreError) {
    let own =
      ["", "-wal", "-shm", "-journal"].map { fileName + $0 } + [
        "manifest.json", PointsUnderway.fileName, PointsUnderway.fileName + ".partial",
      ]
    do throws(InputError) {
      try OutputFolder.make(folder)
      let others = try OutputFolder.strangers(folder) { own.contains($0) }
      guard let other = others.first else { return }
      throw InputError(other, file: folder, kind: .malformed)
    } catch {
      if error.kind == .malformed { throw .foreign(folder, error.message) }
      throw FreeSpace.isNone(at: folder) ? .full(folder) : .readOnly(folder)
    }
  }

  /// Opens the store in `folder`, for writing where `isWriter` is set.
  static func open(in folder: String, isWriter: Bool) throws(StoreError) -> ResultStore {
    guard FileManager.default.fileExists(atPath: path(folder)) else {
      throw .missing(path(folder))
    }
    let lock = isWriter ? try FolderLock(folder) : nil
    if !isWriter {
      // A report must not replace what it is made from.
      for name in [fileName, "manifest.json"] { FilesInUse.add("\(folder)/\(name)") }
    }
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
      if let fault = manifest.fault { throw StoreError.damaged(path(folder), fault) }
      let columns = try database.read { db in try db.columns(in: "points").map(\.name) }
      guard columns == Self.columns(manifest).map(\.name) else {
        throw StoreError.damaged(path(folder), "its columns are not those of its manifest")
      }
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
    func tables(isWriter: Bool) -> Int? {
      try? open(folder, isWriter: isWriter).read { db in
        try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM sqlite_master")
      }
    }
    if let count = tables(isWriter: false) { return count != 0 }
    // A process that died while it made the store leaves a journal, which a reader must not undo.
    guard FileManager.default.fileExists(atPath: path(folder) + "-journal"),
      let lock = try? FolderLock(folder)
    else { return true }
    return withExtendedLifetime(lock) { tables(isWriter: true) != 0 }
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
    let count = Self.columns(manifest).count
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

  /// Turns SQLite's errors into ours.
  func guarded<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw StoreError(error, path: database.path)
    } catch {
      throw .damaged(database.path, "\(error)")
    }
  }

  static func quoted(_ name: String) -> String { "\"\(name)\"" }

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
}
