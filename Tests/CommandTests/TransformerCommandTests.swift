import Foundation
import Testing

// What commands say of cache policies, adapters and elastic transformers.
@Suite struct TransformerCommandTests {
  private func iteration(_ more: String, _ flags: String) throws -> [String: Any] {
    let scratch = try Scratch()
    let path = try scratch.file(
      "model.yaml",
      """
      name: model
      summary: The shape of Llama 3 8B with more positions.
      source: made for the test
      transformer: {layers: 32, width: 4096, heads: 32, kv_heads: 8, ffn: 14336, gated: true, vocabulary: 128256, positions: 131072, \(more)}
      """)
    let line = ["run", "tpu-like", path, "--format", "json"]
    let outcome = try Program.run(line + flags.split(separator: " ").map(String.init))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let document = try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
    return try #require(document?["iteration"] as? [String: Any])
  }

  private func number(_ place: Any?, _ key: String) -> Double? {
    ((place as? [String: Any])?[key] as? NSNumber)?.doubleValue
  }

  @Test func policyAndAdaptersInJSON() throws {
    let made = try iteration(
      "cache_policy: {kind: rocketkv, budget: 256}, adapters: {rank: 16, count: 8, bits: 16}",
      "--phase decode --context 98304 --batch 4")
    let (cache, adapters) = (made["cache"], made["adapters"])
    #expect((cache as? [String: Any])?["policy"] as? String == "rocketkv")
    // 465 pages of which 71 features are read, and 128 tokens, of 8 heads, 32 layers and 4 sequences.
    let read = Double((465 * 71 + 2 * 128 * 128) * 8 * 32 * 4)
    #expect(number(cache, "read_bytes") == read)
    #expect(number(cache, "full_read_bytes") == Double(98304 * 65_536 * 4))
    let reduction = try #require(number(cache, "reduction"))
    #expect(abs(reduction - Double(98304 * 65_536 * 4) / read) < 1e-9)
    #expect(number(cache, "bytes_per_token") == 65_536)
    #expect(number(made["dram"], "cache_read_bytes") == read)
    #expect(number(made["compulsory"], "cache_read_bytes") == read)
    // Four sequences, each with an adapter of its own.
    #expect(number(adapters, "present") == 4)
    #expect(number(adapters, "weights") == 41_943_040)
    #expect(number(adapters, "switch_bytes") == 83_886_080)
    #expect(number(adapters, "read_bytes") == 335_544_320)
    #expect(number(adapters, "macs_per_token") == 41_943_040)
    #expect(number(adapters, "macs") == 167_772_160)
  }

  @Test func withoutEither() throws {
    let made = try iteration("cache: {bits: 16}", "--phase decode --context 1000")
    #expect(made["adapters"] == nil || made["adapters"] is NSNull)
    #expect((made["cache"] as? [String: Any])?["policy"] as? String == "full")
    #expect(number(made["cache"], "reduction") == 1)
    #expect(number(made["cache"], "kept_share") == 1)
    #expect(number(made["cache"], "kept_bytes") == 131_203_072)
  }

  /// Accuracies are made up: nobody has published any.
  @Test func elasticTransformersAreProfiledAndServed() throws {
    let scratch = try Scratch()
    func subnet(_ name: String, _ share: String, _ accuracy: Int) -> String {
      let shares = Array(repeating: share, count: 4).joined(separator: ", ")
      let shape = "resolution: 64, depths: [4], expands: [[\(shares)]]"
      return "  - {name: \(name), \(shape), top1: \(accuracy) %}\n"
    }
    _ = try scratch.file(
      "elastic.yaml",
      """
      name: elastic
      summary: A small elastic transformer.
      source: made for the test
      supernet: {kind: elastic-vit, layers: 4, width: 192, heads: 3, ffn: 768, patch: 16, classes: 10}
      subnets:
      \(subnet("small", "0.25", 70))\(subnet("large", "1", 80))
      """)
    let table = try Program.run(["profile", "sushi-zcu104", scratch.path("elastic.yaml")])
    #expect(table.code == 0, "\(table.errors)")
    let rows = String(decoding: table.output, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    func bytes(_ subnet: String, _ held: String) throws -> Int {
      let row = try #require(rows.first { $0[0] == subnet && $0[1] == held })
      return try #require(Int(row[5]))
    }
    // All weights of the small one: patches, projections, a quarter of the feed-forward parts, classes.
    let weights: Int = 768 * 192 + 4 * (4 * 192 * 192 + 2 * 192 * 192) + 1920
    #expect(try bytes("small", "none") - bytes("small", "small") == weights)
    #expect(try bytes("large", "none") - bytes("large", "small") == weights)
    let scenario = try scratch.file(
      "scenario.yaml",
      """
      name: elastic
      summary: Sub-networks of a transformer.
      source: made for the test
      profile: {architecture: sushi-zcu104, workload: \(scratch.path("elastic.yaml"))}
      arrivals: {kind: closed-loop}
      demands:
        accuracy: {low: 0.7, high: 0.8}
        latency: {low: 1 s, high: 1 s}
      options: {queries: 500, seed: 1, warm_up: 50}
      runs:
        - {name: SUSHI, policy: {kind: strict-accuracy}, caching: {kind: average, window: 8}}
      """)
    let served = try Program.run(["serve", scenario])
    #expect(served.code == 0, "\(served.errors)")
  }
}
