import Components
import Documents
import Foundation
import Inputs
import Reports
import Serving
import TestSupport
import Testing
import Units

@testable import Studies

// Scenarios whose queries are graphs: files, closed forms, searches.
@Suite struct GraphExperimentTests {
  private static let folders = SpecFolders(root: Repository.root.path)
  private let scratch: URL

  init() throws {
    scratch = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    let costs = """
      subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy
      a,none,1,0.001,0.001,1000,0.75
      b,none,1,0.0025,0.0025,2500,0.8
      c,none,1,0.006,0.006,6000,0.85
      """
    try (costs + "\n").write(to: path("costs.csv"), atomically: true, encoding: .utf8)
  }

  private func path(_ name: String) -> URL { scratch.appendingPathComponent(name) }

  private func experiment(
    gates: [String] = ["rate: 40 %", "rate: 30 %", ""], edges: Bool = true,
    arrivals: String = "closed-loop, clients: 1", tail: String = ""
  ) throws -> GraphExperiment {
    let nodes = zip(["a", "b", "c"], gates).map { name, gate in
      "    - {name: \(name), subnet: \(name)\(gate.isEmpty ? "" : ", gate: {\(gate)}")}"
    }
    let text = """
      name: t
      summary: s
      source: t
      devices: [{name: edge, table: costs.csv}]
      graph:
        nodes:
      \(nodes.joined(separator: "\n"))
        edges: \(edges ? "[{from: a, to: b, when: unknown}, {from: b, to: c, when: unknown}]" : "[]")
      arrivals: {kind: \(arrivals)}
      options: {queries: 1000}
      runs: [{name: only, policy: {kind: fcfs}}]
      \(tail)
      """
    try text.write(to: path("s.yaml"), atomically: true, encoding: .utf8)
    return try GraphExperiment(path("s.yaml").path, folders: Self.folders)
  }

  /// Every shipped scenario is fine, and what it comes to means the same.
  @Test(arguments: folders.names(in: "workloads/graphs"))
  func shippedScenariosAreFine(name: String) throws {
    let experiment = try GraphExperiment(name, folders: Self.folders)
    let text = try YAMLEncoder().encode(experiment.resolved())
    let file = try SpecFile(
      path: experiment.file.path, node: YAMLParser.parse(text, file: experiment.file.path))
    let again = try GraphExperiment(file, folders: Self.folders)
    #expect(try YAMLEncoder().encode(again.resolved()) == text)
  }

  @Test func aTableGivesTheVectorOfACascade() throws {
    let outlook = try #require(try experiment().outlook(of: 0))
    #expect(abs(outlook.workSeconds - 0.00272) < 1e-12)
    #expect(abs(outlook.worstSeconds - 0.0095) < 1e-12)
    #expect(abs(outlook.dramBytes - 2720) < 1e-9)
    #expect(abs(try #require(outlook.accuracy) - 0.776) < 1e-12)
  }

  /// What escalation within one supernet saves, in per cent of DRAM bytes, energy and latency, as the page on
  /// graphs prints it.
  @Test(arguments: [
    ("nested-escalation", [-3.1, -1.6, -0.1]),
    ("nested-escalation-mobilenetv3", [-23.6, -16.6, -10.5]),
  ])
  func nestedStagesFindWhatEarlierOnesUse(name: String, printed: [Double]) throws {
    let experiment = try GraphExperiment(name, folders: Self.folders)
    #expect(
      experiment.spec.runs.prefix(3).map(\.name)
        == ["independent", "independent, no buffer", "nested"])
    let outlooks = try experiment.spec.runs.indices.map { run in
      try #require(try experiment.outlook(of: run))
    }
    let (apart, empty, nested) = (outlooks[0], outlooks[1], outlooks[2])
    // The buffer is full of the first stage in both; only in the nested one the others find it there, at most
    // once for every stage that a query runs.
    let saved = (empty.dramBytes - nested.dramBytes) / (empty.dramBytes - apart.dramBytes)
    let stages = nested.reach.reduce(0, +)
    #expect(saved > 1 && saved <= stages + 1e-9)
    #expect(abs(stages - 1.8566) < 1e-4)
    if name == "nested-escalation" { #expect(abs(saved - stages) < 1e-3) }
    let paths: [KeyPath<GraphOutlook, Double>] = [\.dramBytes, \.energy, \.pathSeconds]
    for (path, percent) in zip(paths, printed) {
      let change = (nested[keyPath: path] / apart[keyPath: path] - 1) * 100
      #expect(abs(change - percent) <= 0.05, "\(change)")
    }
    // The sub-graph of the smallest stage is the best of all that are tried.
    #expect(outlooks.dropFirst(2).allSatisfy { $0.dramBytes >= nested.dramBytes - 1 })
  }

