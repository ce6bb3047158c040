internal import Inputs

/// Records as HDF5, a growing array per column.
struct QueryArrays: QueryRecordForm {
  private let writer: ArrayFileWriter
  private let columns: [QueryColumn]
  /// The rows of every column that wait for a whole chunk, whole numbers and others.
  private var counts: [[Int]]
  private var numbers: [[Double]]
  private var written = 0
  private var rows = 0
  private var members = QueryLists(axis: "member", ["batch_members"])
  private var pieces = QueryLists(
    axis: "piece", ["piece_subnet", "piece_device"], times: ["piece_start_s"])
  /// The batch whose members were added last.
  private var last: [Int] = []

  init(
    _ path: String, _ columns: [QueryColumn], _ context: QueryRecordContext, title: String
  ) throws(InputError) {
    writer = try ArrayFileWriter.create(path)
    self.columns = columns
    counts = Array(repeating: [], count: columns.count)
    numbers = counts.map { _ in [] }
    try writer.setAttribute("title", title)
    try writer.setAttribute("schema", "umemaki.queries/1")
    try writer.createColumns(arrays() + members.arrays + (hasPieces ? pieces.arrays : []))
    for column in columns {
      guard case .name(let names, _) = column.kind else { continue }
      let all = names(context)
      try writer.write(
        StoredArray(
          "\(column.name)_names", dimensions: [all.count], axes: [column.name], units: nil,
          values: .text(all)))
    }
  }

  mutating func add(_ record: QueryRecord, _ context: QueryRecordContext) throws(InputError) {
    for (index, column) in columns.enumerated() {
      switch column.kind {
      case .time(let value): numbers[index].append(value(record, context)?.seconds ?? .nan)
      case .count(let value), .name(_, let value):
        counts[index].append(value(record, context) ?? -1)
      case .number(let value): numbers[index].append(value(record, context) ?? .nan)
      case .members: add(record.members)
      case .pieces:
        pieces.begin()
        for piece in record.chain {
          pieces.add([piece.subnet, piece.device], times: [piece.start])
        }
        pieces.end()
      }
    }
    rows += 1
    if rows == ArrayFileWriter.rowsPerChunk { try flush() }
    try members.flush(to: writer, atLeast: ArrayFileWriter.rowsPerChunk)
    try pieces.flush(to: writer, atLeast: ArrayFileWriter.rowsPerChunk)
  }

  /// Whether there is a column of pieces.
  private var hasPieces: Bool {
    columns.contains { if case .pieces = $0.kind { true } else { false } }
  }

  /// Members of a batch, once for all its queries, which come one after another.
  private mutating func add(_ batch: [Int]) {
    if batch != last || batch.isEmpty {
      members.begin()
      members.add(all: batch)
      members.end()
      last = batch
    } else {
      members.repeatLast()
    }
  }

  /// The columns with what waits for them.
  private func arrays() -> [StoredArray] {
    columns.indices.flatMap { index -> [StoredArray] in
      let column = columns[index]
      switch column.kind {
      case .count, .name: return [array(column.name, column.unit, .int64(counts[index]))]
      case .time, .number: return [array(column.name, column.unit, .float64(numbers[index]))]
      case .members: return members.bounds(named: column.name)
      case .pieces: return pieces.bounds(named: column.name)
      }
    }
  }

  private func array(
    _ name: String, _ unit: String?, _ values: StoredArray.Values
  ) -> StoredArray {
    StoredArray(name, dimensions: [values.count], axes: ["row"], units: unit, values: values)
  }

  private mutating func flush() throws(InputError) {
    guard rows > 0 else { return }
    try writer.append(arrays(), after: written)
    written += rows
    rows = 0
    for index in columns.indices {
      counts[index].removeAll(keepingCapacity: true)
      numbers[index].removeAll(keepingCapacity: true)
    }
    members.clearBounds()
    pieces.clearBounds()
  }

  mutating func finish() throws(InputError) {
    try flush()
    try members.flush(to: writer, atLeast: 1)
    try pieces.flush(to: writer, atLeast: 1)
    try writer.finish()
  }
}
