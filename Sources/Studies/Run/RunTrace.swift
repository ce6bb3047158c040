internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Reports
internal import Units

/// One inference as Chrome trace events: layers, and below them what the tiles of each did.
///
/// Format: "Trace Event Format" of the Chromium project; Perfetto opens it. One process, four
/// threads: layers, array, reads from DRAM, writes to DRAM. Times in microseconds.
struct RunTrace {
  let run: NetworkCost
  /// One per layer.
  let timelines: [TileTimeline]

  private static let tracks: [(track: TileEvent.Track, name: String)] = [
    (.compute, "array"), (.read, "DRAM reads"), (.write, "DRAM writes"),
  ]

  /// The document, ending with a line break.
  var text: String {
    var events = names
    var (start, whole) = (0, 0)
    for (entry, timeline) in zip(run.entries, timelines) {
      let cost = entry.cost
      let end = start + cost.total.count
      var arguments: [String: JSONValue] = [
        "cycles": .integer(cost.total.count), "bound": .string(cost.bound.rawValue),
        "macs": .integer(cost.macs), "tiles": .integer(timeline.tiles),
        "dram_read_bytes": .integer(cost.dramRead.count),
        "dram_write_bytes": .integer(cost.dramWrite.count),
      ]
      for cause in run.design.causes {
        arguments["\(cause.rawValue)_cycles"] = .integer(cost.cycles[cause].count)
      }
      events.append(slice(entry.name, "layer", 0, start, end, arguments))
      // The fixed cost of starting comes before the first transfer.
      let first = start + cost.cycles[.overhead].count
      if first > start { events.append(slice("overhead", "overhead", 1, start, first, [:])) }
      if let tiles = timeline.events {
        for event in tiles {
          let thread = (Self.tracks.firstIndex { $0.track == event.track } ?? 0) + 1
          events.append(
            slice(
              "tile \(event.tile)", event.track.rawValue, thread, first + event.start,
              first + event.end, ["layer": .string(entry.name)]))
        }
      } else {
        whole += 1
        events.append(
          slice(
            "\(timeline.tiles) tiles", "compute", 1, first, end,
            ["layer": .string(entry.name)]))
      }
      start = end
    }
    let frequency = run.design.architecture.spec.frequency
    return JSONValue.object([
      "traceEvents": .array(events), "displayTimeUnit": .string("ns"),
      "otherData": .object(
        [
          "architecture": .string(run.design.architecture.spec.name),
          "workload": .string(run.network.name),
          "subnet": run.network.subnet.map { .string($0) } ?? .null,
          "frequency_hz": .integer(frequency.count), "version": .string(umemakiVersion),
          "layers_without_tiles": .integer(whole),
        ].merging(host) { first, _ in first }),
    ]).text + "\n"
  }

  /// What runs elsewhere and is not shown; nothing where all of the network runs here.
  private var host: [String: JSONValue] {
    run.hostWork.names.isEmpty ? [:] : ["runs_elsewhere": .string(run.hostWork.text)]
  }

  private var names: [JSONValue] {
    func event(_ kind: String, _ thread: Int, _ text: String) -> JSONValue {
      .object([
        "ph": .string("M"), "name": .string(kind), "pid": .integer(0), "tid": .integer(thread),
        "args": .object(["name": .string(text)]),
      ])
    }
    let threads = ["layers"] + Self.tracks.map(\.name)
    return [
      event("process_name", 0, run.title)
    ] + threads.enumerated().map { event("thread_name", $0.offset, $0.element) }
  }

  private func slice(
    _ name: String, _ category: String, _ thread: Int, _ start: Int, _ end: Int,
    _ arguments: [String: JSONValue]
  ) -> JSONValue {
    let scale = 1e6 / Double(run.design.architecture.spec.frequency.count)
    return .object([
      "ph": .string("X"), "name": .string(name), "cat": .string(category), "pid": .integer(0),
      "tid": .integer(thread), "ts": .number(Double(start) * scale),
      "dur": .number(Double(end - start) * scale), "args": .object(arguments),
    ])
  }
}
