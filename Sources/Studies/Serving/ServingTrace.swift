internal import Reports
internal import Serving
internal import Units

/// Collects what happens in a serving simulation as Chrome trace events.
///
/// Format: "Trace Event Format" of the Chromium project; Perfetto opens it. One process per run;
/// three threads per device: what it does, what it reads from DRAM, what it writes. Times in
/// microseconds.
struct ServingTrace: SimulationObserver {
  /// The threads of a device.
  private enum Track: Int, CaseIterable {
    case work
    case reads
    case writes
  }

  private struct Key: Hashable {
    let subnet: Int
    let subgraph: Int
    let batch: Int
  }

  let process: Int
  let table: ProfileTable
  private let fleet: DeviceFleet
  /// Where layers come from, by kind of device; nil where the table was imported.
  private let builders: [ProfileBuilder?]
  /// Batches whose first query has a lower number are shown with their layers.
  let layerQueries: Int
  private(set) var events: [JSONValue] = []
  /// Services that are shown without their layers.
  private(set) var servicesWithoutLayers = 0
  /// Why the layers of a service could not be worked out.
  private(set) var failure: (any Error)?
  private var known: [Key: [TracedLayer]] = [:]
  /// Where the events of what a device does now begin.
  private var firstEvents: [Int: Int] = [:]
  /// What is shown of queries, whose events come at the end.
  var queries: TracedQueries

  init(
    process: Int, _ simulation: ServingSimulation, fleet: DeviceFleet,
    builders: [ProfileBuilder?], layerQueries: Int
  ) {
    queries = TracedQueries(process: process, simulation)
    self.process = process
    table = fleet.table
    self.fleet = fleet
    self.builders = builders
    self.layerQueries = layerQueries
  }

  /// Names of a process and its threads.
  func names(_ name: String, devices: DeviceFleet) -> [JSONValue] {
    func event(_ kind: String, _ thread: Int, _ arguments: [String: JSONValue]) -> JSONValue {
      .object([
        "ph": .string("M"), "name": .string(kind), "pid": .integer(process),
        "tid": .integer(thread), "args": .object(arguments),
      ])
    }
    var found = [event("process_name", 0, ["name": .string(name)])]
    for device in 0..<devices.count {
      let kind = devices.isListed ? ", \(devices.kind(of: device).name)" : ""
      for (track, text) in zip(Track.allCases, ["", ", DRAM reads", ", DRAM writes"]) {
        let thread = Self.thread(device, track)
        found.append(
          event("thread_name", thread, ["name": .string("device \(device)\(kind)\(text)")]))
        found.append(event("thread_sort_index", thread, ["sort_index": .integer(thread)]))
      }
    }
    return found
  }

  mutating func started(_ batch: [Query], _ service: Service) {
    let (subnet, device, actuation) = (service.subnet, service.device, service.actuation)
    let (time, work, end) = (service.start, service.work, service.end)
    firstEvents[device.index] = events.count
    queries.recorder.started(batch, service)
    queries.change(-batch.count, at: time)
    let first = batch.first?.id ?? 0
    append(
      table.subnets[subnet].name, "service", device.index, .work, time, end,
      [
        "batch": .integer(batch.count), "first_query": .integer(first),
        "cached": .string(table.subgraphs[device.subgraph].name),
      ])
    let change = time + service.swap.time
    if change > time {
      append(
        "load model", "model", device.index, .work, time, change,
        ["bytes": .integer(service.swap.bytes.count)])
    }
    if actuation.time.count > 0 {
      append("change of sub-network", "actuation", device.index, .work, change, work, [:])
      transfer("missing weights", device.index, .reads, change, work, actuation.bytes.count)
    }
    guard first < layerQueries, let builder = builders[device.kind] else {
      servicesWithoutLayers += 1
      return
    }
    let index = table.batchIndex(holding: batch.count)
    let key = Key(subnet: subnet, subgraph: device.subgraph, batch: table.batches[index])
    do {
      let layers =
        try known[key]
        ?? builder.layers(
          subnet: key.subnet, subgraph: fleet.ownColumn(key.subgraph, of: device.kind),
          batch: key.batch)
      known[key] = layers
      let whole = table.cell(subnet, device.subgraph, batch: index).latency
      add(
        layers, of: whole, from: service.elapsed, to: service.elapsed + (end - work), at: work,
        device.index)
    } catch {
      failure = failure ?? error
    }
  }

  mutating func loading(
    _ subgraph: Int, _ device: DeviceState, at time: SimulationTime, cost: ProfileTable.Load
  ) {
    queries.recorder.loading(subgraph, device, at: time, cost: cost)
    let device = device.index
    firstEvents[device] = events.count
    let name = "load \(table.subgraphs[subgraph].name)"
    let end = time + cost.time
    append(name, "load", device, .work, time, end, [:])
    transfer(name, device, .reads, time, end, cost.bytes.count)
  }

  /// What the device did ends here.
  mutating func failed(_ device: DeviceState, at time: SimulationTime) {
    end(device, at: time, "fails")
  }

  mutating func stopped(_ device: DeviceState, at time: SimulationTime) {
    end(device, at: time, "is without power")
  }

