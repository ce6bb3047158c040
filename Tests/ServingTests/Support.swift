import Architectures
import Components
import Networks
import Serving
import Testing
import Units

/// Milliseconds as a time.
func ms(_ value: Double) -> SimulationTime { SimulationTime(seconds: value * 1e-3) }

/// A table of one batch size or more from its latencies in milliseconds: `[row][column][batch]`.
func table(
  _ latencies: [[[Double]]], accuracies: [Double]? = nil, batches: [Int] = [1],
  columns: [ProfileTable.Column]? = nil, encodings: SubgraphEncodings? = nil
) throws -> ProfileTable {
  try ProfileTable(
    subnets: latencies.indices.map {
      .init(name: "s\($0)", accuracy: accuracies?[$0] ?? 0.5 + 0.1 * Double($0))
    },
    subgraphs: columns
      ?? (latencies.first ?? []).indices.map { .init(name: $0 == 0 ? "none" : "g\($0)") },
    batches: batches,
    cells: latencies.flatMap { $0 }.flatMap { $0 }.map {
      .init(latency: ms($0), energy: Picojoules($0 * 1000), dramBytes: Bytes(Int($0 * 10)))
    }, encodings: encodings)
}

/// SuperServe's toy table: `k_s * (0.6 + 0.4 b)`.
func toyTable() throws -> ProfileTable {
  let batches = [1, 2, 4, 8, 16]
  return try table(
    [1, 1.6, 2.4, 4].map { k in [batches.map { k * (0.6 + 0.4 * Double($0)) }] },
    accuracies: [0.7382, 0.7669, 0.7825, 0.8016], batches: batches)
}

/// A table whose latency and accuracy rise with the row and whose latency rises with the batch.
func monotoneTable(_ random: inout RandomStream, columns: Int = 2) throws -> ProfileTable {
  let batches = [1, 2, 4, 8, 16]
  var latencies: [[[Double]]] = []
  var accuracies: [Double] = []
  for row in 0..<(2 + random.index(below: 12)) {
    accuracies.append((accuracies.last ?? 0.5) + 0.03 * (0.01 + random.uniform()))
    latencies.append(
      (0..<columns).map { column in
        var last = 0.0
        return batches.indices.map { batch in
          let below = row == 0 ? 0 : latencies[row - 1][column][batch]
          last = max(last, below) + 0.01 + random.uniform()
          return last
        }
      })
  }
  return try table(latencies, accuracies: accuracies, batches: batches)
}

/// Arrivals at given times.
struct ScriptedArrivals: ArrivalProcess {
  struct Spec: Codable, Hashable, Sendable { var milliseconds: [Double] }
  static let kind = "scripted"
  static let summary = "For tests."
  let times: [SimulationTime]
  var index = 0
  init(_ spec: Spec) { times = spec.milliseconds.map(ms) }
  init(_ milliseconds: Double...) { self.init(Spec(milliseconds: milliseconds)) }
  var meanRate: Double? { nil }
  mutating func start(seed: UInt64, name: String) { index = 0 }
  mutating func next(after previous: SimulationTime) -> SimulationTime? {
    guard index < times.count else { return nil }
    defer { index += 1 }
    return times[index]
  }
}

/// Writes down what happens.
struct EventLog: SimulationObserver {
  var lines: [String] = []
  var completions: [Int: SimulationTime] = [:]
  var served: [Int] = []
  var longest = SimulationTime(0)

  mutating func arrived(_ query: Query) { lines.append("\(query.arrival) arrive \(query.id)") }
  mutating func started(_ batch: [Query], _ service: Service) {
    let names = batch.map { "\($0.id)" }.joined(separator: " ")
    lines.append(
      "\(service.start) device \(service.device.index) runs \(names) on s\(service.subnet) until "
        + "\(service.end)")
  }
  mutating func completed(_ query: Query, _ service: Service, batch: Int) {
    let (time, subnet) = (service.end, service.subnet)
    lines.append("\(time) done \(query.id)")
    completions[query.id] = time
    served.append(subnet)
    longest = max(longest, time - query.arrival)
  }
  mutating func interrupted(_ batch: [Query], _ service: Service, at time: SimulationTime) {
    let names = batch.map { "\($0.id)" }.joined(separator: " ")
    lines.append("\(time) device \(service.device.index) loses \(names)")
  }
  mutating func failed(_ device: DeviceState, at time: SimulationTime) {
    lines.append("\(time) device \(device.index) fails")
  }
  mutating func recovered(_ device: DeviceState, at time: SimulationTime) {
    lines.append("\(time) device \(device.index) comes back")
  }
  mutating func dropped(_ query: Query, at time: SimulationTime, because reason: DropReason) {
    lines.append("\(time) drop \(query.id)" + (reason == .failure ? ", lost" : ""))
  }
  mutating func loading(
    _ subgraph: Int, _ device: DeviceState, at time: SimulationTime, cost: ProfileTable.Load
  ) {
    lines.append("\(time) device \(device.index) loads g\(subgraph) until \(time + cost.time)")
  }
}

/// The message of the error that `body` throws.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing thrown"
  } catch { return "\(error)" }
}

/// What a policy sees of one idle device.
func snapshot(_ queue: QueryQueue, at now: SimulationTime, holding subgraph: Int = 0) -> Snapshot {
  Snapshot(now: now, queue: queue, devices: [DeviceState(index: 0, subgraph: subgraph)])
}
