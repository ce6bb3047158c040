import Foundation
import Testing

/// Answers: what real time does to a process: it is charged, it paces a run, and it changes nothing else.
@Suite(.timeLimit(.minutes(5)))
struct ProcessTimeTests {
  private let scratch = try? Scratch()

  private static let table = """
    subnet,subgraph,batch,latency_s,accuracy,load_bytes,load_s
    small,none,1,0.004,0.75,0,0
    small,none,2,0.006,0.75,0,0

    """

  /// Decides at once, or after `sleep` seconds; notes when it was told what in the file `log`.
  private static let script = """
    import json, sys, time
    log = None
    def note(ask):
        if log: print(ask["now_ps"], time.time(), file=log, flush=True)
    for line in sys.stdin:
        ask = json.loads(line)
        if ask["message"] == "hello":
            options = ask["options"]
            if "log" in options: log = open(options["log"], "w")
            print(json.dumps(dict(message="ready", events=["done"])), flush=True)
        elif ask["message"] == "decide":
            note(ask)
            time.sleep(options.get("sleep", 0))
            print(json.dumps(dict(message="choose", subnet="small", batch=1)), flush=True)
        elif ask["message"] == "done":
            note(ask)

    """

  /// The rows of every query and what was said on standard error, of one run called `run`.
  private func serve(
    _ keys: String, options: String = "{}", devices: Int = 1, rate: Int = 20
  ) throws -> (rows: [[String: String]], text: String, errors: String) {
    let scratch: Scratch = try #require(scratch)
    _ = try scratch.file("table.csv", Self.table)
    _ = try scratch.file("one.py", Self.script)
    let path = try scratch.file(
      "scenario.yaml",
      """
      name: timed
      summary: Real time.
      source: made for the test
      table: table.csv
      arrivals: {kind: poisson, rate: \(rate) Hz}
      demands: {latency: {low: 15 ms, high: 15 ms}}
      options: {queries: 40, seed: 3, devices: \(devices)}
      runs:
        - {name: run, policy: {kind: process, command: [python3, one.py], options: \(options)\(keys)}, caching: {kind: none}}

      """)
    let queries = scratch.path("queries.csv")
    let outcome = try Program.run(["serve", path, "--queries", queries])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let text = try String(contentsOfFile: queries, encoding: .utf8)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let rows = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
    #expect(rows.count == 40)
    return (Array(rows), text, outcome.errors)
  }

  private func seconds(_ row: [String: String], _ key: String) throws -> Double {
    try #require(row[key].flatMap(Double.init), "\(key)")
  }

  @Test(arguments: [1, 3])
  func measuredThinkingShiftsEveryCompletion(devices: Int) throws {
    let thinks = "{sleep: 0.02}"
    let charged = try serve(", charge: measured", options: thinks, devices: devices)
    for row in charged.rows {
      // A device thinks of one batch at a time, and then serves it for 4 ms. A sleep is never too short;
      // a picosecond is lost where seconds become whole picoseconds.
      let start = try seconds(row, "start_s")
      #expect(start >= (try seconds(row, "arrival_s")) + 0.02 - 1e-9)
      #expect(try seconds(row, "end_s") >= start + 0.004 - 1e-9)
      // 15 ms are over before the choice is made.
      #expect(row["outcome"] == "late")
      // Its device stood idle for it.
      #expect(try seconds(row, "batching_s") + seconds(row, "queueing_s") >= 0.02 - 1e-9)
    }
    #expect(charged.rows.contains { $0["cause"] == "batching" })
    #expect(charged.errors.hasPrefix("run: 40 answers, half of them within "))
    // Not charged, the same process changes nothing, however long it takes.
    let free = try serve("", options: thinks, devices: devices)
    #expect(free.text == (try serve("", devices: devices)).text)
    #expect(free.rows.contains { $0["outcome"] == "met" })
    #expect(free.text != charged.text)
  }

  @Test func chargedTimeIsThatOfTheClockAndNoMore() throws {
    // 39 ms charged by hand, and at least as much measured: every query ends as late or later.
    let fixed = try serve(", charge: fixed, charged_time: 39 ms", rate: 2)
    let measured = try serve(", charge: measured", options: "{sleep: 0.039}", rate: 2)
    func ends(_ rows: [[String: String]]) throws -> [Double] {
      try rows.sorted { Int($0["query"] ?? "") ?? 0 < Int($1["query"] ?? "") ?? 0 }
        .map { try seconds($0, "end_s") }
    }
    for (least, own) in zip(try ends(fixed.rows), try ends(measured.rows)) {
      #expect(own >= least - 1e-9)
    }
  }

  /// `pace` virtual seconds pass in one of a real clock, and the figures are those without it.
  @Test(arguments: [0.5, 4])
  func messagesAreHeldBackToThePace(pace: Double) throws {
    let log = try #require(scratch).path("log")
    let launch = Date().timeIntervalSince1970
    let paced = try serve(", pace: \(pace)", options: "{log: \(log)}", rate: 60)
    let wall = Date().timeIntervalSince1970 - launch
    let notes = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: " ").compactMap { Double($0) }
    }
    #expect(notes.count == 80)
    let first = try #require(notes.first)[0]
    var virtual = 0.0
    for note in notes {
      virtual = (note[0] - first) * 1e-12
      // Virtual time begins with the first message, after the launch; 1 ms for the two clocks' steps.
      #expect(note[1] - launch >= virtual / pace - 1e-3)
    }
    #expect(wall >= virtual / pace && virtual > 0.3)
    #expect(paced.text == (try serve("", rate: 60)).text)
  }
}
