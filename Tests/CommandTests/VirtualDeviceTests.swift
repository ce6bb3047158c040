import Foundation
import Testing

/// Programs of one's own on a virtual device, as a user runs them.
@Suite(.timeLimit(.minutes(5)))
struct VirtualDeviceTests {
  let scratch = try? Scratch()

  /// A library of calls, with what stands before and behind the pipe when a program ends in order.
  private static let prelude = """
    import json, os, random, sys, time
    def read(): return json.loads(sys.stdin.readline())
    def call(name, **fields):
      print(json.dumps({"call": name, **fields}), flush=True)
      return read()
    def bye():
      print('{"call": "bye"}', flush=True)
      sys.stdin.readline()
    hello = read()

    """

  /// A scenario with a client for each program.
  func scenario(_ programs: [String], more: String = "", limit: String = "20 s") throws
    -> String
  {
    let scratch: Scratch = try #require(scratch)
    _ = try scratch.file(
      "table.csv",
      """
      subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy,load_bytes,load_s
      small,none,1,0.002,1e-3,1000,0.75,0,0
      small,none,4,0.005,3e-3,1000,0.75,0,0
      large,none,1,0.006,4e-3,1000,0.8,0,0
      large,none,4,0.018,9e-3,1000,0.8,0,0

      """)
    var clients = ""
    for (index, program) in programs.enumerated() {
      _ = try scratch.file("p\(index).py", Self.prelude + program + "\n")
      clients +=
        "  - {name: c\(index), command: [python3, -u, p\(index).py], limit: \(limit), "
        + "standard_error: hide}\n"
    }
    return try scratch.file(
      "own.yaml",
      """
      name: own
      summary: Own.
      source: made for the test
      table: table.csv
      memory: 16 MiB
      link: 1 GB/s
      weights: [{subnet: small, bytes: 4000000 B}]
      \(more)clients:
      \(clients)
      """)
  }

  func document(_ path: String) throws -> [String: Any] {
    let outcome = try Program.run(["serve", path, "--quiet", "--format", "json"])
    #expect(outcome.errors == "")
    return try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
  }

  /// Loads take 4 ms each, one after the other; a batch of one takes 2 ms, one of three as many as four: 5 ms.
  @Test func timesByHand() throws {
    let program = """
      buffer = call("allocate", bytes=4_000_000)["buffer"]
      ticket = call("load", buffer=buffer, subnet="small")["ticket"]
      now = call("wait", tickets=[ticket])["now_ps"]
      one = call("launch", buffer=buffer, batch=1)["ticket"]
      three = call("launch", buffer=buffer, batch=3)["ticket"]
      end = call("wait", tickets=[three, one])["now_ps"]
      assert [now, end] == EXPECTED, [now, end]
      call("wait", until_ps=end + 1_000_000_000)
      call("free", buffer=buffer)
      bye()
      """
    func expecting(_ times: String) -> String {
      program.replacingOccurrences(of: "EXPECTED", with: times)
    }
    // The first loads until 4 ms and runs until 11; the second loads until 8 ms and runs behind it until 18.
    let found = try document(
      scenario([
        expecting("[4_000_000_000, 11_000_000_000]"), expecting("[8_000_000_000, 18_000_000_000]"),
      ]))
    #expect(found["end_s"] as? Double == 0.019)
    #expect(found["array_busy_s"] as? Double == 0.014)
    #expect(found["link_busy_s"] as? Double == 0.008)
    #expect(found["peak_bytes"] as? Int == 8_000_000)
    #expect(found["energy_unit"] as? String == "energy_j")
    let clients = try #require(found["clients"] as? [[String: Any]])
    #expect(clients.map { $0["end_s"] as? Double } == [0.012, 0.019])
    #expect(clients.map { $0["latency_max_s"] as? Double } == [0.007, 0.01])
    #expect(clients.map { $0["images"] as? Int } == [4, 4])
    #expect(clients.map { $0["energy"] as? Double } == [0.004, 0.004])
  }

  /// However long the programs take and whoever is quicker, the bytes are the same.
  @Test func anyInterleaving() throws {
    let program = """
      def pause(): time.sleep(random.SystemRandom().random() * 0.01)
      buffer = call("allocate", bytes=4_000_000)["buffer"]
      pause()
      ticket = call("load", buffer=buffer, subnet="small")["ticket"]
      for step in range(8):
        pause()
        now = call("wait", tickets=[ticket])["now_ps"]
        pause()
        if step % 3 == 0: now = call("wait", until_ps=now + 1_500_000_000)["now_ps"]
        ticket = call("launch", buffer=buffer, batch=1 + (now // 1_000_000_000) % 4)["ticket"]
      call("wait", tickets=[ticket])
      bye()
      """
    let path = try scenario([program, program, program])
    let outcomes = try (0..<3).map { _ in
      try Program.run(["serve", path, "--quiet", "--format", "json"])
    }
    #expect(outcomes.allSatisfy { $0.errors == "" && !$0.output.isEmpty })
    #expect(Set(outcomes.map(\.output)).count == 1)
  }

