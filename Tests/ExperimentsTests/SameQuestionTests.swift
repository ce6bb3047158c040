import Architectures
import Components
import CostModel
import Foundation
import Inputs
import Networks
import TestSupport
import Testing
import Units
import WeightAnalysis

@testable import Exploration
@testable import Serving
@testable import Studies

/// Answers: does the same question have the same answer, to the last digit, whoever asks it: `run`, a
/// profile table, a sweep, a serving experiment, and the layers of a trace.
@Suite struct SameQuestionTests {
  /// What is asked of one architecture: every sub-network with everything that may be on chip.
  struct Subject: Sendable, CustomTestStringConvertible {
    let architecture: String
    let workload: String
    let subnets: [String]
    /// The scheme of the weights, nil for full precision.
    var scheme: String?
    /// What runs elsewhere.
    var host: [String] = []
    /// What a buffer is filled with first.
    var fill = SubgraphFill.cycles

    var testDescription: String {
      "\(architecture) \(workload) \(scheme ?? "full precision") \(host) \(fill)"
    }
  }

  static let subjects = [
    Subject(
      architecture: "sushi-analytic", workload: "ofa-resnet50", subnets: ["0.6B", "0.9B"]),
    Subject(
      architecture: "sushi-zcu104", workload: "superfednas-cifar", subnets: ["p01", "p02"]),
    Subject(
      architecture: "plum-sushi", workload: "superfednas-cifar", subnets: ["p01", "p02"],
      scheme: "signed-binary"),
    Subject(
      architecture: "sushi-analytic-4mib", workload: "ofa-resnet50", subnets: ["0.6B", "0.9B"],
      host: ["fc"], fill: .bytes),
    Subject(
      architecture: "plum-sushi", workload: "superfednas-cifar", subnets: ["p01", "p02"],
      scheme: "signed-binary", host: ["stem", "fc"]),
    Subject(
      architecture: "tpu-like", workload: "superfednas-cifar", subnets: ["p01", "p02"]),
  ]
  static let batches = [1, 4]

  private let fixture: SweepFixture
  private let folders = Repository.folders

  init() throws { fixture = try SweepFixture() }

  /// A weight file of the supernet's larger one of the two sub-networks; nil for full precision.
  private func weights(_ subject: Subject) throws -> String? {
    guard let scheme = subject.scheme else { return nil }
    let network = try workload(subject).network(subnet: subject.subnets.last)
    let floats = fixture.path("floats.h5")
    try SyntheticWeights(.laplace, seed: 3).write(network, to: floats)
    let path = fixture.path("weights.h5")
    let settings = QuantizerSettings(scheme: scheme)
    _ = try settings.quantize(
      floats, to: path, workload: nil, fullPrecision: [], layout: nil, folders: folders)
    return path
  }

  /// The fill where it is said.
  private func fill(_ subject: Subject) -> SubgraphFill? {
    subject.fill == .cycles ? nil : subject.fill
  }

  private func workload(_ subject: Subject) throws -> Workload {
    try Workload(folders.file(at: folders.path(of: subject.workload, in: "workloads")))
  }

  /// Everything that may be on chip: nothing, the network, another one, slices of a file.
  private func holdings(_ subject: Subject, _ design: Design) throws -> [String] {
    guard design.architecture.persistentBytes > .zero else { return ["none"] }
    var found = ["none", "self", subject.subnets[1]]
    // Half of the kernels of two layers that every sub-network has.
    let network = try workload(subject).network(subnet: subject.subnets[0])
    let layers = [network.layers[1], network.layers[network.layers.count / 2]]
    let lines = layers.map {
      "  - {layer: \($0.name), kernels: \(($0.kernels + 1) / 2), "
        + "channels: \($0.channelsPerGroup)}"
    }
    let path = fixture.path("held.yaml")
    try Data(("slices:\n" + lines.joined(separator: "\n") + "\n").utf8)
      .write(to: URL(fileURLWithPath: path))
    found.append(path)
    return found
  }

