import Inputs
import Testing
import Units

@testable import Serving

/// Answers: are trace files read as they are, and wrong ones refused at the right place.
struct TraceTests {
  private func parse(_ text: String, _ format: ArrivalTrace.Format) throws -> ArrivalTrace {
    try ArrivalTrace(parsing: text, format: format, file: "t.csv")
  }

  @Test func azureTimesAreExact() throws {
    let trace = try parse(
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n"
        + "2023-11-16 18:17:04.0319600,3180,8\r\n2023-11-16 18:17:04.0319601,110,27",
      .azureLLM)
    #expect(trace.times == [0, 52_000_000_000, 52_000_100_000].map { SimulationTime($0) })
  }

  @Test func tracesAreStretchedToARate() throws {
    var replay = try TraceReplay(
      .init(file: "t.csv", format: .timestamps, rate: .init(perSecond: 10)))
    try replay.load { path throws(InputError) in
      #expect(path == "t.csv")
      return "5\n6\n9\n"
    }
    replay.start(seed: 1, name: "")
    var times: [SimulationTime] = []
    while let time = replay.next(after: SimulationTime(0)) { times.append(time) }
    #expect(times == [ms(0), ms(50), ms(200)])
    #expect(replay.meanRate == 10)
  }

  @Test(
    arguments: [
      ("", .timestamps, "t.csv: the trace is empty"),
      ("TIMESTAMP,ContextTokens,GeneratedTokens\n", .azureLLM, "t.csv: the trace is empty"),
      ("1\n3\n2\n", .timestamps, "t.csv:3:1: earlier than the line before; a trace must be sorted"),
      ("1\nx\n", .timestamps, "t.csv:2:1: expected a time from 0 to 4e6 seconds, found `x`"),
      ("-1\n", .timestamps, "t.csv:1:1: expected a time from 0 to 4e6 seconds, found `-1`"),
      ("inf\n", .timestamps, "t.csv:1:1: expected a time from 0 to 4e6 seconds, found `inf`"),
      ("nan\n", .timestamps, "t.csv:1:1: expected a time from 0 to 4e6 seconds, found `nan`"),
      (
        "a,b\n", .azureLLM,
        "t.csv:1:1: expected the header TIMESTAMP,ContextTokens,GeneratedTokens, found `a,b`"
      ),
      (
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 25:00:00,1,2\n", .azureLLM,
        "t.csv:2:1: expected `2023-11-16 18:17:03.9799600,tokens,tokens`, found "
          + "`2023-11-16 25:00:00,1,2`"
      ),
      (
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 05:00:00,1,-2\n", .azureLLM,
        "t.csv:2:1: expected a number of tokens, found `-2`"
      ),
    ] as [(String, ArrivalTrace.Format, String)])
  func wrongTraces(text: String, format: ArrivalTrace.Format, expected: String) {
    #expect(message { _ = try parse(text, format) } == expected)
  }

  private let header = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\n"

  @Test func functionCountsAreSummedAndShrunk() throws {
    let text = header + "o,a,f,http,10,0,30\no,a,g,timer,10,0,50\n"
    let counts = try FunctionCounts(parsing: text, functions: nil, file: "f.csv")
    #expect(counts.perMinute == [20, 0, 80])
    #expect(
      try FunctionCounts(parsing: text, functions: 1, file: "f.csv").perMinute == [10, 0, 30])
    var replay = try FunctionCountsReplay(
      .init(
        file: "f.csv", duration: ms(3000), rate: .init(perSecond: 100), placement: .even))
    try replay.load { _ throws(InputError) in text }
    replay.start(seed: 1, name: "")
    var times: [SimulationTime] = []
    while let time = replay.next(after: times.last ?? ms(0)) { times.append(time) }
    // 300 arrivals: 60 in the first second, none in the second, 240 in the third.
    #expect(times.count { $0 <= ms(1000) } == 60)
    #expect(times.count { $0 > ms(1000) && $0 <= ms(2000) } == 0)
    #expect((299...300).contains(times.count))
    var random = try FunctionCountsReplay(
      .init(file: "f.csv", duration: ms(300_000), rate: .init(perSecond: 100)))
    try random.load { _ throws(InputError) in text }
    random.start(seed: 1, name: "")
    var count = 0
    while random.next(after: ms(0)) != nil { count += 1 }
    // Poisson with mean 30,000: five standard deviations.
    #expect(abs(count - 30_000) < 870)
  }

  @Test(arguments: [
    ("a,b\n", "f.csv:1:1: expected the header HashOwner,HashApp,HashFunction,Trigger,1,2,..."),
    ("o,a,f,http,1,2\n", "f.csv:2:1: expected 7 columns, found 6"),
    ("o,a,f,http,1,-2,3\n", "f.csv:2:1: minute 2: expected a count, found `-2`"),
    ("o,a,f,http,0,0,0\n", "f.csv: the trace holds no invocations"),
  ])
  func wrongCounts(text: String, expected: String) {
    let whole = text == "a,b\n" ? text : header + text
    #expect(
      message { _ = try FunctionCounts(parsing: whole, functions: nil, file: "f.csv") } == expected)
  }
}
