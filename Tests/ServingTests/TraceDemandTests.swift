import Components
import Inputs
import Testing
import Units

@testable import Serving

/// Answers: do the rows of a trace say what its queries ask for, under every name, and are wrong ones
/// refused at the right place.
struct TraceDemandTests {
  private func replay(
    _ text: String, _ format: ArrivalTrace.Format, columns: [TraceColumn: String]? = nil,
    models: [String: String]? = nil
  ) throws -> TraceReplay {
    var replay = try TraceReplay(
      .init(
        file: "t.csv", format: format, columns: columns.map { TraceColumns($0) },
        models: models.map { TraceModels($0) }))
    try replay.load { _ throws(InputError) in text }
    return replay
  }

  /// Every query's arrival and demand, in milliseconds, as one line.
  private func lines(
    _ replay: TraceReplay, _ mix: DemandMix = DemandMix(latency: ms(7), accuracy: 0.25)
  ) throws -> [String] {
    let table = try table([[[1]], [[2]], [[3]]])
    let rows = try replay.demands?.rows(of: table) ?? []
    var source = DemandSource(mix, seed: 1, trace: replay.demands, rows: rows)
    var replay = replay
    replay.start(seed: 1, name: "")
    var found: [String] = []
    while let time = replay.next(after: ms(0)) {
      let demand = source.next()
      let subnet = demand.subnet.map { " s\($0)" } ?? ""
      let group = demand.group.map { " \(replay.demands?.classes[$0] ?? "?")" } ?? ""
      found.append(
        "\(time.seconds * 1e3) \(demand.latency.seconds * 1e3) \(demand.accuracy)\(subnet)\(group)")
    }
    return found
  }

  private let own = "arrival_s,latency_ms,accuracy,class,model\n"

