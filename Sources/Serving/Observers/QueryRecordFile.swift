internal import Architectures
public import Inputs

/// A file of records, one row per query of every run and seed: CSV or HDF5, in constant memory.
///
/// It takes its place on `finish()`; one that is dropped before leaves nothing behind. CSV begins with a
/// line of names, times are exact decimals. HDF5 has an array per column along the axis `row`: names are
/// numbers of the arrays `..._names`, what is missing is -1 or not a number, the members of a batch are those from `batch_members_start` to
/// `batch_members_end` of `batch_members`, and the pieces of a query those from `piece_list_start` to
/// `piece_list_end` of `piece_subnet`, `piece_device` and `piece_start_s`.
public final class QueryRecordFile: QueryRecordSink {
  private var context: QueryRecordContext
  private var form: any QueryRecordForm

  /// Whether a file called `path` is HDF5: by its ending, `.h5` or `.hdf5`.
  public static func isHDF5(_ path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".h5") || name.hasSuffix(".hdf5")
  }

  /// Begins a file that will stand at `path`.
  ///
  /// - Parameters:
  ///   - path: Where it will stand.
  ///   - table: What the queries are served from.
  ///   - classes: Names of the classes that queries are of.
  ///   - models: What shares the memories of devices.
  ///   - hasPieces: Whether queries run through several sub-networks, whose services are then listed.
  ///   - runs: Names of the runs.
  ///   - title: The scenario.
  /// - Throws: `InputError` of kind `unwritable` when it cannot be created.
  public init(
    _ path: String, table: ProfileTable, classes: [String], models: [ServedModel] = [],
    hasPieces: Bool = false,
    runs: [String], title: String
  ) throws(InputError) {
    context = QueryRecordContext(table: table, classes: classes, runs: runs)
    context.models = models.map(\.name)
    context.modelOfRow = table.subnets.indices.map { row in
      models.firstIndex { $0.rows.contains(row) } ?? 0
    }
    let columns = QueryColumn.all(
      table.energyUnit, hasModels: !models.isEmpty, hasPieces: hasPieces)
    form =
      Self.isHDF5(path)
      ? try QueryArrays(path, columns, context, title: title) : try QueryLines(path, columns)
  }

  /// Says to which run and seed the following records belong.
  public func begin(run: Int, seed: Int) {
    context.run = run
    context.seed = seed
  }

  /// Adds a record.
  public func take(_ record: QueryRecord) throws(InputError) {
    try form.add(record, context)
  }

  /// Closes the file and puts it at its place.
  public func finish() throws(InputError) { try form.finish() }
}

/// One way of writing records.
protocol QueryRecordForm {
  mutating func add(_ record: QueryRecord, _ context: QueryRecordContext) throws(InputError)
  mutating func finish() throws(InputError)
}

/// Records as CSV, in blocks of text.
struct QueryLines: QueryRecordForm {
  private static let block = 1 << 16
  private let file: OutputFile
  private let columns: [QueryColumn]
  private var text = ""

  init(_ path: String, _ columns: [QueryColumn]) throws(InputError) {
    file = try OutputFile(path)
    self.columns = columns
    text = columns.map(\.name).joined(separator: ",") + "\n"
  }

  mutating func add(_ record: QueryRecord, _ context: QueryRecordContext) throws(InputError) {
    for (index, column) in columns.enumerated() {
      if index > 0 { text += "," }
      append(column, record, context)
    }
    text += "\n"
    guard text.utf8.count >= Self.block else { return }
    try file.write(text)
    text.removeAll(keepingCapacity: true)
  }

  private mutating func append(
    _ column: QueryColumn, _ record: QueryRecord, _ context: QueryRecordContext
  ) {
    switch column.kind {
    case .time(let value): if let time = value(record, context) { text += Self.seconds(time) }
    case .count(let value): if let count = value(record, context) { text += String(count) }
    case .number(let value): if let number = value(record, context) { text += "\(number)" }
    case .name(let names, let value):
      if let index = value(record, context) { text += CSVText.cell(names(context)[index]) }
    case .members: text += record.members.map(String.init).joined(separator: " ")
    case .pieces: text += CSVText.cell(Self.list(record.chain, context))
    }
  }

  /// `SUBNET@DEVICE:START` of each, in the order in which they started.
  private static func list(_ pieces: [PieceRecord], _ context: QueryRecordContext) -> String {
    pieces.map { piece in
      "\(context.table.subnets[piece.subnet].name)@\(piece.device):" + seconds(piece.start)
    }.joined(separator: ";")
  }

  /// The exact decimal of a time, without zeros at its end.
  static func seconds(_ time: SimulationTime) -> String {
    let (whole, part) = time.count.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000_000)
    let sign = time.count < 0 ? "-" : ""
    guard part > 0 else { return "\(sign)\(whole)" }
    let digits = String(part)
    var decimals = String(repeating: "0", count: 12 - digits.count) + digits
    while decimals.last == "0" { decimals.removeLast() }
    return "\(sign)\(whole).\(decimals)"
  }

  mutating func finish() throws(InputError) {
    try file.write(text)
    text = ""
    try file.finish()
  }
}
