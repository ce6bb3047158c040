import Foundation
import Testing

// The trace of a serving experiment, as a viewer reads it.
@Suite struct TraceTests {
  private struct Event {
    let name: String
    let category: String
    let process: Int
    let thread: Int
    let start: Double
    let length: Double
    let arguments: [String: Any]
    var end: Double { start + length }

    init?(_ object: [String: Any]) {
      guard object["ph"] as? String == "X", let name = object["name"] as? String,
        let category = object["cat"] as? String, let process = object["pid"] as? Int,
        let thread = object["tid"] as? Int, let start = object["ts"] as? Double,
        let length = object["dur"] as? Double, let arguments = object["args"] as? [String: Any]
      else { return nil }
      self.name = name
      self.category = category
      self.process = process
      self.thread = thread
      self.start = start
      self.length = length
      self.arguments = arguments
    }
  }

  /// Microseconds; the trace has six decimals.
  private static let tolerance = 1e-5

  private func trace(
    source: String, options: String, policy: String, caching: String, flags: [String] = []
  ) throws -> (events: [Event], other: [String: Any]) {
    let scratch = try Scratch()
    let scenario = """
      name: traced
      summary: A few queries.
      source: made for the test
      \(source)
      arrivals: {kind: poisson, rate: 300 Hz}
      demands:
        accuracy: {low: 0.75, high: 0.798}
        latency: {low: 20 ms, high: 40 ms}
      options: {queries: 60, seed: 1, \(options)}
      runs:
        - {name: only, policy: \(policy), caching: \(caching)}
      """
    let path = try scratch.file("scenario.yaml", scenario)
    try Data(
      """
      subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy
      a,none,1,0.001,1e-3,1000,0.75

      """.utf8
    ).write(to: URL(fileURLWithPath: scratch.path("table.csv")))
    let outcome = try Program.run(["serve", path, "--format", "trace"] + flags)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let document = try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    let all = try #require(document["traceEvents"] as? [[String: Any]])
    let events = all.compactMap { Event($0) }
    #expect(events.count == all.count { $0["ph"] as? String == "X" })
    return (events, try #require(document["otherData"] as? [String: Any]))
  }

  /// Layers lie within their service, one after the other, and fill it.
  private func check(_ events: [Event], devices: Int) throws -> Int {
    var detailed = 0
    for device in 0..<devices {
      let track = events.filter { $0.thread == 3 * device }
      let services = track.filter { $0.category == "service" }
      for (one, next) in zip(services, services.dropFirst()) {
        #expect(one.end <= next.start + Self.tolerance)
      }
      for service in services {
        let inside = track.filter {
          ["layer", "actuation"].contains($0.category)
            && $0.start >= service.start - Self.tolerance
            && $0.end <= service.end + Self.tolerance
        }
        guard inside.contains(where: { $0.category == "layer" }) else { continue }
        detailed += 1
        #expect(abs(inside.reduce(0) { $0 + $1.length } - service.length) < Self.tolerance)
        for (one, next) in zip(inside, inside.dropFirst()) {
          #expect(abs(one.end - next.start) < Self.tolerance)
        }
      }
      let layers = track.count { $0.category == "layer" }
      let held = services.reduce(0) { sum, service in
        sum
          + track.count {
            $0.category == "layer" && $0.start >= service.start - Self.tolerance
              && $0.end <= service.end + Self.tolerance
          }
      }
      #expect(layers == held, "every layer lies in exactly one service")
      for lane in [1, 2] {
        let transfers = events.filter { $0.thread == 3 * device + lane }
        #expect(transfers.allSatisfy { $0.category == "dram" })
        for (one, next) in zip(transfers, transfers.dropFirst()) {
          #expect(one.end <= next.start + Self.tolerance)
        }
      }
    }
    return detailed
  }

  private static let profile = "profile: {architecture: sushi-analytic, workload: ofa-resnet50}"

  @Test func layersFillTheirServices() throws {
    let (events, other) = try trace(
      source: Self.profile,
      options: "devices: 2, actuation: {kind: missing-bytes, bandwidth: 19.2 GB/s}",
      policy: "{kind: strict-accuracy}", caching: "{kind: average, window: 4}")
    #expect(try check(events, devices: 2) == 20)
    #expect(other["services_without_layers"] as? Int == 40)
    // Loads of sub-graphs and of missing weights are transfers, too.
    for name in ["load ", "missing weights"] {
      #expect(events.contains { $0.name.hasPrefix(name) && $0.category == "dram" }, "\(name)")
    }
  }

  @Test func transfersAddUpToTheTable() throws {
    let profile = try Program.run(
      "profile sushi-analytic ofa-resnet50 --subnets 0.6B,4.1B")
    var bytes: [String: Int] = [:]
    for line in String(decoding: profile.output, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: ",")
      if fields[1] == "mix" { bytes[String(fields[0])] = Int(fields[5]) }
    }
    let (events, _) = try trace(
      source: "profile: {architecture: sushi-analytic, workload: ofa-resnet50, "
        + "subnets: [0.6B, 4.1B]}",
      options: "devices: 1", policy: "{kind: strict-accuracy}",
      caching: "{kind: static, subgraph: mix}", flags: ["--trace-layers", "60"])
    #expect(try check(events, devices: 1) == 60)
    for service in events where service.category == "service" {
      let moved = events.filter {
        $0.category == "dram" && $0.start >= service.start - Self.tolerance
          && $0.end <= service.end + Self.tolerance
      }.reduce(0) { $0 + ($1.arguments["bytes"] as? Int ?? 0) }
      #expect(moved == bytes[service.name], "\(service.name)")
    }
  }

  /// A layer that the end of a segment cuts is shown on both sides, with its bytes divided.
  @Test func segmentsCutLayers() throws {
    let (events, _) = try trace(
      source: Self.profile, options: "segments: 7", policy: "{kind: lars, subnet: 4.1B}",
      caching: "{kind: none}", flags: ["--trace-layers", "1"])
    #expect(try check(events, devices: 1) == 7)
    let layers = events.filter { $0.category == "layer" }
    let cut = layers.filter { $0.arguments["whole"] as? Bool == false }
    #expect(cut.count == 12)
    #expect(Set(layers.map(\.name)).count == 62 && layers.count == 68)
    let whole = try trace(
      source: Self.profile, options: "devices: 1", policy: "{kind: lars, subnet: 4.1B}",
      caching: "{kind: none}", flags: ["--trace-layers", "1"]
    ).events
    func bytes(_ events: [Event]) -> Int {
      events.filter { $0.category == "dram" }
        .reduce(0) { $0 + ($1.arguments["bytes"] as? Int ?? 0) }
    }
    #expect(bytes(events) == bytes(whole) && bytes(whole) > 0)
  }

  @Test func anImportedTableHasNoLayers() throws {
    let (events, other) = try trace(
      source: "table: table.csv", options: "devices: 1", policy: "{kind: strict-accuracy}",
      caching: "{kind: none}")
    #expect(events.count == 60 && events.allSatisfy { $0.category == "service" })
    #expect(other["layers"] as? String == "none: the table was imported and holds no layers")
    #expect(other["services_without_layers"] as? Int == 60)
  }

  @Test(arguments: [
    ("serve sushi-resnet50-analytic --trace-layers 5", "is for --format trace"),
    ("serve sushi-resnet50-analytic --format trace --trace-layers 1001", "must be 0 to 1000"),
    ("serve sushi-resnet50-analytic --format trace --trace-layers=-1", "must be 0 to 1000"),
  ])
  func wrongUse(line: String, text: String) throws {
    let outcome = try Program.run(line)
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }
}
