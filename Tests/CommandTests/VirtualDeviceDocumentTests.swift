import Documents
import Foundation
import Inputs
import Reports
import Testing

// Is a virtual device's time that of the simulation of queries, and is its document a value?
extension VirtualDeviceTests {
  /// However much is loaded over a link without a limit: an error, no overflow.
  @Test func loadsBeyondAllIntegers() throws {
    let program = """
      buffer = call("allocate", bytes=2 ** 53)["buffer"]
      for step in range(600): call("load", buffer=buffer, subnet="small")
      bye()
      """
    let path = try scenario([program])
    let text = try String(contentsOfFile: path, encoding: .utf8)
      .replacing("16 MiB", with: "8388608 GiB").replacing("1 GB/s", with: "unlimited")
      .replacing("4000000 B", with: "8388608 GiB")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let outcome = try Program.run(["serve", path, "--quiet"])
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.contains(
        "calls of c0:514:41: subnet: more than \(1 << 62) bytes loaded by one client in all"),
      "\(outcome.errors)")
  }

  /// A program that launches every query as it comes is first come, first served: the same arrivals take as
  /// long in the simulation of queries, which knows nothing of buffers, tickets and processes.
  @Test func firstComeFirstServedAsBuiltIn() throws {
    let scratch: Scratch = try #require(scratch)
    _ = try scratch.file("one.csv", "subnet,batch,latency_s,accuracy\nsmall,1,0.002,0.75\n")
    let served = try scratch.file(
      "served.yaml",
      """
      name: served
      summary: First come, first served.
      source: made for the test
      table: one.csv
      arrivals: {kind: poisson, rate: 400 Hz}
      demands: {latency: {low: 10 s, high: 10 s}}
      options: {queries: 300}
      seeds: [5]
      runs: [{name: only, policy: {kind: fcfs}, caching: {kind: none}}]
      """)
    let rows = scratch.path("rows.csv")
    #expect(try Program.run(["serve", served, "--quiet", "--queries", rows]).code == 0)
    let lines = try String(contentsOfFile: rows, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let place = (
      arrival: try #require(lines[0].firstIndex(of: "arrival_s")),
      end: try #require(lines[0].firstIndex(of: "end_s"))
    )
    let times = try lines.dropFirst().map { fields in
      (
        arrival: try #require(Double(fields[place.arrival])),
        end: try #require(Double(fields[place.end]))
      )
    }
    #expect(times.count == 300)
    // The sub-network is there before the first query comes, 10 ms late as all of them.
    let late = times.map { Int((($0.arrival + 0.01) * 1e12).rounded()) }
    let program = """
      buffer = call("allocate", bytes=4_000_000)["buffer"]
      call("load", buffer=buffer, subnet="small")
      tickets = []
      for arrival in \(late):
        call("wait", until_ps=arrival)
        tickets.append(call("launch", buffer=buffer, batch=1)["ticket"])
      call("wait", tickets=tickets)
      bye()
      """
    let found = try document(scenario([program]))
    let client = try #require((found["clients"] as? [[String: Any]])?.first)
    let latencies = times.map { $0.end - $0.arrival }
    func expect(_ key: String, _ value: Double) throws {
      #expect(abs(try #require(client[key] as? Double) - value) < 1e-9, "\(key)")
    }
    try expect("latency_mean_s", latencies.reduce(0, +) / 300)
    try expect("latency_max_s", try #require(latencies.max()))
    try expect("end_s", try #require(times.map(\.end).max()) + 0.01)
    // Queries do wait for one another.
    #expect(try #require(latencies.max()) > 0.006)
  }

  /// The document is read as it was written, shown in every format and made again.
  @Test func theDocumentIsMadeAgain() throws {
    let scratch: Scratch = try #require(scratch)
    let path = scratch.path("device.json")
    let words = ["serve", "two-programs"]
    let outcome = try Program.run(words + ["--format", "json", "-o", path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let text = try JSONText(fileAt: path)
    guard case .object(var members) = JSONValue(text.root) else {
      Issue.record("no mapping")
      return
    }
    members["page"] = nil
    #expect(try VirtualDeviceDocument(text).json.text == JSONValue.object(members).text)
    let direct = try Program.run(words + ["--format", "csv", "--quiet"])
    #expect(try Program.run(["report", path, "--format", "csv"]).output == direct.output)
    let again = try Program.run(["rerun", path, "--strict", "--format", "csv"])
    #expect(again.code == 0 && again.output == direct.output, "\(again.errors)")
    // The programs are inputs, too.
    #expect(
      try String(contentsOfFile: path, encoding: .utf8).contains("workloads/devices/program.py"))
    let same = try Program.run(["compare", path, path])
    #expect(same.code == 0, "\(same.errors)")
  }
}
