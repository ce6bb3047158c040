import Components
import Foundation
import Inputs
import Reports
import Serving
import TestSupport
import Testing

@testable import Studies

// Do reports of served tokens have the shares of a design, swaps and classes where there are any?
@Suite struct TokenFiguresTests {
  private static let folders = SpecFolders(root: Repository.root.path)

  private func experiment(
    costs: String = "{kind: formula, start: 1 ms, token: 1 ms}", cache: String = "blocks: 1000",
    targets: String = "", policy: String = "{kind: sarathi, budget: 64}", rate: Int = 1,
    count: Int = 5, lengths: String = "{kind: fixed, prompt: 32, output: 4}"
  ) throws -> TokenExperiment {
    let text = """
      name: small
      summary: By hand.
      source: made up
      model: gpt2
      costs: \(costs)
      requests:
        count: \(count)
        arrivals: {kind: poisson, rate: \(rate) Hz}
        lengths: \(lengths)
      cache: {\(cache)}
      \(targets)
      runs:
        - {name: a, policy: \(policy)}
      """
    return try TokenExperiment(
      SpecFile(path: "small.yaml", node: YAMLParser.parse(text, file: "small.yaml")),
      folders: Self.folders)
  }

  /// GPT-2 alone on 128 x 128 multipliers at 940 MHz with 600 GB/s, by hand.
  ///
  /// It has 12 layers of 4 x 768^2 + 2 x 768 x 3072 weights, a head of 50257 x 768, 12 heads of 64. A request of 32 tokens that makes 4 works on 35, with 4 logits and 35 x 36 / 2 pairs; its four iterations read all
  /// weights, and 32, 33 and 34 cached tokens of 2 x 12 x 768 bytes.
  @Test func sharesOfADesign() throws {
    let metrics = try experiment(costs: "{kind: design, architecture: tpu-like}")
      .metrics(0, seed: 1)
    // Nobody meets another.
    #expect(metrics.meanRequests == 1 && metrics.iterationCount == 20)
    let (layers, head) = (84_934_656, 38_597_376)
    let attention = 630 * 12 * 12 * 128
    let macs = 5 * (35 * layers + 4 * head + attention)
    let bytes = 5 * (4 * (layers + head) + 99 * 18_432)
    #expect(metrics.utilization?.macs == Double(macs))
    #expect(metrics.utilization?.bytes == Double(bytes))
    let seconds = metrics.busySeconds
    let (flops, bandwidth) = (metrics.flopsUtilization ?? 0, metrics.bandwidthUtilization ?? 0)
    #expect(abs(flops / (Double(macs) / (16_384 * 940e6 * seconds)) - 1) < 1e-12)
    #expect(abs(bandwidth / (Double(bytes) / (600e9 * seconds)) - 1) < 1e-12)
    // Weights shift into the array at 128 a cycle, 120 of 600 GB/s: that is the most of the bandwidth for single tokens.
    #expect(bandwidth > 0.1 && bandwidth < 0.2006, "\(bandwidth)")
    #expect(flops > 0 && flops < 0.1, "\(flops)")
  }

  /// Of other costs nobody knows the peaks.
  @Test func noSharesOfFormulas() throws {
    let metrics = try experiment().metrics(0, seed: 1)
    #expect(metrics.flopsUtilization == nil && metrics.bandwidthUtilization == nil)
  }

  /// 64 MiB hold 113 blocks of 16 tokens of 36,864 bytes.
  @Test func swapsOfAFile() throws {
    let swap = "swap: {memory: 64 MiB, link: {latency: 1 us, bandwidth: 1 GB/s}}"
    let metrics = try experiment(
      cache: "blocks: 40, \(swap)", rate: 100, count: 20,
      lengths: "{kind: fixed, prompt: 100, output: 200}"
    ).metrics(0, seed: 1)
    #expect(metrics.swaps > 0 && metrics.recomputed == 0 && metrics.completed == 20)
    let blocks = metrics.swappedBytes / 589_824
    #expect(blocks == blocks.rounded() && blocks >= Double(2 * metrics.swaps))
    #expect(metrics.mostHostBlocks > 0 && metrics.mostHostBlocks <= 113)
  }

  /// Goodputs of classes add up, and a class that cannot keep its target leaves no rate although nearly all requests do.
  @Test func classesOfAFile() throws {
    func targets(_ long: String) -> String {
      "targets: {first_token: 10 s, classes: [{name: short, longest: 50}, {name: long, first_token: \(long)}]}"
    }
    let lengths = "{kind: uniform, prompt: [1, 55], output: [1, 3]}"
    let metrics = try experiment(targets: targets("1 ms"), count: 100, lengths: lengths)
      .metrics(0, seed: 1)
    let classes = metrics.classes
    #expect(classes.map(\.measured).reduce(0, +) == 100 && classes[1].measured > 0)
    #expect(classes.map(\.kept).reduce(0, +) == metrics.kept)
    #expect(classes[1].kept == 0 && classes[0].share == 1)
    let strict = try experiment(targets: targets("1 ms"), count: 100, lengths: lengths)
      .capacity(share: 0.5, command: "umemaki serve")
    #expect(strict.conclusions.map(\.1) == ["no rate meets it"])
    let loose = try experiment(targets: targets("10 s"), count: 100, lengths: lengths)
      .capacity(share: 0.5, command: "umemaki serve")
    #expect(loose.conclusions.isEmpty)
    #expect(
      strict.facts.first { $0.0 == "targets" }?.1
        == "first token in 10 s, the share in every class: short, long")
    let names = TokenFigure.all(nil, classes: ["short", "long"]).map(\.name)
    #expect(names.contains("class_long_kept") && names.contains("class_short_goodput_per_s"))
    #expect(Set(names).count == names.count)
  }
}