  // MARK: Searches

  private func writeTensors() throws -> (confidence: [[Double]], correct: [[Bool]]) {
    var stream = RandomStream(seed: 5, name: "tensors")
    let confidence = (0..<2).map { _ in (0..<400).map { _ in stream.uniform() } }
    let correct = (0..<3).map { stage in
      (0..<400).map { _ in stream.uniform() < 0.6 + 0.1 * Double(stage) }
    }
    let writer = try ArrayFileWriter.create(path("t.h5").path)
    for (name, values) in zip(["c0", "c1"], confidence) {
      try writer.write(
        StoredArray(name, dimensions: [400], axes: ["sample"], values: .float64(values)))
    }
    for (name, values) in zip(["r0", "r1", "r2"], correct) {
      try writer.write(
        StoredArray(
          name, dimensions: [400], axes: ["sample"], values: .int64(values.map { $0 ? 1 : 0 })))
    }
    try writer.finish()
    return (confidence, correct)
  }

  private func tensor(_ stage: Int) -> String {
    stage == 2
      ? "tensor: {file: t.h5, correct: r2}"
      : "tensor: {file: t.h5, confidence: c\(stage), threshold: 0.5, correct: r\(stage)}"
  }

  @Test func thresholdsAreSearchedOverSamples() throws {
    let (confidence, correct) = try writeTensors()
    let experiment = try experiment(
      gates: (0..<3).map(tensor),
      tail: "tune: {kind: thresholds, steps: 20, budget: {latency: 4 ms}}")
    let settings = path("settings.csv").path
    let report = try experiment.tuned(command: "tune", settings: settings)
    let document = try TuningDocument(
      JSONText(bytes: Array(report.document.text.utf8), file: "tuned"))
    #expect(document.tried == 441)
    let lines = try String(contentsOfFile: settings, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 442)
    var best = 0.0
    for first in 0...20 {
      for second in 0...20 {
        var (cost, right) = (0.0, 0)
        for sample in 0..<400 {
          var stage = 0
          cost += 0.001
          if confidence[0][sample] < Double(first) / 20 {
            (stage, cost) = (1, cost + 0.0025)
            if confidence[1][sample] < Double(second) / 20 { (stage, cost) = (2, cost + 0.006) }
          }
          if correct[stage][sample] { right += 1 }
        }
        if cost / 400 <= 0.004 { best = max(best, Double(right) / 400) }
      }
    }
    #expect(document.settings.first?.score == best)
    // The graph's own closed form walks the same samples.
    let outlook = try #require(try experiment.outlook(of: 0))
    let middle = lines.first { $0.hasPrefix("\"a 0.5, b 0.5\",") }?.split(separator: ",")
    #expect(abs(try #require(middle.flatMap { Double($0[2]) }) - outlook.workSeconds) < 1e-9)
  }

