import Foundation
import Testing

// Every figure that `list metrics` names can be an objective, of the sweeps that it says.
@Suite struct MetricListTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The words of the list, each with the sweeps that have it.
  private func words() throws -> [(word: String, inference: Bool, serving: Bool)] {
    let outcome = try Program.run("list metrics")
    #expect(outcome.code == 0, "\(outcome.errors)")
    return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      let summary = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
      return (
        String(parts[0]), !summary.hasPrefix("serving: "), !summary.hasPrefix("inference: ")
      )
    }
  }

  /// Sweeps of one design with three objectives each, all words in turn.
  private func files(_ target: String, axis: String, _ words: [String]) throws -> [String] {
    try stride(from: 0, to: words.count, by: 3).map { start in
      let few = words[start..<min(start + 3, words.count)]
      return try scratch.file(
        "\(few.joined(separator: "-")).yaml",
        """
        name: words
        summary: Some objectives.
        source: made for the tests
        \(target)
        axes:
          - {name: axis, path: \(axis), values: [1, 2]}
        objectives: [\(few.joined(separator: ", "))]
        """)
    }
  }

  @Test func everyWordIsAnObjective() throws {
    let words = try words()
    for name in ["latency", "latency_p99", "slo_attainment", "accuracy_completed", "dropped"] {
      #expect(words.contains { $0.word == name && $0.serving }, "\(name)")
    }
    #expect(Set(words.map(\.word)).count == words.count)
    _ = try scratch.file(
      "table.csv", "subnet,batch,latency_s,accuracy\na,1,0.001,0.75\nb,1,0.002,0.8\n")
    let scenario = try scratch.file(
      "scenario.yaml",
      """
      name: small
      summary: Small.
      source: made for the tests
      table: table.csv
      arrivals: {kind: poisson, rate: 100 Hz}
      demands: {latency: {low: 20 ms, high: 20 ms}}
      options: {queries: 20}
      runs:
        - {name: plain, policy: {kind: fcfs}, caching: {kind: none}}
      """)
    let paths =
      try files(
        "inference: {architecture: sushi-analytic, workload: resnet20-cifar}",
        axis: "architecture.datapath.pixels", words.filter(\.inference).map(\.word))
      + files(
        "serving: {scenario: \(scenario)}", axis: "scenario.options.devices",
        words.filter(\.serving).map(\.word))
    let outcome = try Program.run(["check"] + paths)
    #expect(outcome.code == 0, "\(outcome.errors)")
  }
}
