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

  /// Of 2024: six digits or none, and an offset.
  @Test func azureTimesOf2024AreExact() throws {
    let trace = try parse(
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,2162,5\n"
        + "2024-05-10 00:00:00.017335+00:00,2399,6\n2024-05-10 00:00:01+00:00,1,1\n"
        + "2024-05-10 02:00:02+02:00,1,1\n2024-05-09 20:30:03.5-03:30,1,1\n", .azureLLM)
    #expect(
      trace.times
        == [0, 7_405_000_000, 990_070_000_000, 1_990_070_000_000, 3_490_070_000_000].map {
          SimulationTime($0)
        })
  }

  /// Seconds between neighbouring days at the ends of months and years.
  @Test(
    arguments: [
      ("2024-01-31 23:59:59.0", "2024-02-01 00:00:00.0", 1),
      ("2024-01-10 00:00:00", "2024-02-11 00:00:00", 32 * 86_400),
      ("2024-02-28 00:00:00", "2024-03-01 00:00:00", 2 * 86_400),
      ("2023-02-28 00:00:00", "2023-03-01 00:00:00", 86_400),
      ("2100-02-28 00:00:00", "2100-03-01 00:00:00", 86_400),
      ("2000-02-28 00:00:00", "2000-03-01 00:00:00", 2 * 86_400),
      ("2023-12-31 23:59:59", "2024-01-01 00:00:01", 2),
      ("2024-12-31 00:00:00", "2025-01-31 00:00:00", 31 * 86_400),
      ("1999-12-31 23:00:00-01:00", "2000-01-01 00:00:00+00:00", 0),
    ])
  func datesAreThoseOfTheCalendar(first: String, second: String, seconds: Int) throws {
    let trace = try parse(
      "TIMESTAMP,ContextTokens,GeneratedTokens\n\(first),1,1\n\(second),1,1\n", .azureLLM)
    #expect(trace.times == [SimulationTime(0), SimulationTime(seconds * 1_000_000_000_000)])
  }

  @Test(
    arguments: [
      ("2023-02-31 00:00:00", "there is no such day"),
      ("2023-02-29 00:00:00", "there is no such day"),
      ("1900-02-29 00:00:00", "there is no such day"),
      ("2023-04-31 00:00:00", "there is no such day"),
      ("2023-13-01 00:00:00", "there is no such day"),
      ("2023-00-01 00:00:00", "there is no such day"),
      ("2023-01-00 00:00:00", "there is no such day"),
      ("2023-01-01 23:60:00", "there is no such time of day"),
      ("2023-01-01 23:59:60", "there is no such time of day"),
      ("2023-01-01 23:59:59+24:00", "there is no such offset"),
    ])
  func daysThatDoNotExistAreRefused(text: String, reason: String) {
    let trace = "TIMESTAMP,ContextTokens,GeneratedTokens\n2020-02-29 00:00:00,1,1\n\(text),1,1\n"
    #expect(
      message { _ = try parse(trace, .azureLLM) } == "t.csv:3:1: TIMESTAMP: `\(text)`: \(reason)")
  }

  @Test(
    arguments: [
      "2023-1-01 00:00:00", "23-01-01 00:00:00", "2023-01-01t00:00:00", "2023-01-01 00:00",
      "2023-01-01 00:00:00.", "2023-01-01 00:00:00.1234567890123", "2023-01-01 00:00:00+0000",
      "2023-01-01 00:00:00 UTC", "2023-01-01 00:00:00z", "2023-01-01 00:00:00Z+00:00",
      "+023-01-01 00:00:00", "2023-01-01 -0:00:00", "",
    ])
  func otherFormsAreRefused(text: String) {
    let trace = "TIMESTAMP,ContextTokens,GeneratedTokens\n\(text),1,1\n"
    #expect(
      message { _ = try parse(trace, .azureLLM) }.hasPrefix(
        "t.csv:2:1: TIMESTAMP: expected a date such as `2023-11-16 18:17:03.9799600`"))
  }

  @Test func aTraceFitsTheClock() {
    for (second, text) in [
      ("2024-03-10 00:00:00", "t.csv:3:1: more than 53 days after the first line"),
      ("0001-01-01 00:00:00", "t.csv:3:1: earlier than the line before"),
    ] {
      let trace =
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-01-10 00:00:00,1,1\n\(second),1,1\n"
      #expect(message { _ = try parse(trace, .azureLLM) }.hasPrefix(text))
    }
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
      (
        "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,a,1,1,2,b\n",
        .timestamps,
        "t.csv:1:1: these are columns and no time; `format: burstgpt` reads them"
      ),
      (
        "arrived_at,num_prefill_tokens,num_decode_tokens\n0.0,1,1\n", .timestamps,
        "t.csv:1:1: these are columns and no time; `format: vidur` reads them"
      ),
      (
        "when,what\n0.0,1\n", .timestamps,
        "t.csv:1:1: these are columns and no time; `format: queries` with `columns` reads one of them, "
          + "such as `columns: {arrival_s: NAME}`"
      ),
      ("TIMESTAMP,ContextTokens,GeneratedTokens\n", .azureLLM, "t.csv: the trace is empty"),
      ("1\n3\n2\n", .timestamps, "t.csv:3:1: earlier than the line before; a trace must be sorted"),
      (
        "1\nx\n", .timestamps,
        "t.csv:2:1: expected a time from 0 to 1e11 seconds, in seconds, found `x`"
      ),
      (
        "-1\n", .timestamps,
        "t.csv:1:1: expected a time from 0 to 1e11 seconds, in seconds, found `-1`"
      ),
      (
        "1\n2023-11-16 05:00:00\n", .timestamps,
        "t.csv:2:1: expected a time from 0 to 1e11 seconds, in seconds, found `2023-11-16 05:00:00`"
      ),
      (
        "2023-11-16 05:00:00\n1\n", .timestamps,
        "t.csv:2:1: expected a date such as `2023-11-16 18:17:03.9799600` or "
          + "`2024-05-10T00:00:00Z`, with an offset such as `+00:00` or without, found `1`"
      ),
      (
        "inf\n", .timestamps,
        "t.csv:1:1: expected a time from 0 to 1e11 seconds, in seconds, found `inf`"
      ),
      (
        "nan\n", .timestamps,
        "t.csv:1:1: expected a time from 0 to 1e11 seconds, in seconds, found `nan`"
      ),
      (
        "a,b\n", .azureLLM,
        "t.csv:1:1: missing column `TIMESTAMP`, expected TIMESTAMP,ContextTokens,GeneratedTokens, "
          + "found `a,b`"
      ),
      (
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 25:00:00,1,2\n", .azureLLM,
        "t.csv:2:1: TIMESTAMP: `2023-11-16 25:00:00`: there is no such time of day"
      ),
      (
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16,1,2\n", .azureLLM,
        "t.csv:2:1: TIMESTAMP: expected a date such as `2023-11-16 18:17:03.9799600` or "
          + "`2024-05-10T00:00:00Z`, with an offset such as `+00:00` or without, found `2023-11-16`"
      ),
      (
        "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 05:00:00,1,-2\n", .azureLLM,
        "t.csv:2:23: GeneratedTokens: expected a whole number of 0 or more, found `-2`"
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
    ("o,a,f,http,1,-2,3\n", "f.csv:2:14: minute 2: expected a count, found `-2`"),
    ("o,a,f,http,0,0,0\n", "f.csv: the trace holds no invocations"),
  ])
  func wrongCounts(text: String, expected: String) {
    let whole = text == "a,b\n" ? text : header + text
    #expect(
      message { _ = try FunctionCounts(parsing: whole, functions: nil, file: "f.csv") } == expected)
  }
}

@Suite struct TraceFieldTests {
  /// Columns are those of characters, whether a line is plain, has quotation marks or letters beyond ASCII.
  @Test(arguments: [
    ("a,b,c", ["a", "b", "c"], [1, 3, 5]), ("", [""], [1]), (",", ["", ""], [1, 2]),
    ("one,,x y ,", ["one", "", "x y ", ""], [1, 5, 6, 11]),
    ("\u{e9}t\u{e9},2", ["\u{e9}t\u{e9}", "2"], [1, 5]), ("\"a,b\",c", ["a,b", "c"], [1, 7]),
    ("\"a\"\"b\",c", ["a\"b", "c"], [1, 8]), ("a\"b,c", ["a\"b", "c"], [1, 5]),
  ])
  func fieldsKnowTheirPlaces(line: String, texts: [String], columns: [Int]) throws {
    let fields = try CSVLine.fields(
      line[...], at: SourceLocation(file: "t.csv", line: 4, column: 1))
    #expect(fields.map(\.text) == texts)
    #expect(fields.map(\.place.column) == columns)
    #expect(fields.allSatisfy { $0.place.line == 4 })
  }
}