  /// Two stages with three outcomes each, every pair of cut-offs tried by hand.
  @Test func cutoffsAreSearchedUnderABudget() throws {
    let (risk, correct) = try writeTensors()
    func gate(_ stage: Int) -> String {
      "tensor: {file: t.h5, risk: c\(stage), low: 0.3, high: 0.6, correct: r\(stage)}"
    }
    let text = try experiment(gates: [tensor(0), tensor(1), ""]).file.path
    let yaml = try String(contentsOfFile: text, encoding: .utf8)
      .replacing(tensor(0), with: gate(0)).replacing(tensor(1), with: gate(1))
      .replacing("subnet: c}", with: "subnet: c, gate: {tensor: {file: t.h5, correct: r2}}}")
      .replacing("to: b, when: unknown", with: "to: b, when: idk")
      .replacing("to: c, when: unknown", with: "to: c, when: ick1")
    try (yaml + "\ntune: {kind: cutoffs, steps: 4, budget: {latency: 2500 us}}\n")
      .write(to: path("s.yaml"), atomically: true, encoding: .utf8)
    let report = try GraphExperiment(path("s.yaml").path, folders: Self.folders)
      .tuned(command: "tune")
    let document = try TuningDocument(
      JSONText(bytes: Array(report.document.text.utf8), file: "tuned"))
    // 15 pairs of cut-offs each.
    #expect(document.tried == 225)
    var best = 0.0
    let pairs = (0...4).flatMap { low in (low...4).map { (Double(low) / 4, Double($0) / 4) } }
    for first in pairs {
      for second in pairs {
        var (cost, right) = (0.0, 0)
        for sample in 0..<400 {
          var stage = 0
          cost += 0.001
          if risk[0][sample] >= first.0, risk[0][sample] <= first.1 {
            (stage, cost) = (1, cost + 0.0025)
            if risk[1][sample] >= second.0, risk[1][sample] > second.1 {
              (stage, cost) = (2, cost + 0.006)
            }
          }
          if correct[stage][sample] { right += 1 }
        }
        if cost / 400 <= 0.0025 { best = max(best, Double(right) / 400) }
      }
    }
    #expect(abs(try #require(document.settings.first?.score) - best) < 1e-9)
  }

  /// Two stages of two models each: those of the first are searched while the second stays as it is, then
  /// those of the second; every pair of cut-offs tried by hand.
  @Test func stagesAreSearchedOneAfterTheOther() throws {
    let (risk, correct) = try writeTensors()
    try """
    subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy
    a,none,1,0.001,0.001,1000,0.75
    b,none,1,0.0025,0.0025,2500,0.8
    c,none,1,0.006,0.006,6000,0.85

    """.write(to: path("costs.csv"), atomically: true, encoding: .utf8)
    let yaml = """
      name: t
      summary: s
      source: t
      devices: [{name: edge, table: costs.csv}]
      graph:
        nodes:
          - {name: a, subnet: a, gate: {tensor: {file: t.h5, risk: c0, low: 0.3, high: 0.6, correct: r0}}}
          - {name: a2, subnet: b, gate: {tensor: {file: t.h5, correct: r1}}}
          - {name: b, subnet: b, gate: {tensor: {file: t.h5, risk: c1, low: 0.5, high: 0.5, correct: r1}}}
          - {name: b2, subnet: c, gate: {tensor: {file: t.h5, correct: r2}}}
        edges:
          - {from: a, to: a2, when: idk}
          - {from: a, to: b, when: ick1}
          - {from: b, to: b2, when: idk}
      arrivals: {kind: closed-loop, clients: 1}
      options: {queries: 10}
      runs: [{name: only, policy: {kind: fcfs}}]
      tune: {kind: cutoffs, search: stages, steps: 5, budget: {latency: 3500 us}}
      """
    try yaml.write(to: path("s.yaml"), atomically: true, encoding: .utf8)
    let report = try GraphExperiment(path("s.yaml").path, folders: Self.folders)
      .tuned(command: "tune")
    let document = try TuningDocument(
      JSONText(bytes: Array(report.document.text.utf8), file: "tuned"))
    #expect(document.tried == 2 * 21)
    #expect(document.settings.map(\.role) == ["best", "stage 1", "stage 2", "given"])
    let pairs = (0...5).flatMap { low in (low...5).map { (Double(low) / 5, Double($0) / 5) } }
    func walk(_ first: (Double, Double), _ second: (Double, Double)) -> (Double, Double) {
      var (cost, right) = (0.0, 0)
      for sample in 0..<400 {
        var answer = correct[0][sample]
        cost += 0.001
        if risk[0][sample] > first.1 {
          (answer, cost) = (correct[1][sample], cost + 0.0025)
          if risk[1][sample] >= second.0, risk[1][sample] <= second.1 {
            (answer, cost) = (correct[2][sample], cost + 0.006)
          }
        } else if risk[0][sample] >= first.0 {
          (answer, cost) = (correct[1][sample], cost + 0.0025)
        }
        if answer { right += 1 }
      }
      return (cost / 400, Double(right) / 400)
    }
    func best(_ walks: [(Double, Double)]) -> Int? {
      walks.indices.filter { walks[$0].0 <= 0.0035 * (1 + 1e-9) }.max {
        (walks[$0].1, -walks[$0].0) < (walks[$1].1, -walks[$1].0)
      }
    }
    let first = try #require(best(pairs.map { walk($0, (0.5, 0.5)) }))
    let walks = pairs.map { walk(pairs[first], $0) }
    let second = try #require(best(walks))
    let found = try #require(document.settings.first)
    #expect(abs(try #require(found.score) - walks[second].1) < 1e-9)
    #expect(abs(found.costS - walks[second].0) < 1e-9)
    // All together are never worse.
    try yaml.replacing("search: stages, ", with: "")
      .write(to: path("s.yaml"), atomically: true, encoding: .utf8)
    let together = try GraphExperiment(path("s.yaml").path, folders: Self.folders)
      .tuned(command: "tune")
    let all = try TuningDocument(
      JSONText(bytes: Array(together.document.text.utf8), file: "tuned"))
    #expect(all.tried == 21 * 21)
    #expect(try #require(all.settings.first?.score) >= walks[second].1 - 1e-9)
  }

