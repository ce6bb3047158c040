import Foundation
import Testing

// Is a store that is not what it says an error, and left as it is?
@Suite struct StoreTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    let workload = try scratch.file("tiny.yaml", Small.workload())
    let sweep = try scratch.file("sweep.yaml", Small.sweep(workload: workload))
    let outcome = try Program.run(["sweep", sweep, "-o", scratch.path("s"), "--quiet"])
    try #require(outcome.code == 0, "\(outcome.errors)")
  }

  /// Statements and what the error says of the store then.
  static let damages = [
    ("UPDATE points SET latency_s = 'abc' WHERE point = 1", "column latency_s is not a number"),
    ("UPDATE points SET energy_j = x'00' WHERE point = 1", "column energy_j is not a number"),
    ("UPDATE points SET cycles = 1e308 WHERE point = 1", "column cycles is not in its range"),
    ("UPDATE points SET latency_s = 9e999 WHERE point = 1", "column latency_s is not in its range"),
    ("UPDATE points SET status = 'x' WHERE point = 1", "column status is not a whole number"),
    ("UPDATE points SET status = 9 WHERE point = 1", "column status is not a status"),
    ("UPDATE points SET broken = 0.5 WHERE point = 1", "column broken is not a whole number"),
    ("UPDATE points SET message = x'ff' WHERE point = 0", "column message is not a text"),
    ("UPDATE points SET pixels = x'ff' WHERE point = 0", "column pixels is not a text"),
    ("UPDATE points SET key = x'ff' WHERE point = 0", "column key is not a text"),
    ("ALTER TABLE points DROP COLUMN cycles", "its columns are not those of its manifest"),
    ("ALTER TABLE points ADD COLUMN more", "its columns are not those of its manifest"),
    ("DROP TABLE points", "no such table: points"),
    ("UPDATE manifest SET document = 'x'", "its manifest cannot be read"),
    ("DELETE FROM manifest", "its manifest cannot be read"),
    (
      #"UPDATE manifest SET document = replace(document, '"points" : 2', '"points" : -2')"#,
      "its manifest has -2 points"
    ),
  ]

  @Test(arguments: damages)
  func theWrongTypeIsAnError(statement: String, reason: String) throws {
    let script = """
      import sqlite3, sys
      database = sqlite3.connect(sys.argv[1]); database.execute(sys.argv[2]); database.commit()
      """
    let store = scratch.path("s/store.sqlite")
    let file = try scratch.file("damage.py", script)
    let made = try Program.shell(
      "python3 \(file) \(store) \"$S\"".replacing(
        "\"$S\"", with: "'" + statement.replacing("'", with: "'\\''") + "'"), in: "")
    try #require(made.code == 0, "\(made.errors)")
    let before = try Data(contentsOf: URL(fileURLWithPath: store))
    for format in ["table", "csv", "hdf5"] {
      let outcome = try Program.run([
        "report", scratch.path("s"), "--format", format, "-o", scratch.path("out"),
      ])
      #expect(outcome.code == 65, "\(format): \(outcome.errors)")
      #expect(outcome.errors.hasPrefix("\(store): not a whole result store ("), "\(outcome.errors)")
      #expect(outcome.errors.contains(reason), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: store)) == before)
  }
}
