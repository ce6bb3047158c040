import Components
import CostModel
import Foundation
import Inputs
import Networks
import Reports
import Serving
import TestSupport
import Testing
import Units

@testable import Studies

// Are iterations that are put together of parts what the cost model says of them as a whole?
@Suite struct TokenExperimentTests {
  private static let folders = SpecFolders(root: Repository.root.path)

  /// Every shipped scenario is fine, and what it comes to means the same.
  @Test(arguments: folders.names(in: "workloads/tokens"))
  func shippedScenariosAreFine(name: String) throws {
    let experiment = try TokenExperiment(name, folders: Self.folders)
    let text = try YAMLEncoder().encode(experiment.resolved())
    let file = try SpecFile(
      path: experiment.file.path, node: YAMLParser.parse(text, file: experiment.file.path))
    let again = try TokenExperiment(file, folders: Self.folders)
    #expect(try YAMLEncoder().encode(again.resolved()) == text)
  }

  @Test func partsAddUpToTheIteration() throws {
    var paths: [String] = []
    let design = try Resolver.design("tpu-like", folders: Self.folders, paths: &paths)
    let file = try SpecFile(path: Self.folders.path(of: "gpt2", in: "workloads"))
    let workload = try Self.folders.workload(file)
    let model = try #require(workload.transformer?.model)
    let evaluator = DesignIterations(
      design, model, named: "gpt2", devices: 1,
      link: TokenLink(latency: SimulationTime(0), bytesPerSecond: nil))
    for (new, cached, count) in [(1, 500, 8), (64, 0, 1), (32, 256, 2)] {
      let parts = try evaluator.parts(new: new, cached: cached, count: count)
      let sequences = [SequenceSpec(tokens: new, context: cached, count: count)]
      let made = try #require(
        try workload.iteration(
          IterationSpec(sequences: sequences, logits: new > 1 ? IterationSpec.Logits.none : .last)))
      let whole = try Evaluator(design).evaluate(made.network)
      let sum = parts.linear.latency + parts.attention.latency + parts.head.latency
      #expect(abs(sum.seconds - whole.seconds) < 1e-11)
      let bytes = parts.linear.dramBytes + parts.attention.dramBytes + parts.head.dramBytes
      #expect(bytes == whole.dramRead + whole.dramWrite)
    }
  }

  /// Mean first token, time per token and latency of requests that were measured: 7.097155 s, 32.458 ms and
  /// 28.200748 s (casys-kaist/LLMServingSim, commit 5daddb2).
  @Test func servedRequestsAreMet() throws {
    let metrics = try TokenExperiment("rtx-pro-6000-served", folders: Self.folders)
      .metrics(0, seed: 1)
    let first = try #require(metrics.firstToken.meanSeconds)
    let token = try #require(metrics.perToken.meanSeconds)
    let latency = try #require(metrics.latency.meanSeconds)
    // Within 6 % is asked; what is reached is written here so that it stays.
    #expect(abs(first / 7.097155 - 1) < 0.021, "\(first)")
    #expect(abs(token / 0.032458 - 1) < 0.001, "\(token)")
    #expect(abs(latency / 28.200748 - 1) < 0.005, "\(latency)")
    #expect(metrics.preemptions == 0)
  }

  /// A quarter of each layer, with two all-reduces.
  @Test func aShardIsAPart() throws {
    let file = try SpecFile(path: Self.folders.path(of: "llama-3-8b", in: "workloads"))
    let model = try #require(try Self.folders.workload(file).transformer?.model)
    let part = try model.shard(over: 4)
    #expect(part.heads == 8 && part.kvHeads == 2 && part.headWidth == 128)
    #expect(part.linearWeightsPerToken * 4 == model.linearWeightsPerToken)
    #expect(throws: SpecError.self) { try model.shard(over: 3) }
  }

  /// Medha, arXiv 2409.17264, 3.1: peak over bandwidth times the bytes of a weight, over the queries that share a
  /// head of keys for attention; from the data sheets of A100 (312 TFLOP/s, 2,039 GB/s), H100 (989, 3,350) and
  /// TPU v6e (918, 1,638).
  @Test(arguments: [
    ("a100-like", "llama-2-7b", 153.0, 153.0), ("h100-like", "llama-3-70b", 295, 37),
    ("tpu-v6e-like", "llama-2-7b", 560, 560),
  ])
  func budgetsKnowTheBalance(
    design: String, model: String, tokens: Double, attention: Double
  ) throws {
    var budget = try TokenBudget(architecture: design, model: model, target: "1 s")
    (budget.decodes, budget.prompt) = (1, 16)
    let report = try budget.report(folders: Self.folders, command: "umemaki budget")
    let balance = try #require(report.conclusions.first { $0.0 == "balance" }?.1)
    let numbers = balance.split(separator: " ").compactMap { Double($0) }
    #expect(numbers.map { $0.rounded() } == [tokens, attention], "\(balance)")
  }
}