  /// What a client may do wrong, and what is said of it; `after` says where.
  @Test(arguments: [
    ("print('nonsense', flush=True); read()", "calls of c0:1:1: not JSON"),
    (
      "print('{\"call\": \"alocate\", \"bytes\": 1}', flush=True); read()",
      "did you mean `allocate`?"
    ),
    ("print('{\"bytes\": 1}', flush=True); read()", "expected `call` with one of allocate, free,"),
    ("call('allocate', bytes=17_000_000)", "bytes: expected at most 16777216 of 16777216"),
    ("call('allocate', bytes=0)", "bytes: expected at least 1, found 0"),
    ("call('allocate', byte=1)", "unknown key `byte`"),
    ("call('free', buffer=1)", "buffer: this client has no buffer 1"),
    (
      "call('allocate', bytes=9); call('free', buffer=1); call('free', buffer=1)",
      "calls of c0:3:28: buffer: this client has no buffer 1"
    ),
    ("call('allocate', bytes=9); call('launch', buffer=1, batch=1)", "nothing was loaded into 1"),
    ("call('allocate', bytes=9); call('load', buffer=1, subnet='small')", "`small` needs 4000000"),
    (
      "call('allocate', bytes=9); call('load', buffer=1, subnet='large')",
      "nobody says how large `large` is"
    ),
    ("call('allocate', bytes=9); call('load', buffer=1, subnet='none')", "no sub-network `none`"),
    (
      "call('allocate', bytes=4000000); call('load', buffer=1, subnet='small'); call('free', buffer=1)",
      "buffer: 1 is in use until 4000000000 ps"
    ),
    (
      "call('allocate', bytes=4000000); call('load', buffer=1, subnet='small'); call('launch', buffer=1, batch=5)",
      "batch: expected 1 to 4, found 5"
    ),
    ("call('wait')", "waits for nothing, expected `tickets` or `until_ps`"),
    ("call('wait', tickets=[])", "tickets: expected at least one"),
    ("call('wait', tickets=[1])", "tickets[0]: no load and no launch of this client is 1"),
    (
      "call('wait', tickets=[-(1 << 63)])",
      "no load and no launch of this client is -9223372036854775808"
    ),
    ("call('wait', tickets=[(1 << 63) - 1])", "no load and no launch of this client is"),
    ("call('wait', until_ps=-(1 << 63))", "until_ps: expected more than 0, which is now"),
    ("call('wait', until_ps=1 << 63)", "until_ps: "),
    ("call('allocate', bytes=-(1 << 63))", "bytes: expected at least 1, found -92233720368547758"),
    (
      "call('allocate', bytes=4000000); call('load', buffer=1, subnet='small'); call('launch', buffer=1, batch=-(1 << 63))",
      "batch: expected 1 to 4, found -9223372036854775808"
    ),
    ("call('free', buffer=-(1 << 63))", "buffer: this client has no buffer -9223372036854775808"),
    ("call('wait', until_ps=0)", "until_ps: expected more than 0, which is now"),
    ("call('wait', until_ps=1 << 62)", "until_ps: expected more than 0, which is now"),
    ("call('wait', tickets=[1], until_ps=5)", "found both"),
    ("call('error', text='no more ideas')", "it cannot go on: no more ideas"),
    ("sys.exit(3)", "c0, after 0 lines, ended with exit code 3 before it answered"),
    ("print('x' * 2_000_000, flush=True); read()", "said a line of more than 1048576 bytes"),
    ("bye(); sys.exit(4)", "ended with exit code 4 after `bye`, expected exit code 0"),
    (
      "while True: call('wait', until_ps=call('allocate', bytes=1)['now_ps'] + 1)",
      "called more than 50 times"
    ),
  ])
  func misbehaviour(program: String, message: String) throws {
    let other = "call('wait', until_ps=10 ** 12)\nbye()"
    let path = try scenario([program, other], more: "most_calls: 50\n")
    let outcome = try Program.run(["serve", path, "--quiet"])
    #expect(outcome.code == 65)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains("own.yaml:10:5: clients[0]"), "\(outcome.errors)")
  }

  /// Silence ends after the limit, and nothing of any client is left.
  @Test func silence() throws {
    let start = Date()
    let path = try scenario(
      ["time.sleep(1000)", "call('wait', until_ps=10 ** 12)\nbye()"], limit: "300 ms")
    let outcome = try Program.run(["serve", path, "--quiet"])
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.contains("c0, after 0 lines, gave no answer within 300 ms"),
      "\(outcome.errors)")
    #expect(Date().timeIntervalSince(start) < 60)
  }

  /// The buffers and tickets of another client are not there.
  @Test func clientsAreApart() throws {
    let path = try scenario([
      "call('allocate', bytes=4000000)\ncall('load', buffer=1, subnet='small')\ncall('wait', tickets=[1])\nbye()",
      "call('wait', tickets=[1])\nbye()",
    ])
    let outcome = try Program.run(["serve", path, "--quiet"])
    #expect(
      outcome.errors.contains("calls of c1:1:30: tickets[0]: no load and no launch"),
      "\(outcome.errors)")
  }

  @Test func theShippedExample() throws {
    let found = try document("two-programs")
    let clients = try #require(found["clients"] as? [[String: Any]])
    #expect(clients.map { $0["images"] as? Int } == [40, 24])
    // Three batches of eight of the large network, beside at least ten of the small one.
    #expect(try #require(found["array_busy_s"] as? Double) >= 3 * 0.034 + 10 * 0.005)
  }
}
