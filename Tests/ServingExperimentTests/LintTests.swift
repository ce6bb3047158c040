import Foundation
import Reports
import TestSupport
import Testing

@testable import Studies

/// Answers: does each rule speak where it should, and only there.
struct LintTests {
  /// A scenario in which nothing is wrong, but for one load.
  private static let good = [
    "arrivals": "{kind: gamma, rate: 400 Hz, squared_variation: 4}",
    "accuracy": "{low: 0.7, high: 0.8}", "latency": "{low: 5 ms, high: 20 ms}",
    "options": "{queries: 12000, seed: 1, warm_up: 100}", "seeds": "[1, 2, 3]",
    "runs": """
    [{name: plain, policy: {kind: strict-accuracy}, caching: {kind: none}},
     {name: fast, policy: {kind: minimum-accuracy}, caching: {kind: none}}]
    """,
  ]

  /// What suffices for rules that read the scenario, not its figures.
  private static let few = "{queries: 300, seed: 1, warm_up: 100}"
  /// Of the good scenario.
  private static let goodWarnings = Result { try warnings([:]) }

  /// The warnings of the good scenario with some parts replaced.
  private static func warnings(_ changes: [String: String]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = """
      subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy
      a,none,1,0.001,1e-3,1000,0.75
      b,none,1,0.002,2e-3,2000,0.8
      a,none,2,0.0015,1e-3,1000,0.75
      b,none,2,0.003,2e-3,2000,0.8
      a,g,1,0.0009,1e-3,1000,0.75
      b,g,1,0.0018,2e-3,2000,0.8
      a,g,2,0.0014,1e-3,1000,0.75
      b,g,2,0.0028,2e-3,2000,0.8

      """
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    let parts = good.merging(changes) { $1 }
    func part(_ name: String) throws -> String { try #require(parts[name]) }
    let scenario = """
      name: linted
      summary: For the rules.
      source: made for the tests
      table: table.csv
      arrivals: \(try part("arrivals"))
      demands: {accuracy: \(try part("accuracy")), latency: \(try part("latency"))}
      options: \(try part("options"))
      seeds: \(try part("seeds"))
      runs: \(try part("runs"))
      """
    let path = folder.appending(path: "scenario.yaml")
    try Data(scenario.utf8).write(to: path)
    return try ServingExperiment(path.path, folders: Repository.folders)
      .report(command: "test").warnings
  }

  private func runs(_ policies: [(String, String)]) -> String {
    let list = policies.enumerated().map {
      "{name: r\($0.offset), policy: {\($0.element.0)}, caching: {\($0.element.1)}}"
    }
    return "[\(list.joined(separator: ", "))]"
  }

  @Test func oneLoadIsAllThatIsWrongWithTheGoodScenario() throws {
    let found = try Self.goodWarnings.get()
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("one load only, none past saturation (busiest run "))
  }

  @Test func aSaturatedLoadIsStillOneLoad() throws {
    let found = try Self.warnings(["arrivals": "{kind: gamma, rate: 4000 Hz, squared_variation: 4}"]
    )
    #expect(found.contains { $0.hasPrefix("one load only: at least three") })
    #expect(!found.contains { $0.contains("none past saturation") })
  }

  @Test func aClosedLoopHasNoLoad() throws {
    #expect(try Self.warnings(["arrivals": "{kind: closed-loop}"]).isEmpty)
  }

  @Test(arguments: [
    ("seeds", "[1, 2]", "2 seeds: at least 3 are needed to show a spread"),
    ("seeds", "[7]", "1 seed: at least 3 are needed to show a spread"),
    (
      "options", "{queries: 12000, seed: 1}", "no warm-up is left out of the figures"
    ),
    (
      "runs", "[{name: plain, policy: {kind: strict-accuracy}, caching: {kind: none}}]",
      "one run: there is nothing to compare it with"
    ),
    (
      "options", "{queries: 1050, seed: 1, warm_up: 100}",
      "plain: too few queries for a 99th percentile"
    ),
    (
      "options", "{queries: 9000, seed: 1, warm_up: 100}",
      "plain: too few queries for a 99.9th percentile"
    ),
    (
      "options", "{queries: 12000, seed: 1, warm_up: 100, until: 20 s}",
      "in flight at the end and in no figure"
    ),
    ("latency", "{low: 1 ns, high: 1 ns}", "plain: no query meets its deadline"),
    ("accuracy", "{low: 0.9, high: 0.9}", "fast: no query gets the accuracy it asks for"),
  ])
  func aMistakeIsSaid(part: String, text: String, warning: String) throws {
    #expect(try !Self.goodWarnings.get().contains { $0.hasSuffix(warning) })
    #expect(try Self.warnings([part: text]).contains { $0.hasSuffix(warning) }, "\(warning)")
  }

