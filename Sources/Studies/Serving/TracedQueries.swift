internal import Reports
internal import Serving
internal import Units

/// The waits of queries and the depth of the queue as Chrome trace events.
struct TracedQueries {
  /// Keeps the records of a run that is short enough for a trace.
  struct Records: QueryRecordSink {
    var all: [QueryRecord] = []
    mutating func take(_ record: QueryRecord) { all.append(record) }
  }

  var recorder: QueryRecorder<Records>
  private let process: Int
  /// Queries that wait, and since when there are so many.
  private var depth = 0
  private var time = SimulationTime(0)
  private var counts: [JSONValue] = []

  init(process: Int, _ simulation: ServingSimulation) {
    self.process = process
    recorder = QueryRecorder(simulation, sink: Records())
  }

  /// So many more wait from `time` on.
  mutating func change(_ queries: Int, at time: SimulationTime) {
    if time > self.time { count() }
    self.time = time
    depth += queries
  }

  private mutating func count() {
    counts.append(event("C", "queue", at: time, ["args": .object(["waiting": .integer(depth)])]))
  }

  /// A counter of those that wait, and for each query a span from its arrival to its end, with its wait
  /// for the first piece within, and where its time went.
  mutating func events(_ table: ProfileTable) -> [JSONValue] {
    count()
    return counts + recorder.sink.all.flatMap { spans($0, table) }
  }

  private func spans(_ record: QueryRecord, _ table: ProfileTable) -> [JSONValue] {
    let query = record.query
    let why = record.cause == .none ? "" : ": \(record.cause.rawValue)"
    let name = "query \(query.id), \(record.outcome.rawValue)\(why)"
    let span: [String: JSONValue] = ["cat": .string("query"), "id": .integer(query.id)]
    var arguments: [String: JSONValue] = [
      "outcome": .string(record.outcome.rawValue),
      "queueing_us": .number(Self.microseconds(record.parts.queueing)),
      "batching_us": .number(Self.microseconds(record.parts.batching)),
      "load_us": .number(Self.microseconds(record.parts.load)),
      "service_us": .number(Self.microseconds(record.parts.service)),
      "deadline_us": .number(Self.microseconds(query.deadline)),
      "accuracy_asked": .number(query.demand.accuracy), "pieces": .integer(record.pieces),
      "batch_members": .array(record.members.map { .integer($0) }),
      "subnet": record.subnet.map { .string(table.subnets[$0].name) } ?? .null,
    ]
    if record.cause != .none { arguments["cause"] = .string(record.cause.rawValue) }
    let begin = span.merging(["args": .object(arguments)]) { first, _ in first }
    return [
      event("b", name, at: query.arrival, begin), event("b", "waits", at: query.arrival, span),
      event("e", "waits", at: record.start ?? record.end, span),
      event("e", name, at: record.end, span),
    ]
  }

  private func event(
    _ phase: String, _ name: String, at time: SimulationTime, _ more: [String: JSONValue]
  ) -> JSONValue {
    .object(
      [
        "ph": .string(phase), "name": .string(name), "pid": .integer(process), "tid": .integer(0),
        "ts": .number(Self.microseconds(time)),
      ].merging(more) { first, _ in first })
  }

  private static func microseconds(_ time: SimulationTime) -> Double { Double(time.count) / 1e6 }
}

extension ServingTrace {
  mutating func arrived(_ query: Query) {
    queries.recorder.arrived(query)
    queries.change(1, at: query.arrival)
  }

  mutating func finished(_ batch: [Query], _ service: Service) {
    queries.recorder.finished(batch, service)
    queries.change(batch.count, at: service.end)
  }

  mutating func completed(_ query: Query, _ service: Service, batch: Int) {
    queries.recorder.completed(query, service, batch: batch)
    queries.change(-1, at: service.end)
  }

  mutating func interrupted(_ batch: [Query], _ service: Service, at time: SimulationTime) {
    queries.recorder.interrupted(batch, service, at: time)
    queries.change(batch.count, at: time)
  }

  mutating func loaded(
    _ device: DeviceState, since start: SimulationTime, at time: SimulationTime
  ) {
    queries.recorder.loaded(device, since: start, at: time)
  }

  mutating func ended(_ snapshot: Snapshot, _ underWay: [UnderWay]) {
    queries.recorder.ended(snapshot, underWay)
  }
}