  @Test(arguments: subjects) func everyoneAgrees(_ subject: Subject) throws {
    let weights = try weights(subject)
    let holdings = try holdings(subject, design(named: subject.architecture))
    var runs: [Key: NetworkCost] = [:]
    for subnet in subject.subnets {
      for holding in holdings {
        for batch in Self.batches {
          runs[Key(subnet: subnet, holding: holding, batch: batch)] = try run(
            subject, subnet, weights, holding, batch)
        }
      }
    }
    try profileAgrees(subject, weights, holdings, runs)
    try sweepAgrees(subject, weights, holdings, runs)
    try serviceAgrees(subject, weights, runs)
  }

  /// A question to an architecture.
  private struct Key: Hashable, CustomStringConvertible {
    let subnet: String
    let holding: String
    let batch: Int

    var description: String { "\(subnet), \(holding), batch \(batch)" }
  }

  private func profileAgrees(
    _ subject: Subject, _ weights: String?, _ holdings: [String], _ runs: [Key: NetworkCost]
  ) throws {
    let builder = try ProfileBuilder(
      ProfileBuilder.Spec(
        architecture: subject.architecture, workload: subject.workload, subnets: subject.subnets,
        batches: Self.batches, weights: weights, host: subject.host, fill: fill(subject)),
      folders: folders)
    let table = try builder.table()
    for (row, subnet) in subject.subnets.enumerated() {
      for holding in holdings where !holding.hasSuffix(".yaml") {
        // The column of what is held: `self` is the sub-network's own.
        let name = holding == "self" ? subnet : holding
        let column = try #require(table.subgraphs.firstIndex { $0.name == name })
        for (place, batch) in Self.batches.enumerated() {
          let label = Key(subnet: subnet, holding: holding, batch: batch)
          let run = try #require(runs[label])
          let cell = table.cell(row, column, batch: place)
          #expect(cell.latency == SimulationTime(seconds: run.seconds), "\(label)")
          #expect(cell.energy == run.totalEnergy, "\(label)")
          #expect(cell.dramBytes == run.dramRead + run.dramWrite, "\(label)")
          #expect(
            table.resident[row * table.subgraphs.count + column] == run.residentWeightBytes,
            "\(label)")
          #expect(table.subnets[row].weightBytes == run.weightBytes, "\(label)")
          let layers = try builder.layers(subnet: row, subgraph: column, batch: batch)
          #expect(layers.map(\.cycles) == run.entries.map(\.cost.total.count), "\(label)")
          #expect(
            layers.reduce(0) { $0 + $1.cachedBytes } == run.cachedWeightBytes.count, "\(label)")
          if subject.scheme != nil, holding != "none" {
            #expect(run.residentWeightBytes > .zero, "\(label)")
          }
        }
      }
    }
  }

  private func run(
    _ subject: Subject, _ subnet: String, _ weights: String?, _ holding: String, _ batch: Int
  ) throws -> NetworkCost {
    var question = Question(architecture: subject.architecture, workload: subject.workload)
    question.subnet = subnet
    question.weights = weights
    question.cached = holding
    question.batch = batch
    question.host = subject.host
    question.fill = subject.fill
    return try Inference(question).run(folders: folders).run
  }

  private func sweepAgrees(
    _ subject: Subject, _ weights: String?, _ holdings: [String], _ runs: [Key: NetworkCost]
  ) throws {
    let sweep = try fixture.sweep(
      axes: [
        "{name: net, path: subnet, values: [\(subject.subnets.joined(separator: ", "))]}",
        "{name: holds, path: cached, values: [\(holdings.joined(separator: ", "))]}",
        "{name: images, path: batch, values: [1, 4]}",
      ],
      target: "inference: {architecture: \(subject.architecture), workload: \(subject.workload)"
        + (weights.map { ", weights: \($0)" } ?? "") + ", host: \(subject.host)"
        + (fill(subject).map { ", fill: \($0.rawValue)" } ?? "") + "}")
    let names = sweep.evaluator.metrics.map(\.word)
    var worker = sweep.evaluator.worker()
    var places = 0
    for (net, subnet) in subject.subnets.enumerated() {
      for (held, holding) in holdings.enumerated() {
        for (images, batch) in Self.batches.enumerated() {
          let picks = sweep.space.bounds.count == 3 ? [net, held, images] : [net, images]
          let point = sweep.space.point(picks).point
          let label = Key(subnet: subnet, holding: holding, batch: batch)
          let run = try #require(runs[label])
          guard case .ran(let values) = worker.evaluate(point, effort: .full) else {
            Issue.record("\(label): no figures")
            continue
          }
          let found = Dictionary(uniqueKeysWithValues: zip(names, values))
          #expect(found["cycles"] == Double(run.cycles.count), "\(label)")
          #expect(found["latency"] == run.seconds, "\(label)")
          #expect(found["energy"] == run.totalEnergy.value * 1e-12, "\(label)")
          #expect(
            found["dram_bytes"] == Double((run.dramRead + run.dramWrite).count), "\(label)")
          #expect(
            found["cached_weight_bytes"] == Double(run.cachedWeightBytes.count), "\(label)")
          #expect(found["weight_bytes"] == Double(run.weightBytes.count), "\(label)")
          #expect(found["utilization"] == run.utilization, "\(label)")
          // A sweep has no column of its own for the network between cores.
          for cause in CycleCause.allCases where cause != .network {
            #expect(
              found["\(cause.rawValue)_cycles"] == Double(run.cycles(cause).count), "\(label)")
          }
          places += 1
        }
      }
    }
    #expect(places == subject.subnets.count * holdings.count * Self.batches.count)
  }

  private func serviceAgrees(
    _ subject: Subject, _ weights: String?, _ runs: [Key: NetworkCost]
  ) throws {
    let subnet = subject.subnets[0]
    for holding in ["none", "self"] {
      guard let run = runs[Key(subnet: subnet, holding: holding, batch: 1)] else { continue }
      let caching =
        holding == "none" ? "{kind: none}" : "{kind: static, subgraph: \(subnet)}"
      let names = subject.subnets.joined(separator: ", ")
      let text = """
        name: one
        summary: One query at a time, of one sub-network.
        source: made for the test
        profile:
          architecture: \(subject.architecture)
          workload: \(subject.workload)
          subnets: [\(names)]
          host: \(subject.host)
        \(fill(subject).map { "  fill: \($0.rawValue)" } ?? "")
        \(weights == nil ? "" : "  weights: weights.h5")
        arrivals: {kind: closed-loop}
        demands: {latency: {low: 1 s, high: 1 s}}
        options: {queries: 3, seed: 1, warm_up: 1}
        runs:
          - {name: only, policy: {kind: fixed, subnet: \(subnet)}, caching: \(caching)}
        """
      let path = fixture.path("scenario.yaml")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let experiment = try ServingExperiment(path, folders: folders)
      let metrics = try experiment.run(0, arrivals: experiment.loadedArrivals(), seed: 1).metrics
      let label = "\(subnet), \(holding)"
      #expect(
        metrics.latency.meanSeconds == SimulationTime(seconds: run.seconds).seconds, "\(label)")
      // The mean of two equal energies is exact.
      #expect(metrics.energyPerQuery == run.totalEnergy, "\(label)")
      #expect(
        metrics.dramBytesPerQuery == Double((run.dramRead + run.dramWrite).count), "\(label)")
    }
  }

  @Test func slicesOfAFileAreReadOnce() throws {
    let subject = Self.subjects[2]
    let path = try #require(try weights(subject))
    let binding = WeightBinding(
      try WeightFile(path: path), layout: nil, allowsSlices: true)
    var slices = WeightBinding.Slices()
    let networks = try subject.subnets.map { try workload(subject).network(subnet: $0) }
    for network in networks + networks {
      let shared = try binding.bind(network, slices: &slices)
      let alone = try binding.bind(network)
      #expect(shared.tensors == alone.tensors && shared.summaries == alone.summaries)
    }
    let different = Set(
      networks.flatMap(\.layers).map { "\($0.name) \(Subgraph.Slice($0))" })
    #expect(slices.count == different.count)
    #expect(different.count < networks.reduce(0) { $0 + $1.layers.count })
  }
}