  @Test func enoughQueriesForOnePercentileAreNotEnoughForAnother() throws {
    let found = try Self.warnings(["options": "{queries: 9000, seed: 1, warm_up: 100}"])
    #expect(!found.contains { $0.contains("99th percentile") })
  }

  @Test func constantDemandsNeedBurstyArrivals() throws {
    var constant = [
      "accuracy": "{low: 0.75, high: 0.75}", "latency": "{low: 9 ms, high: 9 ms}",
    ]
    #expect(try !Self.warnings(constant).contains { $0.contains("real streams vary") })
    constant["arrivals"] = "{kind: poisson, rate: 400 Hz}"
    #expect(
      try Self.warnings(constant).contains {
        $0.hasPrefix(
          "every query asks for the same and arrivals are no burstier than Poisson (CV^2 ")
      })
    #expect(
      try !Self.warnings(["arrivals": "{kind: poisson, rate: 400 Hz}"])
        .contains { $0.contains("real streams vary") })
  }

  @Test func dropsAreSaid() throws {
    let list = runs([
      ("kind: edf, late: drop", "kind: none"), ("kind: lars, late: drop", "kind: none"),
    ])
    let found = try Self.warnings([
      "runs": list, "arrivals": "{kind: gamma, rate: 900 Hz, squared_variation: 4}",
    ])
    for run in ["r0", "r1"] {
      #expect(found.contains { $0.hasPrefix("\(run) gives up ") && $0.contains("of its queries") })
    }
  }

  @Test func fullBatchesBeyondEveryDeadlineAreSaid() throws {
    func warnings(_ options: String, _ high: String) throws -> [String] {
      try Self.warnings([
        "latency": "{low: 2 ms, high: \(high)}", "options": Self.few,
        "runs": "[{name: b, policy: {kind: fixed, subnet: b, \(options)}, caching: {kind: none}}]",
      ]).filter { $0.contains("full batch") }
    }
    #expect(
      try warnings("batching: full", "2.7 ms") == [
        "b: a full batch of 2 alone takes 2.80 ms, longer than every deadline (2.70 ms); "
          + "`batching: deadline` keeps them"
      ])
    #expect(try warnings("batching: full", "2.8 ms").isEmpty)
    #expect(try warnings("batching: full, max_batch: 1", "2.7 ms").isEmpty)
    #expect(try warnings("batching: deadline", "2.7 ms").isEmpty)
  }

  @Test func unequalTuningIsSaid() throws {
    let queries = runs([
      ("kind: strict-accuracy", "kind: most-frequent, window: 8"),
      ("kind: strict-accuracy", "kind: lookahead, interval: 4"),
    ])
    #expect(
      try Self.warnings(["options": Self.few, "runs": queries]).contains(
        "caching option `interval` differs between kinds: most-frequent 8, lookahead 4"))
    let lates = runs([
      ("kind: maxbatch, late: drop", "kind: none"), ("kind: maxacc", "kind: none"),
    ])
    #expect(
      try Self.warnings(["options": Self.few, "runs": lates]).contains(
        "policy option `late` differs between kinds: maxbatch drop, maxacc fastest"))
    // The same options, and the sub-network that a run is about, are no tuning.
    let equal = runs([
      ("kind: maxbatch", "kind: most-frequent, window: 8"),
      ("kind: maxacc", "kind: static, subgraph: g"),
      ("kind: fixed, subnet: a", "kind: none"), ("kind: fixed, subnet: b", "kind: none"),
    ])
    #expect(
      try !Self.warnings(["options": Self.few, "runs": equal]).contains {
        $0.contains("option") || $0.contains("tried")
      })
  }

  @Test func unequalTuningEffortIsSaid() throws {
    let tried = runs([
      ("kind: slackfit, buckets: 5", "kind: none"), ("kind: slackfit, buckets: 9", "kind: none"),
      ("kind: slackfit, buckets: 30", "kind: none"), ("kind: maxacc", "kind: none"),
    ])
    #expect(
      try Self.warnings(["options": Self.few, "runs": tried]).contains(
        "policy kinds are tried with unequal numbers of settings: slackfit 3, maxacc 1"))
  }
}