  /// Cuts what a device does.
  private mutating func end(_ device: DeviceState, at time: SimulationTime, _ what: String) {
    let now = Self.microseconds(time)
    let threads = Set(Track.allCases.map { Self.thread(device.index, $0) })
    if !device.isIdle, let first = firstEvents[device.index] {
      let own = events[first...].compactMap { Self.cut($0, at: now, threads) }
      let removed = events.count - first - own.count
      events.replaceSubrange(first..., with: own)
      // What is left out lies before whatever other devices began later.
      for (other, start) in firstEvents where start > first { firstEvents[other] = start - removed }
    }
    queries.recorder.failed(device, at: time)
    append(outage: "device \(device.index) \(what)", device.index, time)
  }

  mutating func recovered(_ device: DeviceState, at time: SimulationTime) {
    queries.recorder.recovered(device, at: time)
    append(outage: "device \(device.index) comes back", device.index, time)
  }

  /// An event of one of `threads`, cut at a time; nil where it starts later.
  private static func cut(_ event: JSONValue, at now: Double, _ threads: Set<Int>) -> JSONValue? {
    guard case .object(var members) = event, case .integer(let thread)? = members["tid"],
      threads.contains(thread), case .number(let start)? = members["ts"],
      case .number(let length)? = members["dur"]
    else { return event }
    guard start <= now else { return nil }
    members["dur"] = .number(min(length, now - start))
    return .object(members)
  }

  private mutating func append(outage name: String, _ device: Int, _ time: SimulationTime) {
    events.append(
      .object([
        "ph": .string("i"), "name": .string(name), "cat": .string("outage"),
        "pid": .integer(process), "tid": .integer(Self.thread(device, .work)),
        "ts": .number(Self.microseconds(time)), "s": .string("t"),
      ]))
  }

  mutating func dropped(_ query: Query, at time: SimulationTime, because reason: DropReason) {
    queries.recorder.dropped(query, at: time, because: reason)
    queries.change(-1, at: time)
    events.append(
      .object([
        "ph": .string("i"), "name": .string("drop \(query.id)"), "cat": .string("drop"),
        "pid": .integer(process), "tid": .integer(0), "ts": .number(Self.microseconds(time)),
        "s": .string("p"),
      ]))
  }

  /// The layers that run between two times of a service of length `whole`, which starts at `start`.
  ///
  /// Each ends at its share of the cycles, so that together they take exactly the service time. A
  /// layer that is cut by a segment's end is shown with its share of the bytes.
  private mutating func add(
    _ layers: [TracedLayer], of whole: SimulationTime, from: SimulationTime, to: SimulationTime,
    at start: SimulationTime, _ device: Int
  ) {
    let cycles = layers.reduce(0) { $0 + $1.cycles }
    var passed = 0
    for layer in layers {
      let low = Self.share(whole.count, passed, of: cycles)
      passed += layer.cycles
      let high = Self.share(whole.count, passed, of: cycles)
      let begin = max(low, from.count)
      let end = min(high, to.count)
      guard begin < end else { continue }
      let times = (
        start + SimulationTime(begin) - from, start + SimulationTime(end) - from
      )
      func part(_ bytes: Int) -> Int {
        Self.share(bytes, end - low, of: high - low)
          - Self.share(bytes, begin - low, of: high - low)
      }
      append(
        layer.name, "layer", device, .work, times.0, times.1,
        [
          "bound": .string(layer.bound), "cached_weight_bytes": .integer(part(layer.cachedBytes)),
          "whole": .bool(begin == low && end == high),
        ])
      transfer(
        "\(layer.name), inputs and weights", device, .reads, times.0, times.1,
        part(layer.inputBytes) + part(layer.weightBytes),
        [
          "input_bytes": .integer(part(layer.inputBytes)),
          "weight_bytes": .integer(part(layer.weightBytes)),
        ])
      transfer(
        "\(layer.name), outputs", device, .writes, times.0, times.1, part(layer.outputBytes))
    }
  }

  /// `value * part / whole`, rounded to the nearest.
  private static func share(_ value: Int, _ part: Int, of whole: Int) -> Int {
    guard whole > 0 else { return 0 }
    let product = Int128(value) * Int128(part)
    return Int((product * 2 + Int128(whole)) / (Int128(whole) * 2))
  }

  private mutating func transfer(
    _ name: String, _ device: Int, _ track: Track, _ start: SimulationTime, _ end: SimulationTime,
    _ bytes: Int, _ arguments: [String: JSONValue] = [:]
  ) {
    guard bytes > 0 else { return }
    append(
      name, "dram", device, track, start, end,
      arguments.merging(["bytes": .integer(bytes)]) { first, _ in first })
  }

  private mutating func append(
    _ name: String, _ category: String, _ device: Int, _ track: Track, _ start: SimulationTime,
    _ end: SimulationTime, _ arguments: [String: JSONValue]
  ) {
    events.append(
      .object([
        "ph": .string("X"), "name": .string(name), "cat": .string(category),
        "pid": .integer(process), "tid": .integer(Self.thread(device, track)),
        "ts": .number(Self.microseconds(start)),
        "dur": .number(Self.microseconds(end - start)), "args": .object(arguments),
      ]))
  }

  private static func thread(_ device: Int, _ track: Track) -> Int {
    device * Track.allCases.count + track.rawValue
  }

  private static func microseconds(_ time: SimulationTime) -> Double { Double(time.count) / 1e6 }
}
