import Foundation
import Reports
import TestSupport
import Testing

@testable import Studies

/// Answers: are the figures of several seeds, their intervals and their differences right.
struct SpreadTests {
  /// Two-sided 95 % points of Student's distribution, as tables of it print them.
  @Test(
    arguments: [
      (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (10, 2.228),
      (29, 2.045), (30, 2.042), (120, 1.980), (9999, 1.960),
    ])
  func quantilesAreThoseOfTheTables(degrees: Int, expected: Double) {
    #expect(abs(StudentT.quantile(degrees: degrees) - expected) < 0.0005)
  }

  @Test func aSpreadOfThreeValues() throws {
    let spread = try #require(Spread([1, 2, 6]))
    #expect(spread.mean == 3 && spread.low == 1 && spread.high == 6)
    // Standard deviation sqrt(7), over sqrt(3), times 4.3027.
    #expect(abs(try #require(spread.interval) - 4.302653 * (7.0 / 3).squareRoot()) < 1e-5)
    #expect(Spread([]) == nil)
    #expect(Spread([5])?.interval == nil)
    #expect(Spread([0.1, 0.1, 0.1])?.interval == 0)
  }

  /// Whether a number read from JSON is `expected`: `JSONSerialization` reads decimals to within a few
  /// units of the last place, 1e-14 relative.
  private func isEqual(_ found: Double?, _ expected: Double?) -> Bool {
    guard let found, let expected else { return found == nil && expected == nil }
    return abs(found - expected) <= 1e-14 * abs(expected)
  }

  private static let table = """
    subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy
    a,none,1,0.001,1e-3,1000,0.75
    b,none,1,0.002,2e-3,2000,0.8

    """

  /// The report of a scenario on the table above.
  private func report(
    _ parts: String, table: String = SpreadTests.table, capacity: Double? = nil
  ) throws -> Report {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(table.utf8).write(to: folder.appending(path: "table.csv"))
    try Data("0\n0.1\n0.2\n0.3\n0.4\n".utf8).write(to: folder.appending(path: "times.txt"))
    let path = folder.appending(path: "scenario.yaml")
    let head = "name: s\nsummary: s.\nsource: made for the tests\ntable: table.csv\n"
    try Data((head + parts).utf8).write(to: path)
    let experiment = try ServingExperiment(path.path, folders: Repository.folders)
    if let capacity { return try experiment.capacity(attainment: capacity, command: "test") }
    return try experiment.report(command: "test")
  }

  private static let two = """
    arrivals: {kind: poisson, rate: 400 Hz}
    demands: {latency: {low: 4 ms, high: 4 ms}}
    options: {queries: 400, seed: 1, warm_up: 50}
    seeds: [1, 2, 3]
    runs:
      - {name: large, policy: {kind: fixed, subnet: b}, caching: {kind: none}}
      - {name: small, policy: {kind: fixed, subnet: a}, caching: {kind: none}}
    """

  private func policies(_ report: Report) throws -> [[String: Any]] {
    let document = try JSONSerialization.jsonObject(with: Data(report.document.text.utf8))
    return try #require((document as? [String: Any])?["policies"] as? [[String: Any]])
  }

  @Test func everyFigureHasItsSeedsItsSpreadAndItsDifferences() throws {
    let report = try report(Self.two)
    let policies = try policies(report)
    var means: [[Double]] = []
    for policy in policies {
      let seeds = try #require(policy["seeds"] as? [[String: Any]])
      #expect(seeds.compactMap { $0["seed"] as? Int } == [1, 2, 3])
      let latencies = try seeds.map { seed in
        try #require((seed["latency_s"] as? [String: Any])?["mean"] as? Double)
      }
      means.append(latencies)
      let expected = try #require(Spread(latencies))
      let latency = try #require(policy["latency_s"] as? [String: Any])
      #expect(isEqual(latency["mean"] as? Double, expected.mean))
      let all = try #require(policy["spread"] as? [String: Any])
      let spread = try #require((all["latency_s"] as? [String: Any])?["mean"] as? [String: Double])
      #expect(spread["low"] == expected.low && spread["high"] == expected.high)
      #expect(isEqual(spread["mean"], expected.mean))
      // The differences of nearly equal numbers: a few more digits are lost.
      let width = try #require(expected.interval)
      #expect(abs(try #require(spread["ci95"]) / width - 1) < 1e-9)
      // The largest of all seeds, the sum over them.
      let largest = try seeds.map { seed in
        try #require((seed["latency_s"] as? [String: Any])?["max"] as? Double)
      }
      #expect(isEqual(latency["max"] as? Double, largest.max()))
      #expect(Set(largest).count > 1)
      #expect(policy["completed"] as? Int == 3 * 350 && policy["queries"] as? Int == 3 * 350)
    }
    #expect(policies[0]["paired"] is NSNull)
    let paired = try #require(policies[1]["paired"] as? [String: Any])
    #expect(paired["against"] as? String == "large")
    let change = try #require((paired["latency_s"] as? [String: Any])?["mean"] as? [String: Double])
    let expected = try #require(Spread(zip(means[1], means[0]).map { $0 - $1 }))
    #expect(abs(try #require(change["mean"]) / expected.mean - 1) < 1e-9)
    #expect(abs(try #require(change["ci95"]) / #require(expected.interval) - 1) < 1e-9)
    // Equal arrivals: the differences vary less than the figures of the slower run.
    #expect(try #require(expected.interval) < #require(Spread(means[0])?.interval))
  }

  @Test func programsReadARowPerSeed() throws {
    let report = try report(Self.two)
    let lines = CSVTable.text(of: report).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = lines[0]
    let seed = try #require(header.firstIndex(of: "seed"))
    let mean = try #require(header.firstIndex(of: "latency_mean_s"))
    let width = try #require(header.firstIndex(of: "latency_mean_s_ci95"))
    #expect(lines.count == 1 + 2 + 6)
    #expect(lines.dropFirst().allSatisfy { $0.count == header.count })
    #expect(lines.dropFirst().map { $0[seed] } == ["", "", "1", "2", "3", "1", "2", "3"])
    let values = try lines[3...5].map { try #require(Double($0[mean])) }
    #expect(Double(lines[1][mean]) == Spread(values)?.mean)
    #expect(Double(lines[1][width]) == Spread(values)?.interval)
    // People read a row per run.
    #expect(report.table.rows.count == 2)
  }

  @Test func oneSeedHasNoInterval() throws {
    let report = try report(Self.two.replacing("[1, 2, 3]", with: "[4]"))
    #expect(!report.conclusions.contains { $0.0.contains("95 %") || $0.1.contains("+-") })
    let all = try #require(try policies(report)[0]["spread"] as? [String: Any])
    let spread = try #require(all["slo_attainment"] as? [String: Any])
    #expect(spread["ci95"] is NSNull && spread["low"] as? Double == spread["high"] as? Double)
  }

  /// What is not known or does not exist is empty, never zero and never NaN.
  @Test(arguments: [
    ("{kind: fcfs, late: drop}", "{low: 1 us, high: 1 us}", ""),
    ("{kind: fcfs}", "{low: 5 ms, high: 5 ms}", ", until: 1 us"),
  ])
  func aRunThatServesNothingHasNoFigures(policy: String, latency: String, until: String) throws {
    let report = try report(
      """
      arrivals: {kind: poisson, rate: 1 Hz}
      demands: {latency: \(latency)}
      options: {queries: 20, seed: 1\(until)}
      seeds: [1, 2, 3]
      runs:
        - {name: x, policy: \(policy), caching: {kind: none}}
        - {name: y, policy: \(policy), caching: {kind: none}}
      """)
    let found = try policies(report)[1]
    for name in [
      "mean_accuracy", "mean_accuracy_completed", "energy_j_per_query", "dram_bytes_per_query",
    ] {
      #expect(found[name] is NSNull, "\(name)")
    }
    #expect((found["latency_s"] as? [String: Any])?["mean"] is NSNull)
    #expect(!report.conclusions.contains { $0.0.contains(" / ") })
    for format in [TerminalTable.text(of: report), CSVTable.text(of: report), report.document.text]
    {
      let words = format.lowercased().split { !$0.isLetter }
      #expect(!words.contains("nan"))
    }
    #expect(report.warnings.contains { $0.hasPrefix("x: no query is served") })
    #expect(report.headline.isEmpty || until.isEmpty)
  }

  @Test func aMeasuredTableReportsWhatItKnows() throws {
    let report = try report(
      Self.two, table: "subnet,batch,latency_s,accuracy\na,1,0.001,0.75\nb,1,0.002,0.8\n")
    let found = try policies(report)[0]
    #expect(found["energy_j_per_query"] is NSNull && found["dram_bytes_per_query"] is NSNull)
    #expect(found["cache_hit_ratio"] is NSNull)
    #expect((found["latency_s"] as? [String: Any])?["mean"] is Double)
    #expect(report.charts.map(\.name) == ["latency-distribution", "latency-accuracy"])
    #expect(report.warnings.contains("the table has no DRAM bytes: nothing is said about traffic"))
  }

  @Test func arrivalsThatEndEarlyAreSaid() throws {
    let text = Self.two.replacing(
      "{kind: poisson, rate: 400 Hz}", with: "{kind: trace, file: times.txt, format: timestamps}"
    )
    .replacing("queries: 400, seed: 1, warm_up: 50", with: "queries: 20, warm_up: 2")
    let warnings = try report(text).warnings
    #expect(warnings.contains("the arrivals end after 5 queries, options.queries asks for 20"))
    #expect(try !report(Self.two).warnings.contains { $0.hasPrefix("the arrivals end") })
  }

  /// A table that does not say what a loaded byte costs has loads without energy, and says so.
  @Test(arguments: [("", true), (", energy_per_loaded_byte: 0 pJ", false)])
  func loadsWithoutAPriceAreSaid(option: String, isSaid: Bool) throws {
    let table = """
      subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy,load_bytes,load_s
      a,none,1,0.001,1e-3,1000,0.75,0,0
      a,g,1,0.001,1e-3,1000,0.75,500,0.0001

      """
    let report = try report(
      """
      arrivals: {kind: poisson, rate: 400 Hz}
      demands: {latency: {low: 4 ms, high: 4 ms}}
      options: {queries: 400, seed: 1, charges_initial_load: true\(option)}
      runs:
        - {name: x, policy: {kind: fcfs}, caching: {kind: static, subgraph: g}}
      """, table: table)
    #expect(
      report.warnings.contains { $0.hasPrefix("loads of sub-graphs count without energy") }
        == isSaid)
  }

  @Test func capacityHoldsOverAllSeeds() throws {
    let report = try report(Self.two, capacity: 0.9)
    for policy in try policies(report) {
      let rate = try #require(policy["rate_hz"] as? Double)
      func attainment(_ rate: Double) throws -> Double {
        let found = try self.policies(
          self.report(Self.two.replacing("rate: 400 Hz", with: "rate: \(rate) Hz")))
        let own = try #require(found.first { $0["name"] as? String == policy["name"] as? String })
        return try #require(own["slo_attainment"] as? Double)
      }
      #expect(try attainment(rate) >= 0.9)
      #expect(isEqual(try attainment(rate), policy["slo_attainment"] as? Double))
      #expect(try attainment(#require(policy["lowest_failing_hz"] as? Double)) < 0.9)
    }
  }

  /// The least accurate sub-network takes longer than any deadline, whatever the rate.
  @Test func noRateMeetsWhatNoServiceMeets() throws {
    let report = try report(Self.two.replacing("4 ms", with: "1.5 ms"), capacity: 1)
    let found = try policies(report)
    #expect(found[0]["rate_hz"] is NSNull && found[1]["rate_hz"] is Double)
    #expect(report.conclusions.map(\.0) == ["large"])
    #expect(report.conclusions.map(\.1) == ["no rate meets it"])
  }

  /// Both rates of a bursty stream change together.
  @Test func arrivalsOfSeveralRatesAreScaled() throws {
    let report = try report(
      Self.two.replacing(
        "{kind: poisson, rate: 400 Hz}",
        with: "{kind: bursty, base_rate: 100 Hz, variant_rate: 300 Hz, squared_variation: 2}"),
      capacity: 0.9)
    for policy in try policies(report) { #expect(policy["rate_hz"] is Double) }
    for kind in ["closed-loop", "periodic, sources: 1, period: 1 ms"] {
      #expect(throws: (any Error).self) {
        try self.report(
          Self.two.replacing("{kind: poisson, rate: 400 Hz}", with: "{kind: \(kind)}"),
          capacity: 0.9)
      }
    }
  }
}