  @Test func rowsSayWhatQueriesAskFor() throws {
    let trace = try replay(
      own + "1,5,0.5,gold,s1\n1.002,,,,\n1.002,6.5,0.75,\"a, b\",s0\n1.5,5,1,gold,s1\n", .queries)
    #expect(
      try lines(trace) == [
        "0.0 5.0 0.5 s1 gold", "2.0 7.0 0.25", "2.0 6.5 0.75 s0 a, b", "500.0 5.0 1.0 s1 gold",
      ])
  }

  /// The same queries with every unit, as relative and as absolute times.
  @Test(arguments: [
    "arrival_s,latency_s\n1700000000.25,0.005\n1700000000.75,0.0005\n",
    "arrival_ms,latency_ms\n1700000000250,5\n1700000000750,0.5\n",
    "arrival_us,latency_us\n1700000000250000,5000\n1700000000750000,500\n",
    "arrival_ns,latency_ns\n1700000000250000000,5e6\n1700000000750000000,5e5\n",
    "arrival_s,deadline_s\n1700000000.25,1700000000.255\n1700000000.75,1700000000.7505\n",
    "arrival_ms,deadline_ms\n250,255\n750,750.5\n",
    "arrival_us,deadline_us\n250000,255000\n750000,750500\n",
    "arrival_ns,deadline_ns\n250000000,255000000\n750000000,750500000\n",
    "arrival,latency_ms\n2023-11-14T22:13:20.25Z,5\n2023-11-14 23:13:20.75+01:00,0.5\n",
    "arrival,deadline\n2024-02-29 23:59:59.5,2024-02-29 23:59:59.505\n"
      + "2024-03-01 00:00:00,2024-03-01 00:00:00.000500000000\n",
    "arrival,deadline_s\n2023-11-14T22:13:20.25Z,1700000000.255\n"
      + "2023-11-14T22:13:20.75Z,1700000000.7505\n",
  ])
  func unitsAreThoseOfTheHeader(text: String) throws {
    #expect(try lines(try replay(text, .queries)) == ["0.0 5.0 0.25", "500.0 0.5 0.25"])
  }

  /// A `Double` of Unix seconds holds a quarter of a microsecond.
  @Test func unixSecondsAreExactToThePicosecond() throws {
    let trace = try replay("1700000000.000000000001\n1700000000.000000000003\n", .timestamps)
    #expect(try lines(trace).count == 2)
    let parsed = try ArrivalTrace(
      parsing: "1700000000.000000000001\n1700000000.0000000000034\n1700000001\n",
      format: .timestamps, file: "t")
    #expect(parsed.times == [0, 2, 999_999_999_999].map { SimulationTime($0) })
  }

  @Test func decimalsAreReadExactly() {
    for (text, power, expected) in [
      ("0.1", 12, 100_000_000_000), ("1e-3", 12, 1_000_000_000), ("1.5E2", 3, 150_000),
      (".5", 0, 1), ("0.49", 0, 0), ("5.", 0, 5), ("000.0000000000005", 12, 1),
      ("0.00000000000049999999999999999999999999", 12, 0),
    ] as [(String, Int, Int128)] {
      #expect(TraceValue.picoseconds(text, power: power) == expected, "\(text)")
    }
    for text in [
      "", ".", "-1", "+1", "1e", "1e999", "0x1", "nan", "inf", "1 ", "1,5", "9e30", "--",
    ] {
      #expect(TraceValue.picoseconds(text, power: 12) == nil, "\(text)")
    }
  }

  @Test func linesMayEndAsTheyLike() throws {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["\u{FEFF}arrival_ms", "1", "", "3"].joined(separator: end)
      #expect(try lines(try replay(text, .queries)) == ["0.0 7.0 0.25", "2.0 7.0 0.25"])
    }
  }

  @Test func namedColumnsAreThoseOfTheFile() throws {
    let text = "who,t,slo,top1,net\nx,3,5,76.7,big\ny,4,9,76.7,small\n"
    let trace = try replay(
      text, .queries,
      columns: [
        .arrivalMilliseconds: "t", .latencyMilliseconds: "slo", .accuracyPercent: "top1",
        .model: "net", .class: "net",
      ], models: ["big": "s2", "small": "s0"])
    #expect(try lines(trace) == ["0.0 5.0 0.767 s2 big", "1.0 9.0 0.767 s0 small"])
  }

  @Test func publishedTracesAreReadAsTheyAre() throws {
    let burst =
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
      + "5,ChatGPT,4,8,12,Conversation log\n6.5,GPT-4,7,0,7,API log\n"
    #expect(
      try lines(try replay(burst, .burstGPT))
        == ["0.0 7.0 0.25 Conversation log", "1500.0 7.0 0.25 API log"])
    #expect(
      try lines(try replay(burst, .burstGPT, models: ["ChatGPT": "s0", "GPT-4": "s2"]))
        == ["0.0 7.0 0.25 s0 Conversation log", "1500.0 7.0 0.25 s2 API log"])
    let second =
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
      + "0,,1.5,GPT-4,4,8,12,API log\n"
    #expect(try lines(try replay(second, .burstGPT)) == ["0.0 7.0 0.25 API log"])
    let vidur = "arrived_at,num_prefill_tokens,num_decode_tokens\n0.5,90,7\n0.75,3,1\n"
    #expect(try lines(try replay(vidur, .vidur)) == ["0.0 7.0 0.25", "250.0 7.0 0.25"])
    let azure =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,48,10\n"
      + "2023-11-16 18:17:04.9799600,1,2\n"
    #expect(try lines(try replay(azure, .azureLLM)) == ["0.0 7.0 0.25", "1000.0 7.0 0.25"])
  }

  /// Lines stand in the order of the ends; the second began before the first.
  @Test func functionsOf2021ArriveWhenTheyStart() throws {
    let text = "app,func,end_timestamp,duration\na,f,2,0.5\nb,g,3,2.25\na,h,0.25,1\n"
    #expect(
      try lines(try replay(text, .azureFunctions2021))
        == ["0.0 7.0 0.25 a", "1500.0 7.0 0.25 b", "2250.0 7.0 0.25 a"])
  }

  /// Columns of the scenario stand in for those of a format, which then may hold others.
  @Test func aFormatMayHaveMoreColumns() throws {
    let text = "arrived_at,num_prefill_tokens,num_decode_tokens,slo,x\n0,1,1,0.5,q\n"
    #expect(
      try lines(try replay(text, .vidur, columns: [.latencySeconds: "slo"])) == ["0.0 500.0 0.25"])
    #expect(
      message { _ = try replay(text, .vidur) }
        == "t.csv:1:49: unknown column `slo`, expected "
        + "arrived_at,num_prefill_tokens,num_decode_tokens, or `columns` in the scenario, which "
        + "leaves others out")
  }

  /// What a row leaves out is what the query would have drawn without the trace.
  @Test func whatIsLeftOutIsDrawnAsEver() throws {
    let mix = DemandMix(
      accuracy: .init(low: 0, high: 1), latency: .init(low: ms(1), high: ms(100)),
      subnetWeights: [1, 1, 1])
    let plain = try replay("arrival_s\n0\n1\n2\n3\n", .queries)
    let some = try replay("arrival_s,accuracy\n0,\n1,0.5\n2,\n3,\n", .queries)
    let (drawn, mixed) = (try lines(plain, mix), try lines(some, mix))
    #expect(drawn[0] == mixed[0] && drawn[2] == mixed[2] && drawn[3] == mixed[3])
    #expect(drawn[1] != mixed[1])
  }

  @Test func aStretchedTraceKeepsItsConstraints() throws {
    var trace = try TraceReplay(
      .init(file: "t.csv", format: .queries, rate: .init(perSecond: 10)))
    try trace.load { _ throws(InputError) in "arrival_s,deadline_s\n5,6\n6,6.5\n7,7.25\n" }
    #expect(try lines(trace) == ["0.0 1000.0 0.25", "100.0 500.0 0.25", "200.0 250.0 0.25"])
  }

  @Test func aMixWithoutLatencyNeedsEveryRow() throws {
    let table = try table([[[1]]])
    func simulation(_ text: String) throws -> ServingSimulation {
      try ServingSimulation(
        table: table, arrivals: try replay(text, .queries), demands: DemandMix(),
        policy: FirstComeFirstServed(.init()), caching: NoCaching(.init()),
        options: ServingOptions(queries: 9))
    }
    let run = try simulation("arrival_ms,latency_ms\n0,1\n5,0.5\n9,2\n").run()
    #expect(run.metrics.onTime == 2 && run.metrics.completed == 3)
    for text in ["arrival_ms,latency_ms\n0,1\n5,\n", "arrival_ms\n0\n"] {
      #expect(message { _ = try simulation(text) }.hasPrefix("demands: missing key `latency`"))
    }
  }

  @Test(arguments: [
    (
      "arrival_s,deadlin_s\n1,2\n",
      "t.csv:1:11: unknown column `deadlin_s`, did you mean "
        + "`deadline_s`?"
    ),
    (
      "arrival_s,arrival_ms\n1,2\n",
      "t.csv:1:11: `arrival_s` says already when a query arrives, expected one of them"
    ),
    (
      "arrival_s,latency_s,deadline_s\n1,2,3\n",
      "t.csv:1:21: `latency_s` says already by when a query wants its answer, expected one of them"
    ),
    ("arrival_s,class,class\n1,a,a\n", "t.csv:1:17: the column `class` is there twice"),
    (
      "latency_s\n1\n",
      "t.csv:1:1: no column says when a query arrives, expected `arrival` for "
        + "dates or `arrival_s`, `arrival_ms`, `arrival_us`, `arrival_ns`, or `columns` in the "
        + "scenario"
    ),
    ("arrival_s,class\n1\n", "t.csv:2:1: expected 2 columns as in the header, found 1"),
    ("arrival_s,class\n1,\"a\n", "t.csv:2:3: a quotation mark is not closed"),
    (
      "class,arrival_s\na,5\nb,4\n",
      "t.csv:3:3: earlier than the line before; a trace must be sorted"
    ),
    (
      "class,arrival_s\na,5\nb,1e9\n",
      "t.csv:3:3: more than 53 days after the first line, where the clock of a simulation ends"
    ),
    (
      "arrival_s\n1700000000000\n",
      "t.csv:2:1: arrival_s: expected a time from 0 to 1e11 "
        + "seconds, in seconds, found `1700000000000`"
    ),
    (
      "arrival_s\n2023-11-16\n",
      "t.csv:2:1: arrival_s: expected a time from 0 to 1e11 seconds, "
        + "in seconds, found `2023-11-16`"
    ),
    (
      "arrival\n12.5\n",
      "t.csv:2:1: arrival: expected a date such as `2023-11-16 "
        + "18:17:03.9799600` or `2024-05-10T00:00:00Z`, with an offset such as `+00:00` or "
        + "without, found `12.5`"
    ),
    (
      "arrival_s,latency_ms\n1,0\n",
      "t.csv:2:3: latency_ms: expected a time above 0 and below "
        + "53 days, in milliseconds, found `0`"
    ),
    (
      "arrival_s,latency_ms\n1,-4\n",
      "t.csv:2:3: latency_ms: expected a time above 0 and below "
        + "53 days, in milliseconds, found `-4`"
    ),
    (
      "arrival_s,deadline_s\n1,1\n", "t.csv:2:3: deadline_s: the deadline must be after the arrival"
    ),
    (
      "arrival_s,accuracy\n1,76.7\n",
      "t.csv:2:3: accuracy: expected an accuracy from 0 to 1, "
        + "found `76.7`; per cent stand in `accuracy_percent`"
    ),
    (
      "arrival_s,accuracy_percent\n1,101\n",
      "t.csv:2:3: accuracy_percent: expected an accuracy "
        + "from 0 to 100 per cent, found `101`"
    ),
    (
      "arrival_s,accuracy\n1,nan\n",
      "t.csv:2:3: accuracy: expected an accuracy from 0 to 1, "
        + "found `nan`; per cent stand in `accuracy_percent`"
    ),
    ("arrival_s\n", "t.csv: the trace is empty"),
  ])
  func wrongRowsAreRefusedAtTheirPlace(text: String, expected: String) {
    #expect(message { _ = try replay(text, .queries) } == expected)
  }

  @Test func wrongPublishedTracesAreRefused() throws {
    for (text, format, expected) in [
      (
        "Timestamp,Model,Request tokens,Response tokens,Total tokens\n", .burstGPT,
        "t.csv:1:1: missing column `Log Type`, expected "
          + "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type, found "
          + "`Timestamp,Model,Request tokens,Response tokens,Total tokens`"
      ),
      (
        "arrived_at,num_prefil_tokens,num_decode_tokens\n", .vidur,
        "t.csv:1:1: missing column `num_prefill_tokens`, did you mean `num_prefil_tokens`?"
      ),
      (
        "arrived_at,num_prefill_tokens,num_decode_tokens\n0,1,x\n", .vidur,
        "t.csv:2:5: num_decode_tokens: expected a whole number of 0 or more, found `x`"
      ),
      (
        "app,func,end_timestamp,duration\na,f,1,-1\n", .azureFunctions2021,
        "t.csv:2:7: duration: expected a time from 0 to 1e11 seconds, in seconds, found `-1`"
      ),
    ] as [(String, ArrivalTrace.Format, String)] {
      #expect(message { _ = try replay(text, format) } == expected)
    }
  }

  @Test func modelsAreSubnetworksOfTheTable() throws {
    let trace = try replay(own + "1,5,0.5,gold,s1\n2,5,0.5,gold,s11\n", .queries)
    #expect(
      message { _ = try lines(trace) }
        == "t.csv:3:14: the model `s11` is no sub-network of the table, did you mean `s1`?")
    let mapped = try replay(own + "1,5,0.5,gold,big\n", .queries, models: ["big": "s9x9"])
    #expect(
      message { _ = try lines(mapped) }
        == "t.csv:2:14: the model `big`, for which `models` says `s9x9`, is no sub-network of the "
        + "table, expected one of s0, s1, s2, or `models` in the scenario")
    #expect(
      message { _ = try replay("arrival_s\n1\n", .queries, models: ["a": "s0"]) }
        == "t.csv: no column says which model a query names, which `models` of the scenario is "
        + "about: expected a column `model`, or `columns` in the scenario")
  }

  @Test func columnsOfTheScenarioMakeSense() {
    func refusal(_ spec: TraceReplay.Spec) -> String { message { _ = try TraceReplay(spec) } }
    #expect(
      refusal(
        .init(
          file: "t", format: .queries,
          columns: TraceColumns([.arrivalSeconds: "a", .arrivalMilliseconds: "b"])))
        == "columns.arrival_ms: `arrival_s` says already when a query arrives, expected one of them"
    )
    #expect(
      refusal(.init(file: "t", format: .timestamps, columns: TraceColumns([.class: "a"])))
        == "columns: a file of timestamps has none, expected format: queries, or no columns")
    #expect(
      refusal(.init(file: "t", format: .timestamps, models: TraceModels([:])))
        == "models: a file of timestamps names none, expected format: queries, or no models")
    #expect(
      message {
        _ = try replay("a,b\n1,2\n", .queries, columns: [.arrivalSeconds: "t", .class: "b"])
      } == "t.csv:1:1: missing column `t`, did you mean `a`?")
  }
}
