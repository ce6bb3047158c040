internal import Reports
internal import Serving

/// Collects what happens in a serving simulation as Chrome trace events.
///
/// Format: "Trace Event Format" of the Chromium project; Perfetto opens it.
struct ServingTrace: SimulationObserver {
  let process: Int
  let table: ProfileTable
  private(set) var events: [JSONValue] = []

  init(process: Int, table: ProfileTable) {
    self.process = process
    self.table = table
  }

  /// Names of a process and its threads.
  static func names(process: Int, _ name: String, devices: Int) -> [JSONValue] {
    func event(_ kind: String, _ thread: Int, _ text: String) -> JSONValue {
      .object([
        "ph": .string("M"), "name": .string(kind), "pid": .integer(process),
        "tid": .integer(thread), "args": .object(["name": .string(text)]),
      ])
    }
    return [event("process_name", 0, name)]
      + (0..<devices).map { event("thread_name", $0, "device \($0)") }
  }

  mutating func started(
    _ batch: [Query], subnet: Int, device: DeviceState, at time: SimulationTime,
    end: SimulationTime
  ) {
    append(
      table.subnets[subnet].name, "service", device.index, time, end,
      [
        "batch": .integer(batch.count), "first_query": .integer(batch.first?.id ?? 0),
        "cached": .string(table.subgraphs[device.subgraph].name),
      ])
  }

  mutating func loading(
    _ subgraph: Int, device: Int, at time: SimulationTime, end: SimulationTime
  ) {
    append("load \(table.subgraphs[subgraph].name)", "dram", device, time, end, [:])
  }

  mutating func dropped(_ query: Query, at time: SimulationTime) {
    events.append(
      .object([
        "ph": .string("i"), "name": .string("drop \(query.id)"), "cat": .string("drop"),
        "pid": .integer(process), "tid": .integer(0), "ts": .number(Self.microseconds(time)),
        "s": .string("p"),
      ]))
  }

  private mutating func append(
    _ name: String, _ category: String, _ device: Int, _ start: SimulationTime,
    _ end: SimulationTime, _ arguments: [String: JSONValue]
  ) {
    events.append(
      .object([
        "ph": .string("X"), "name": .string(name), "cat": .string(category),
        "pid": .integer(process), "tid": .integer(device),
        "ts": .number(Self.microseconds(start)),
        "dur": .number(Self.microseconds(end - start)), "args": .object(arguments),
      ]))
  }

  private static func microseconds(_ time: SimulationTime) -> Double { Double(time.count) / 1e6 }
}