  @Test func ordersAreSearchedWithAWorstCase() throws {
    func best(_ budget: String) throws -> TuningDocument {
      let report = try experiment(tail: "tune: {kind: order\(budget)}").tuned(command: "tune")
      return try TuningDocument(
        JSONText(bytes: Array(report.document.text.utf8), file: "tuned"))
    }
    let all = try best("")
    #expect(all.settings.first?.setting == "a > b > c")
    #expect(abs(try #require(all.settings.first).costS - 0.00272) < 1e-12)
    #expect(all.tried == 6)
    #expect(try best(", budget: {worst: 8 ms}").settings.first?.setting == "a > c")
  }

  @Test func ensemblesAreComposedUnderABound() throws {
    let writer = try ArrayFileWriter.create(path("scores.h5").path)
    var stream = RandomStream(seed: 9, name: "scores")
    let labels = (0..<80).map { $0 % 2 }
    for name in ["a", "b", "c"] {
      let scores = labels.map { Double($0) * 0.5 + stream.uniform() }
      try writer.write(
        StoredArray(name, dimensions: [80], axes: ["sample"], values: .float64(scores)))
    }
    try writer.write(
      StoredArray("labels", dimensions: [80], axes: ["sample"], values: .int64(labels)))
    try writer.finish()
    func best(_ text: String) throws -> TuningDocument {
      let report = try experiment(
        gates: ["", "", ""], edges: false, arrivals: "periodic, sources: 10, period: 1 s",
        tail: "tune: {kind: ensemble, scores: scores.h5\(text)}"
      ).tuned(command: "tune")
      return try TuningDocument(
        JSONText(bytes: Array(report.document.text.utf8), file: "tuned"))
    }
    let all = try best("")
    #expect(all.tried == 7)
    let scores = all.settings.compactMap(\.score)
    #expect(scores.count == all.settings.count && scores.allSatisfy { $0 <= scores[0] + 1e-3 })
    // 5 ms and a queue of its own for each leave the slowest model out.
    let bounded = try best(", budget: {latency: 5 ms}")
    #expect(bounded.tried == 3)
    #expect(bounded.settings.first?.setting.contains("c") == false)
    // On one device both together take 3.5 ms.
    #expect(try best(", queues: one, budget: {latency: 3 ms}").tried == 2)
  }
}
