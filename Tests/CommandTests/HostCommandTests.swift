import Foundation
import Testing

// Commands beside `run` and `profile` whose inputs have layers on the accelerator's host.
@Suite struct HostCommandTests {
  private func json(_ line: [String]) throws -> [String: Any] {
    let outcome = try Program.run(line)
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
  }

  private static let run = ["run", "systolic-32-ws", "resnet20-cifar"]
  private static let host = ["--host", "conv1,linear"]

  /// A trace has no event of a layer that runs elsewhere, says which do, and is as long as the run.
  @Test func tracesHaveOwnLayersOnly() throws {
    let whole = try json(Self.run + ["--format", "trace"])
    let part = try json(Self.run + Self.host + ["--format", "trace"])
    func events(_ trace: [String: Any]) throws -> [[String: Any]] {
      try #require(trace["traceEvents"] as? [[String: Any]])
    }
    func layers(_ trace: [String: Any]) throws -> Set<String> {
      Set(
        try events(trace).compactMap { ($0["args"] as? [String: Any])?["layer"] as? String })
    }
    #expect(try layers(whole).isSuperset(of: ["conv1", "linear"]))
    #expect(try layers(part) == layers(whole).subtracting(["conv1", "linear"]))
    let other = try #require(part["otherData"] as? [String: Any])
    let said = try #require(other["runs_elsewhere"] as? String)
    #expect(said.hasPrefix("conv1, linear, "))
    #expect((whole["otherData"] as? [String: Any])?["runs_elsewhere"] == nil)
    let run = try json(Self.run + Self.host + ["--format", "json"])
    let seconds = try #require((run["totals"] as? [String: Any])?["latency_s"] as? Double)
    let ends = try events(part).compactMap { event -> Double? in
      guard let start = event["ts"] as? Double, let length = event["dur"] as? Double else {
        return nil
      }
      return start + length
    }
    // Microseconds of six decimals.
    #expect(abs(try #require(ends.max()) - seconds * 1e6) < 1e-5)
  }

  /// Two runs of which one leaves layers to its host are compared layer by layer where both have them,
  /// with a warning.
  @Test func comparedRunsSayWhatRunsElsewhere() throws {
    let scratch = try Scratch()
    let (whole, part) = (scratch.path("whole.json"), scratch.path("part.json"))
    for (path, flags) in [(whole, []), (part, Self.host)] {
      #expect(try Program.run(Self.run + flags + ["--format", "json", "-o", path]).code == 0)
    }
    let both = try json(["compare", whole, part, "--format", "json"])
    let warnings = try #require(both["warnings"] as? [String])
    #expect(
      warnings.contains(
        "different operations run elsewhere: first none, second conv1, linear"))
    #expect(
      warnings.contains("18 layers are in both runs, 2 only in the first, 0 only in the second"))
    let rows = try #require(both["rows"] as? [[String: Any]])
    #expect(!rows.contains { ["conv1", "linear"].contains($0["quantity"] as? String) })
    let table = String(
      decoding: try Program.run(["compare", whole, part]).output, as: UTF8.self)
    #expect(table.contains("runs elsewhere, second  conv1, linear\n"))
    let same = try json(["compare", part, part, "--format", "json"])
    let silent = try #require(same["warnings"] as? [String])
    #expect(!silent.contains { $0.contains("run elsewhere") })
  }

  /// The rate that meets deadlines is found with the host's layers left out, and the report says so.
  @Test func capacityIsOfOwnLayers() throws {
    let scratch = try Scratch()
    func rate(_ host: String) throws -> (rate: Double, report: String) {
      let path = try scratch.file(
        "scenario.yaml",
        """
        name: few
        summary: A few queries.
        source: made for the test
        profile: {architecture: sushi-analytic, workload: ofa-resnet50\(host)}
        arrivals: {kind: deterministic, rate: 100 Hz}
        demands: {latency: {low: 5 ms, high: 5 ms}}
        options: {queries: 40, seed: 1}
        runs:
          - name: smallest
            policy: {kind: fixed, subnet: 0.6B}
            caching: {kind: none}
        """)
      let search = ["serve", path, "--capacity", "100"]
      let found = try json(search + ["--format", "json"])
      let runs = try #require(found["policies"] as? [[String: Any]])
      let table = try Program.run(search)
      return (
        try #require(runs.first?["rate_hz"] as? Double),
        String(decoding: table.output, as: UTF8.self)
      )
    }
    let (whole, part) = (try rate(""), try rate(", host: [fc]"))
    #expect(part.rate > whole.rate)
    #expect(part.report.contains("runs elsewhere"))
    #expect(!whole.report.contains("runs elsewhere"))
  }
}
