internal import Architectures
internal import Units

/// What all records of a file have beside themselves.
struct QueryRecordContext {
  let table: ProfileTable
  /// Names of the classes that the arrivals know.
  let classes: [String]
  /// Names of the models that share memories, and the model of each sub-network; none where there are none.
  var models: [String] = []
  var modelOfRow: [Int] = []
  /// Names of the runs.
  let runs: [String]
  var run = 0
  var seed = 0
}

/// One column of a file of records, defined once for CSV and HDF5.
struct QueryColumn {
  /// What stands in a column.
  enum Kind {
    /// Picoseconds, written as seconds.
    case time(@Sendable (QueryRecord, QueryRecordContext) -> SimulationTime?)
    /// A whole number.
    case count(@Sendable (QueryRecord, QueryRecordContext) -> Int?)
    /// A number.
    case number(@Sendable (QueryRecord, QueryRecordContext) -> Double?)
    /// One of some names, by its index.
    case name(
      @Sendable (QueryRecordContext) -> [String],
      @Sendable (QueryRecord, QueryRecordContext) -> Int?)
    /// Numbers of queries.
    case members
    /// The services that a query of several pieces has had.
    case pieces
  }

  let name: String
  let unit: String?
  let kind: Kind

  /// Every column, in the order of a CSV file.
  ///
  /// Those about models are there only with models.
  static func all(
    _ energyUnit: EnergyUnit, hasModels: Bool = false, hasPieces: Bool = false
  ) -> [QueryColumn] {
    identity + service + [
      number(energyUnit.key, energyUnit.symbol) { record, _ in
        record.energy.map { energyUnit.amount($0) }
      },
      number("accuracy", "1") { record, _ in record.accuracy },
      name("outcome", { _ in QueryRecord.Outcome.allCases.map(\.rawValue) }) { record, _ in
        QueryRecord.Outcome.allCases.firstIndex(of: record.outcome)
      },
    ] + reasons + (hasModels ? models : [])
      + (hasPieces
        ? [QueryColumn(name: "piece_list", unit: nil, kind: .pieces)] : [])
  }

  private static let models: [QueryColumn] = [
    name("model", { $0.models }) { record, context in
      record.subnet.map { context.modelOfRow[$0] }
    },
    count("model_bytes_loaded", "B") { record, _ in record.modelBytes },
  ]

  private static let identity: [QueryColumn] = [
    count("query") { record, _ in record.query.id },
    name("run", { $0.runs }) { _, context in context.run },
    count("seed") { _, context in context.seed },
    name("class", { $0.classes }) { record, _ in record.query.demand.group },
    time("arrival_s") { record, _ in record.query.arrival },
    time("deadline_s") { record, _ in record.query.deadline },
    number("accuracy_asked", "1") { record, _ in record.query.demand.accuracy },
  ]

  private static let service: [QueryColumn] = [
    time("start_s") { record, _ in record.start },
    time("end_s") { record, _ in record.end },
    count("device") { record, _ in record.device },
    name("subnet", { $0.table.subnets.map(\.name) }) { record, _ in record.subnet },
    count("batch") { record, _ in record.members.count },
    QueryColumn(name: "batch_members", unit: nil, kind: .members),
    count("bytes_hit", "B") { record, _ in record.bytesHit },
    count("bytes_loaded", "B") { record, _ in record.bytesLoaded },
  ]

  private static let reasons: [QueryColumn] = [
    name("cause", { _ in QueryRecord.Cause.allCases.map(\.rawValue) }) { record, _ in
      QueryRecord.Cause.allCases.firstIndex(of: record.cause)
    },
    time("queueing_s") { record, _ in record.parts.queueing },
    time("batching_s") { record, _ in record.parts.batching },
    time("load_s") { record, _ in record.parts.load },
    time("service_s") { record, _ in record.parts.service },
    count("pieces") { record, _ in record.pieces },
    name("subgraph", { $0.table.subgraphs.map(\.name) }) { record, _ in record.subgraph },
    name("subnet_asked", { $0.table.subnets.map(\.name) }) { record, _ in
      record.query.demand.subnet
    },
    count("dram_bytes", "B") { record, _ in record.dramBytes },
    count("measured") { record, _ in record.isMeasured ? 1 : 0 },
  ]

  private static func time(
    _ name: String,
    _ value: @escaping @Sendable (QueryRecord, QueryRecordContext) -> SimulationTime?
  ) -> QueryColumn {
    QueryColumn(name: name, unit: "s", kind: .time(value))
  }

  private static func count(
    _ name: String, _ unit: String? = nil,
    _ value: @escaping @Sendable (QueryRecord, QueryRecordContext) -> Int?
  ) -> QueryColumn {
    QueryColumn(name: name, unit: unit, kind: .count(value))
  }

  private static func number(
    _ name: String, _ unit: String,
    _ value: @escaping @Sendable (QueryRecord, QueryRecordContext) -> Double?
  ) -> QueryColumn {
    QueryColumn(name: name, unit: unit, kind: .number(value))
  }

  private static func name(
    _ name: String, _ names: @escaping @Sendable (QueryRecordContext) -> [String],
    _ value: @escaping @Sendable (QueryRecord, QueryRecordContext) -> Int?
  ) -> QueryColumn {
    QueryColumn(name: name, unit: nil, kind: .name(names, value))
  }
}
