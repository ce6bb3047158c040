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
  private var members: [Int] = []
  private var writtenMembers = 0
  private var ends: [Int] = []
  private var starts: [Int] = []
  /// The batch whose members were added last.
  private var last: [Int] = []

  init(
    _ path: String, _ columns: [QueryColumn], _ context: QueryRecordContext, title: String
  ) throws(InputError) {
    writer = try ArrayFileWriter.create(path)
    let columns = columns.filter { column in
      if case .text = column.kind { false } else { true }
    }
    self.columns = columns
    counts = Array(repeating: [], count: columns.count)
    numbers = counts.map { _ in [] }
    try writer.setAttribute("title", title)
    try writer.setAttribute("schema", "umemaki.queries/1")
    try writer.createColumns(arrays() + [memberArray])
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
      case .text: break
      }
    }
    rows += 1
    if rows == ArrayFileWriter.rowsPerChunk { try flush() }
    if members.count >= ArrayFileWriter.rowsPerChunk { try flushMembers() }
  }

  /// Members of a batch, once for all its queries, which come one after another.
  private mutating func add(_ batch: [Int]) {
    let end = writtenMembers + members.count
    if batch != last || batch.isEmpty {
      members += batch
      last = batch
      starts.append(end)
      ends.append(end + batch.count)
    } else {
      starts.append(end - batch.count)
      ends.append(end)
    }
  }

  /// The columns with what waits for them.
  private func arrays() -> [StoredArray] {
    columns.indices.flatMap { index -> [StoredArray] in
      let column = columns[index]
      switch column.kind {
      case .count, .name: return [array(column.name, column.unit, .int64(counts[index]))]
      case .time, .number: return [array(column.name, column.unit, .float64(numbers[index]))]
      case .text: return []
      case .members:
        return [
          array("batch_members_start", nil, .int64(starts)),
          array("batch_members_end", nil, .int64(ends)),
        ]
      }
    }
  }

  private var memberArray: StoredArray {
    StoredArray(
      "batch_members", dimensions: [members.count], axes: ["member"], units: nil,
      values: .int64(members))
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
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  private mutating func flushMembers() throws(InputError) {
    try writer.append([memberArray], after: writtenMembers)
    writtenMembers += members.count
    members.removeAll(keepingCapacity: true)
  }

  mutating func finish() throws(InputError) {
    try flush()
    try flushMembers()
    try writer.finish()
  }
}
