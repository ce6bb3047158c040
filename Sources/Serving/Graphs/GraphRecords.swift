public import Inputs
internal import Units

/// A CSV file with a row per query of every run and seed, in constant memory.
///
/// Times are exact decimals; several nodes are separated by blanks. It takes its place on `finish()`.
public final class GraphRecords {
  private let lines: RecordLines
  private let graph: TaskGraph
  /// Why nothing more can be written; nil while all is well.
  public private(set) var failure: InputError?

  /// Begins a file.
  ///
  /// - Throws: `InputError` of kind `unwritable` when it cannot be created.
  public init(_ path: String, _ graph: TaskGraph) throws(InputError) {
    self.graph = graph
    lines = try RecordLines(
      path,
      "run,seed,query,sample,arrival_s,start_s,end_s,work_s,outcome,nodes,answered_by,accuracy,energy,"
        + "dram_bytes")
  }

  /// Writes what became of a query; energy in the unit of the table, its share of its batches.
  public func take(_ record: GraphObserver.Record, run: String, seed: Int) {
    guard failure == nil else { return }
    let outcome = record.isMet.map { $0 ? "met" : "late" } ?? "dropped"
    func names(_ nodes: [Int]) -> String {
      CSVText.cell(nodes.map { graph.nodes[$0].name }.joined(separator: " "))
    }
    let cells = [
      CSVText.cell(run), "\(seed)", "\(record.query)", record.sample.map(String.init) ?? "",
      QueryLines.seconds(record.arrival), record.start.map(QueryLines.seconds) ?? "",
      QueryLines.seconds(record.end), QueryLines.seconds(record.work), outcome,
      names(record.nodes), names(record.answers), record.accuracy.map { "\($0)" } ?? "",
      "\(record.energy)", "\(record.dramBytes)",
    ]
    do throws(InputError) { try lines.add(cells.joined(separator: ",")) } catch { failure = error }
  }

  /// What an observer of a run tells.
  public func sink(run: String, seed: Int) -> (GraphObserver.Record) -> Void {
    { self.take($0, run: run, seed: seed) }
  }

  /// Closes the file and puts it at its place.
  public func finish() throws(InputError) {
    if let failure { throw failure }
    try lines.finish()
  }
}
