import Foundation
import Testing

/// Policies that are processes, as a user runs them.
@Suite(.timeLimit(.minutes(5)))
struct ProcessPolicyTests {
  private let scratch = try? Scratch()

  /// A file in the folder of the test.
  private func file(_ name: String, _ text: String) throws -> String {
    try #require(scratch).file(name, text)
  }

  /// Two sub-networks, alone and with one of them on chip.
  static let table = """
    subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy,load_bytes,load_s
    small,none,1,0.004,1e-3,1000,0.75,0,0
    small,none,2,0.006,2e-3,2000,0.75,0,0
    small,none,4,0.010,4e-3,4000,0.75,0,0
    large,none,1,0.009,3e-3,3000,0.8,0,0
    large,none,2,0.014,6e-3,6000,0.8,0,0
    large,none,4,0.024,9e-3,9000,0.8,0,0
    small,held,1,0.003,1e-3,500,0.75,100,0.002
    small,held,2,0.005,2e-3,900,0.75,100,0.002
    small,held,4,0.009,4e-3,2000,0.75,100,0.002
    large,held,1,0.007,3e-3,2000,0.8,100,0.002
    large,held,2,0.012,6e-3,4000,0.8,100,0.002
    large,held,4,0.020,9e-3,7000,0.8,100,0.002

    """

  private func scenario(_ runs: String, devices: Int = 2, extra: String = "") throws -> String {
    _ = try file("table.csv", Self.table)
    return try file(
      "scenario.yaml",
      """
      name: own
      summary: Policies of one's own.
      source: made for the test
      table: table.csv
      arrivals: {kind: gamma, rate: 250 Hz, squared_variation: 3}
      demands:
        accuracy: {low: 0.7, high: 0.8}
        latency: {low: 12 ms, high: 40 ms}
      options: {queries: 400, seed: 3, devices: \(devices)\(extra)}
      seeds: [3, 4]
      runs:
      \(runs)

      """)
  }

