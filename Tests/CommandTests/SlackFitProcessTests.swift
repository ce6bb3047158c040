import Foundation
import Testing

/// Answers: does a built-in policy that is written a second time, as a process, decide the same.
struct SlackFitProcessTests {
  private let scratch = try? Scratch()

  /// Every option of SlackFit at each of its values, and what goes with it in a scenario.
  private static let slackFits: [(options: String, devices: String, caching: String)] = [
    ("", "options: {queries: 300, devices: 2}", "{kind: none}"),
    (
      ", buckets: 3, reading: below-top, late: drop", "options: {queries: 400, devices: 1}",
      "{kind: static, subgraph: held}"
    ),
    (
      ", tie_break: fastest, comparison: strict, batch_limit: none, late: fastest-at-max-batch",
      "options: {queries: 400, devices: 2}", "{kind: most-frequent, window: 8}"
    ),
    (
      ", buckets: 40, reading: below-top",
      "options: {queries: 400, failures: {every: 200 ms, repair: 90 ms, in_flight: requeue}}\n"
        + "devices: [{name: fast, speed: 2}, {name: slow, count: 2}]", "{kind: none}"
    ),
  ]

  @Test(arguments: slackFits.indices)
  func `SlackFit as a process gives the same bytes`(number: Int) throws {
    let (options, devices, caching) = Self.slackFits[number]
    let scratch: Scratch = try #require(scratch)
    _ = try scratch.file("table.csv", ProcessPolicyTests.table)
    let script = Program.root.appendingPathComponent("workloads/policies/slackfit.py").path
    let own =
      "{kind: process, command: [python3, \(script)], order: deadline, options: {\(options.dropFirst(2))}}"
    var written: [String] = []
    var figures: [[ArraySlice<Substring>]] = []
    for policy in ["{kind: slackfit\(options)}", own] {
      let path = try scratch.file(
        "scenario.yaml",
        """
        name: both
        summary: A built-in policy, written both ways.
        source: made for the test
        table: table.csv
        arrivals: {kind: gamma, rate: 300 Hz, squared_variation: 4}
        demands: {latency: {low: 3 ms, high: 40 ms}}
        \(devices)
        seeds: [3, 4]
        runs:
          - {name: one, policy: \(policy), caching: \(caching)}

        """)
      let queries = scratch.path("queries.csv")
      let outcome = try Program.run(
        ["serve", path, "--quiet", "--queries", queries, "--format", "csv"])
      #expect(outcome.code == 0, "\(outcome.errors)")
      written.append(try String(contentsOfFile: queries, encoding: .utf8))
      // The policy's name is the second column.
      figures.append(
        outcome.text.split(separator: "\n").map {
          $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst(2)
        })
    }
    #expect(written[0] == written[1])
    #expect(figures[0] == figures[1] && figures[0].count > 1)
    // More than one choice was made.
    #expect(written[0].contains(",small,") && written[0].contains(",large,"))
  }
}
