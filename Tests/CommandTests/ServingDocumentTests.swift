import Documents
import Foundation
import Inputs
import Reports
import Testing

// Are the documents of experiments, of sweeps and of their fronts and planes written and read as one value,
// whatever they hold?
@Suite struct ServingDocumentTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs a command that stores its document; gives the file.
  private func stored(_ name: String, _ arguments: String) throws -> String {
    let path = scratch.path("\(name).json")
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try Program.run(words + ["--format", "json", "-o", path])
    #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return path
  }

  /// What is read is what is written, to the last byte; gives the value.
  @discardableResult
  private func roundTrip<Value: Document>(_ type: Value.Type, _ path: String) throws -> Value {
    let text = try JSONText(fileAt: path)
    guard case .object(var members) = JSONValue(text.root) else {
      Issue.record("no mapping")
      return try Value(text)
    }
    members["page"] = nil
    let value = try Value(text)
    #expect(value.json.text == JSONValue.object(members).text, "\(Value.schema)")
    return value
  }

  // Classes with and without a target, kinds of devices, models in memories, failures, power and windows.
  @Test func anExperimentWithEverythingReadsBack() throws {
    let scenario = try scratch.file(
      "everything.yaml",
      """
      name: everything
      summary: Classes, kinds of devices, models in memories, failures, power and windows.
      source: made for the test
      profile: {architecture: sushi-analytic, workload: ofa-resnet50, subnets: [0.6B, 0.9B]}
      arrivals: {kind: poisson, rate: 60 Hz}
      demands:
        latency: {low: 40 ms, high: 60 ms}
        classes:
          - {name: urgent, share: 0.3, latency: {low: 20 ms, high: 30 ms}, attainment: 0.9}
          - {name: patient, share: 0.7}
      options: {queries: 80, failures: {every: 300 ms, repair: 100 ms}, power: {idle: 500 mW, battery: 5 J}}
      devices:
        - {name: large, count: 2, memory: 30 MiB, link: 2 GB/s}
        - {name: slow, count: 1, speed: 0.5, memory: 15 MiB, link: 1 GB/s}
      models:
        - {name: both, subnets: [0.6B, 0.9B], weights: separate}
      seeds: [1, 2]
      runs:
        - {name: first, policy: {kind: minimum-accuracy}, caching: {kind: none}}
        - name: tuned
          policy: {kind: fcfs}
          caching: {kind: average}
          tune: {windows: [1, 4], queries: 40, seed: 9, by: accuracy}
      """)
    let document = try roundTrip(ServingDocument.self, stored("everything", "serve \(scenario)"))
    let (first, tuned) = (document.policies[0], document.policies[1])
    #expect(first.paired == nil && tuned.paired?.against == "first")
    #expect(tuned.tuned?.chosen.map(\.tried.count) == [2, 2])
    #expect(first.classes?.map(\.target) == [0.9, nil])
    #expect(first.classes?[0].meetsTarget != .some(.none) && first.classes?[1].meetsTarget == nil)
    #expect(first.devices?.map(\.each.count) == [2, 1])
    #expect(first.devices?[1].each[0].memory != nil && first.failures != nil)
    #expect(first.power?.batteryJ == 5 && first.power?.capW == nil)
    // Not asked for, so not even null.
    #expect(first.accuracyScore == nil && document.oracleBound == nil)
  }

  private func small(rest: String = "") throws -> String {
    _ = try scratch.file(
      "table.csv",
      """
      subnet,accuracy,batch,latency_s,energy_j
      small,0.70,1,0.010,0.001
      small,0.70,2,0.015,0.002
      large,0.80,1,0.030,0.004
      large,0.80,2,0.050,0.008

      """)
    return try scratch.file(
      "small.yaml",
      """
      name: small
      summary: Three policies on a table.
      source: made for the test
      table: table.csv
      arrivals: {kind: poisson, rate: 40 Hz}
      demands: {latency: {low: 60 ms, high: 60 ms}}
      options: {queries: 8, seed: 1, devices: 2}
      runs:
        - {name: fit, policy: {kind: slackfit, buckets: 4}, caching: {kind: none}}
        - {name: small, policy: {kind: fixed, subnet: small, batching: deadline}, caching: {kind: none}}
        - {name: large, policy: {kind: fixed, subnet: large, batching: deadline}, caching: {kind: none}}
      """)
  }

  @Test func aBoundReadsBack() throws {
    let document = try roundTrip(
      ServingDocument.self, stored("bound", "serve \(small()) --bound"))
    #expect(document.oracleBound?.seeds.map(\.method) == ["exact"])
    #expect(document.policies.allSatisfy { $0.accuracyScore.flatMap { $0 } != nil })
  }

  @Test func sweepsFrontsAndPlanesReadBack() throws {
    let designs = try scratch.file(
      "designs.yaml",
      """
      name: designs
      summary: A sweep of a test.
      source: made for the test
      inference: {architecture: sushi-analytic, workload: ofa-resnet50, subnet: 0.6B, cached: self}
      axes:
        - {name: buffer, path: architecture.memory.persistent_buffer.size, values: [1 MiB, 4 MiB, 8 MiB]}
        - {name: kernels, path: architecture.datapath.output_channels, values: [8, 16]}
      constraints: [area <= 16 mm2]
      objectives: [latency, energy, area]
      """)
    let loads = try scratch.file(
      "loads.yaml",
      """
      name: loads
      summary: A sweep of a test.
      source: made for the test
      serving: {scenario: \(small())}
      axes:
        - {name: load, path: scenario.arrivals.rate, values: [40 Hz, 160 Hz]}
        - {name: devices, path: scenario.options.devices, values: [1, 2]}
      planes: {policies: [{name: fixed, runs: [small, large]}], reference: fixed}
      objectives: [slo_attainment, accuracy]
      """)
    for (file, folder) in [(designs, "designs"), (loads, "loads")] {
      let outcome = try Program.run(["sweep", file, "-o", scratch.path(folder), "--quiet"])
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let folders = ["designs", "loads"].map(scratch.path)
    let plain = try roundTrip(SweepDocument.self, stored("plain", "report \(folders[0])"))
    #expect(plain.fronts == nil && plain.planes == nil && !plain.pareto.isEmpty)
    #expect(plain.pareto[0].axes.keys.sorted() == ["buffer", "kernels"])
    #expect(plain.best.contains { !$0.withoutConstraint.isEmpty })
    let served = try roundTrip(SweepDocument.self, stored("served", "report \(folders[1])"))
    #expect(served.environment == ["load"] && served.fronts?.count == 2)
    let planes = try roundTrip(
      PlanesDocument.self, stored("planes", "report \(folders[1]) --planes"))
    #expect(served.planes == planes.planes && planes.planes.reference == "fixed")
    for folder in folders {
      let fronts = try roundTrip(
        FrontsDocument.self, stored("fronts", "compare \(folder) \(folder)"))
      #expect((fronts.environments == nil) == (folder == folders[0]))
      #expect((fronts.sweeps[0].front == nil) == (folder == folders[1]))
    }
    // Read back, every one of them gives pages and is compared with itself.
    for name in ["plain", "served", "planes", "fronts"] {
      let path = scratch.path("\(name).json")
      #expect(try Program.run(["report", path, "--format", "html"]).code == 0, "\(name)")
      let same = try Program.run(["compare", path, path])
      #expect(same.code == 0 && same.text.contains("0 of "), "\(name)")
    }
    try expectWrongMembers(scratch.path("plain.json"))
  }

  private func expectWrongMembers(_ path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func errors(_ old: String, _ new: String) throws -> String {
      #expect(text.contains(old), "\(old)")
      let changed = try scratch.file(
        "changed.json", text.replacing(old, with: new, maxReplacements: 1))
      let outcome = try Program.run(["report", changed])
      #expect(outcome.code == 65 && outcome.output.isEmpty, "\(old)")
      return outcome.errors
    }
    #expect(try errors("\"area_mm2\": ", "\"area_mm2\": true, \"x\": ").contains(".area_mm2: "))
    #expect(try errors("\"target\":", "\"targets\":").contains("did you mean `target`?"))
    #expect(
      try errors("\"planned\": ", "\"planned\": 0.5, \"x\": ").contains(
        "points.planned: expected a whole number, found "))
  }

  @Test func everyKindIsRead() {
    let names = StoredDocument.schemas
    #expect(names == names.sorted() && Set(names).count == names.count)
    #expect(names.allSatisfy { $0.hasPrefix("umemaki.") && $0.hasSuffix("/1") })
  }
}