  /// The figures of every run, without its names and options.
  private func figures(_ path: String) throws -> [NSDictionary] {
    let outcome = try Program.run(["serve", path, "--quiet", "--format", "json"])
    #expect(outcome.errors == "")
    let document = try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    return try #require(document["policies"] as? [[String: Any]]).map { run in
      var run = run
      for key in [
        "name", "run", "policy", "options_of", "caching_policy", "options", "paired",
        "settings_tried",
      ] {
        run[key] = nil
      }
      return run as NSDictionary
    }
  }

  /// A process that thinks and never reads again would not notice that nobody asks any more.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalEndsWhatAProcessHasStarted(signal: Int32) throws {
    let scratch: Scratch = try #require(scratch)
    let numbers = scratch.path("numbers")
    _ = try file(
      "busy.py",
      """
      import os, subprocess, sys
      child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
      with open(\"\(numbers).part\", "w") as out:
          out.write(f"{os.getpid()} {child.pid}")
      os.rename(\"\(numbers).part\", \"\(numbers)\")
      while True:
          pass

      """)
    let path = try scenario(
      "  - {name: busy, policy: {kind: process, command: [python3, busy.py], limit: 200 s}, caching: {kind: none}}"
    )
    let program = Process()
    program.executableURL = Program.executable
    program.arguments = ["serve", path, "--quiet"]
    program.currentDirectoryURL = Program.root
    program.standardOutput = FileHandle.nullDevice
    program.standardError = FileHandle.nullDevice
    try program.run()
    while !FileManager.default.fileExists(atPath: numbers), program.isRunning {
      Thread.sleep(forTimeInterval: 0.01)
    }
    let text = try String(contentsOfFile: numbers, encoding: .utf8)
    let busy = text.split(separator: " ").compactMap { pid_t($0) }
    #expect(busy.count == 2)
    for process in busy { #expect(kill(process, 0) == 0) }
    kill(program.processIdentifier, signal)
    program.waitUntilExit()
    // Whoever adopts them may take a moment to notice their end.
    for process in busy {
      for _ in 0..<500 where Self.runs(process) { Thread.sleep(forTimeInterval: 0.01) }
      #expect(!Self.runs(process))
    }
  }

  /// Whether a process is neither gone nor only waits to be noticed.
  private static func runs(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
  }

  private static let loop = """
    import json, sys
    def answer(**fields): print(json.dumps(fields), flush=True)
    for line in sys.stdin:
        ask = json.loads(line)
        if ask["message"] == "hello":
            profile, options = ask["profile"], ask["options"]
            names = [row["name"] for row in profile["subnets"]]
            graphs = [graph["name"] for graph in profile["subgraphs"]]
            sizes = profile["batches"]
            answer(message="ready", protocol="umemaki.policy/1")
        elif ask["message"] in ("decide", "served"):
            decide(ask)

    """

  /// A policy of the lines of `decide`.
  private static func script(_ decide: String) -> String {
    let indented = decide.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    return "def decide(ask):\n\(indented)\n\n\(loop)"
  }

  @Test func `a policy that is built in and a process gives the same bytes`() throws {
    _ = try file(
      "fcfs.py", Self.script("answer(message='choose', subnet=options['subnet'], batch=1)"))
    _ = try file(
      "maxacc.py",
      Self.script(
        """
        held = graphs.index(ask["devices"][ask["device"]]["subgraph"])
        slack = ask["queue"][0]["deadline_ps"] - ask["now_ps"]
        cells = [row[held] for row in profile["latency_ps"]]
        fits = [(-profile["subnets"][r]["accuracy"], r) for r in range(len(names)) if cells[r][0] < slack]
        if fits:
            row = min(fits)[1]
            size = max(size for size, time in zip(sizes, cells[row]) if time < slack)
        else:
            row, size = min(range(len(names)), key=lambda r: cells[r][0]), sizes[0]
        answer(message="choose", subnet=names[row], batch=size)
        """))
    _ = try file(
      "often.py",
      Self.script(
        """
        answer(message="hold", subgraph="held" if ask["subnet"] == "large" else "none")
        """))
    let path = try scenario(
      """
        - {name: a, policy: {kind: fcfs, subnet: small}, caching: {kind: none}}
        - {name: b, policy: {kind: process, command: [python3, fcfs.py], options: {subnet: small}}, caching: {kind: none}}
        - {name: c, policy: {kind: maxacc}, caching: {kind: static, subgraph: held}}
        - {name: d, policy: {kind: process, command: [python3, maxacc.py], order: deadline}, caching: {kind: static, subgraph: held}}
      """)
    let runs = try figures(path)
    #expect(runs.count == 4)
    #expect(runs[0] == runs[1])
    #expect(runs[2] == runs[3])
    #expect(runs[0] != runs[2])
  }

  @Test func `the same script gives the same report twice, and charged thinking costs time`() throws
  {
    _ = try file("one.py", Self.script("answer(message='choose', subnet='large', batch=1)"))
    _ = try file(
      "hold.py", Self.script("answer(message='hold', subgraph='held')"))
    let path = try scenario(
      """
        - {name: free, policy: {kind: process, command: [python3, one.py]}, caching: {kind: process, command: [python3, hold.py]}}
        - {name: fixed, policy: {kind: process, command: [python3, one.py], charge: fixed, charged_time: 3 ms}, caching: {kind: none}}
        - {name: zero, policy: {kind: process, command: [python3, one.py], charge: fixed, charged_time: 0 ms}, caching: {kind: none}}
        - {name: plain, policy: {kind: process, command: [python3, one.py]}, caching: {kind: none}}
      """)
    let command = ["serve", path, "--quiet", "--format", "json"]
    let first = try Program.run(command)
    #expect(first.code == 0, "\(first.errors)")
    #expect(try Program.run(command).output == first.output)
    #expect(first.text.contains("one.py"))
    #expect(first.text.contains("hold.py"))
    let runs = try figures(path)
    func mean(_ run: NSDictionary) throws -> Double {
      let latency = try #require(run["latency_s"] as? [String: Any])
      return try #require(latency["mean"] as? Double)
    }
    #expect(try mean(runs[1]) > mean(runs[3]) + 0.003)
    #expect(runs[2] == runs[3])
    #expect((runs[0]["subgraph_loads"] as? Double ?? 0) > 0)
  }

  @Test func `queries, drops, waits, loads and other devices are carried out`() throws {
    _ = try file(
      "mixed.py",
      Self.script(
        """
        queue, now = ask["queue"], ask["now_ps"]
        late = [query["query"] for query in queue if query["deadline_ps"] < now + 15 * 10**9]
        idle = [d["device"] for d in ask["devices"] if d["activity"] == "idle"]
        if late:
            answer(message="drop", queries=late)
        elif len(queue) == 1 and now < queue[0]["arrival_ps"] + 10**9:
            answer(message="wait", until_ps=queue[0]["arrival_ps"] + 10**9)
        else:
            last = [query["query"] for query in queue[::2]][:4]
            answer(message="choose", subnet="small", queries=last, batch=len(last), device=idle[-1], load="held")
        """))
    let path = try scenario(
      """
        - {name: a, policy: {kind: process, command: [python3, mixed.py], order: deadline}, caching: {kind: none}}
        - {name: b, policy: {kind: process, command: [python3, mixed.py], order: deadline, charge: fixed, charged_time: 500 us}, caching: {kind: none}}
      """, devices: 3)
    for run in try figures(path) {
      let completed = try #require(run["completed"] as? Double)
      let dropped = try #require(run["dropped"] as? Double)
      #expect(completed + dropped == 800)
      #expect(dropped > 0)
      #expect(run["subgraph_loads"] as? Double == 6)
    }
  }

  @Test func `a paced run takes its time`() throws {
    _ = try file("one.py", Self.script("answer(message='choose', subnet='small', batch=4)"))
    let path = try scenario(
      """
        - {name: paced, policy: {kind: process, command: [python3, one.py], pace: 2}, caching: {kind: none}}
      """)
    let start = ContinuousClock.now
    let outcome = try Program.run(["serve", path])
    // 400 queries at 250 per second, twice, at twice the speed: about 1.6 s.
    #expect(ContinuousClock.now - start > .seconds(1))
    #expect(outcome.code == 0)
    #expect(outcome.errors.hasPrefix("paced: "))
    #expect(outcome.errors.contains(" answers, half of them within "))
  }

  @Test func `a decision table decides like the policy it was made of`() throws {
    _ = try file(
      "decisions.csv",
      """
      slack_s,waiting,subnet,batch
      -1e6,0,small,1
      0.01,0,small,2
      0.024,3,large,4
      0.02,0,large,1

      """)
    _ = try file(
      "same.py",
      Self.script(
        """
        slack = ask["queue"][0]["deadline_ps"] - ask["now_ps"]
        if slack >= 24 * 10**9 and ask["waiting"] >= 3: answer(message="choose", subnet="large", batch=4)
        elif slack >= 20 * 10**9: answer(message="choose", subnet="large", batch=1)
        elif slack >= 10**10: answer(message="choose", subnet="small", batch=2)
        else: answer(message="choose", subnet="small", batch=1)
        """))
    let path = try scenario(
      """
        - {name: a, policy: {kind: table, file: decisions.csv}, caching: {kind: none}}
        - {name: b, policy: {kind: process, command: [python3, same.py], order: deadline}, caching: {kind: none}}
      """)
    let runs = try figures(path)
    #expect(runs[0] == runs[1])
    let missing = try scenario(
      """
        - {name: a, policy: {kind: table, file: none.csv}, caching: {kind: none}}
      """)
    #expect(try Program.run(["serve", missing]).code == 66)
  }

  @Test func `the article shows the committed script, in under forty lines`() throws {
    let read = { try String(contentsOf: Program.root.appendingPathComponent($0), encoding: .utf8) }
    let article = try read("Sources/umemaki/umemaki.docc/WritingAPolicy.md")
    let script = try read("workloads/policies/drain.py")
    #expect(article.contains("```python\n\(script)```"))
    #expect(script.split(separator: "\n", omittingEmptySubsequences: false).count - 1 < 40)
  }

  @Test func `the example beats SlackFit at equal attainment, both tuned over as many settings`()
    throws
  {
    let outcome = try Program.run(["serve", "own-policy", "--quiet", "--format", "json"])
    #expect(outcome.errors == "")
    let document = try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    let runs = try #require(document["policies"] as? [[String: Any]]).map { run in
      (
        policy: run["policy"] as? String, attainment: run["slo_attainment"] as? Double ?? 0,
        accuracy: run["mean_accuracy"] as? Double ?? 0
      )
    }
    let (own, fit) = (
      runs.filter { $0.policy == "process" }, runs.filter { $0.policy == "slackfit" }
    )
    #expect(own.count == fit.count && own.count >= 4)
    for other in fit {
      #expect(
        own.contains { $0.attainment >= other.attainment && $0.accuracy >= other.accuracy },
        "\(other)")
    }
  }
}
