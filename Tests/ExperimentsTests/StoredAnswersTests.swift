import Foundation
import Serving
import TestSupport
import Testing

@testable import Studies

/// What the pages on kernels and on graphs say of stored results is what their tables hold.
@Suite struct StoredAnswersTests {
  private func rows(_ path: String) throws -> [[String: String]] {
    let text = try String(
      contentsOf: Repository.root.appendingPathComponent("results/\(path)"), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let head = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(head, $0)) }
  }

  private func number(_ row: [String: String], _ key: String) throws -> Double {
    try #require(row[key].flatMap(Double.init), "\(key)")
  }

  private func text(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  private func expect(_ sentences: [String], on name: String) throws {
    let page = try String(
      contentsOf: Repository.root.appendingPathComponent("Sources/umemaki/umemaki.docc/\(name)"),
      encoding: .utf8
    ).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for sentence in sentences { #expect(page.contains(sentence), "\(sentence)") }
  }

  /// Each sentence of the page, with figures of its table in it.
  @Test func thePageOnKernelsSaysWhatTablesHold() throws {
    try expect(
      codecs() + sharing() + stitched() + privacy() + labels(), on: "Kernels.md")
  }

  @Test func thePageOnGraphsSaysWhatTablesHold() throws {
    let gated = try #require(try rows("graphs/gated-stages.csv").first)
    let beds = try #require(try rows("graphs/bedside-ensemble.csv").first)
    let loop = try #require(try rows("graphs/perception-loop.csv").first)
    let path = try #require(
      try GraphExperiment("perception-loop", folders: Repository.folders).outlook(of: 0)
    ).pathSeconds
    let mean = try number(loop, "latency_mean_s")
    func percent(_ row: [String: String]) throws -> String {
      try text(number(row, "score") * 100, 2) + " %"
    }
    func work(_ row: [String: String]) throws -> String {
      try text(number(row, "cost_s") * 1e3, 2) + " ms"
    }
    let cascade = try settings("tuned-cascade")
    let (best, small, last) = (cascade[0], cascade[1], try #require(cascade.last))
    let stages = try settings("tuned-stages")
    let ensemble = try settings("tuned-ensemble")[0]
    try expect(
      [
        "\(text(number(gated, "work_s_per_query") * 1e3, 2)) ms of work and "
          + "\(text(number(gated, "resident_byte_seconds_per_query") / 1e3, 1)) kB s resident",
        "\(text(number(beds, "latency_mean_s") * 1e3, 0)) ms on average and "
          + "\(text(number(beds, "latency_p99_s") * 1e3, 0)) ms at the 99th percentile",
        "\(text(path * 1e3, 2)) of \(text(mean * 1e3, 2)) ms; the two clients wait "
          + "\(text((mean - path) * 1e3, 2)) ms",
        "\(percent(best)) of the made-up samples are right within 4 ms of work, \(percent(last)) with "
          + "\(work(last)), and \(percent(small)) with the small model alone",
        "\(percent(stages[0])) right with \(work(stages[0])) of work, \(percent(stages[3])) with "
          + "\(work(stages[3])) as the scenario says",
        (ensemble["setting"] ?? "").split(separator: " + ").joined(separator: ", ")
          .replacing(", lead4", with: " and lead4")
          + " within 20 ms, an area of \(text(number(ensemble, "score"), 3))",
      ], on: "Graphs.md")
  }

  @Test func thePageOnLanguageModelsSaysWhatAByteHolds() throws {
    let table = try rows("language-memory/memory.csv")
    let models = ["gpt2", "qwen2.5-0.5b"]
    func all(_ model: String, _ phase: String, _ batch: Int, _ use: String) -> [[String: String]] {
      table.filter {
        $0["model"] == model && $0["phase"] == phase && $0["batch"] == "\(batch)"
          && $0["use"] == use
      }
    }
    func row(
      _ model: String, _ batch: Int, _ use: String, _ budget: Int
    ) throws -> [String: String] {
      try #require(
        all(model, "answer", batch, use).first { $0["budget_bytes"] == "\(budget)" },
        "\(model) \(batch) \(use) \(budget)")
    }
    /// The least room behind which more maps save nothing.
    func knee(_ model: String, _ phase: String, _ batch: Int) throws -> [String: String] {
      let maps = all(model, phase, batch, "maps")
      let least = try #require(try maps.map { try number($0, "dram_bytes_per_token") }.min())
      return try #require(try maps.first { try number($0, "dram_bytes_per_token") == least })
    }
    func saved(_ row: [String: String]) throws -> Double { try number(row, "saved_bytes_per_byte") }
    func bytes(_ row: [String: String]) throws -> Double { try number(row, "dram_bytes_per_token") }
    func range(_ batch: Int) throws -> (String, Double) {
      let found = try models.map { try knee($0, "answer", batch) }
      let values = try found.map(saved).sorted()
      return (
        "\(text(values[0], 1)) to \(text(values[1], 1))",
        try found.map { try number($0, "budget_bytes") / 1024 }.max() ?? 0
      )
    }
    /// How much less one use needs than another.
    func share(
      _ model: String, _ batch: Int, _ use: String, _ budget: Int, _ key: String
    ) throws -> String {
      let other =
        try use == "weights"
        ? row(model, batch, "nothing", 0) : row(model, batch, "weights", budget)
      let part = try number(row(model, batch, use, budget), key)
      return try text((1 - part / number(other, key)) * 100, 1) + " %"
    }
    func fewer(_ model: String) throws -> String {
      try text(bytes(row(model, 1, "nothing", 0)) / bytes(row(model, 16, "nothing", 0)), 1)
    }
    for model in models {
      #expect(try number(knee(model, "prompt", 1), "budget_bytes") == 1_048_576)
      let adapters = try saved(row(model, 16, "adapters", 4_194_304))
      #expect(try adapters == saved(row(model, 16, "weights", 4_194_304)))
    }
    let (one, sixteen) = (try range(1), try range(16))
    let (room, mixed) = (16_777_216, "maps + beginnings + weights")
    try expect(
      [
        "a byte for maps saves \(one.0) bytes of DRAM with one sequence and \(sixteen.0) with 16, but only up to "
          + "\(text(one.1, 0)) KiB and \(text(sixteen.1, 0)) KiB",
        "saves one byte an iteration, \(text(saved(row("gpt2", 16, "weights", room)), 4)) of one with 16 sequences; a "
          + "byte of a beginning that all of them share saves "
          + "\(text(saved(row("gpt2", 16, "beginnings", 1_048_576)), 1)) with any number",
        "take \(share("gpt2", 16, mixed, room, "energy_per_token_j")) less energy than weights alone for GPT-2 with 16 "
          + "sequences, and \(share("gpt2", 1, mixed, room, "energy_per_token_j")) less with one",
        "4 MiB of weights save \(share("gpt2", 1, "weights", 4_194_304, "dram_bytes_per_token")) of GPT-2's DRAM bytes "
          + "and \(share("qwen2.5-0.5b", 1, "weights", 4_194_304, "dram_bytes_per_token")) of Qwen2.5's",
        "\(fewer("gpt2")) and \(fewer("qwen2.5-0.5b")) times fewer bytes a token",
      ], on: "ServingLanguageModels.md")
  }

  /// The rows of a search; commas within quotes are none of the table's.
  private func settings(_ name: String) throws -> [[String: String]] {
    let text = try String(
      contentsOf: Repository.root.appendingPathComponent("results/graphs/\(name).csv"),
      encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).suffix(4)
        .map(String.init)
      return [
        "setting": String(line.dropLast(cells.joined(separator: ",").count + 1)),
        "role": cells[0], "cost_s": cells[1], "score": cells[3],
      ]
    }
  }

  private func codecs() throws -> [String] {
    let all = try rows("codecs/sushi.csv")
    let mib = try all.map { try number($0, "dram_mib") }
    let bits = try all.map { try number($0, "bits_per_weight") }
    let latency = try all.map { try number($0, "latency_ms") }
    return [
      "\(text(mib[0], 1)) MiB at 8 bit, \(text(mib[1], 1)) MiB with 16 entries and half of the weights pruned "
        + "(\(text(bits[1], 2)) bit per weight), \(text(mib[2], 1)) MiB with 4 (\(text(bits[2], 2)) bit); "
        + "latency falls by \(text((1 - latency[2] / latency[0]) * 100, 1)) % at most"
    ]
  }

  private func sharing() throws -> [String] {
    let all = try rows("sharing/small-kernels.csv")
    let mean = try all.map { try number($0, "latency_mean_s") * 1e6 }
    let longest = try all.map { try number($0, "latency_max_s") }
    #expect(mean[3] > mean[2] && longest[3] < longest[2])
    return [
      "mean latency \(text(mean[0], 0)) us in time slices, \(text(mean[1], 0)) us in four parts, "
        + "\(text(mean[2], 0)) us with two layers as one"
    ]
  }

  private func stitched() throws -> [String] {
    let all = try rows("stitched/resnet18-resnet34.csv")
    let moved = all.count { $0["macs_bucket"] != $0["bucket"] }
    return ["\(moved) of \(all.count) of ResNet-18 and ResNet-34 lie in another one"]
  }

  private func privacy() throws -> [String] {
    let all = try rows("privacy/noise.csv")
    let (plain, noisy) = (all[0], all[2])
    #expect(noisy["noise_us"] == "200")
    let hidden = try number(plain, "found") - number(noisy, "found")
    let lost = try number(plain, "goodput") - number(noisy, "goodput")
    return [
      "without noise all \(text(try number(plain, "found"), 0)) sub-networks in "
        + "\(text(try number(plain, "queries"), 0)) queries; 200 us of noise hide \(text(hidden, 1)) of them and "
        + "cost \(text(lost * 100, 1)) points of goodput"
    ]
  }

  private func labels() throws -> [String] {
    let all = try rows("label-bank/points.csv")
    let (first, last) = (try #require(all.first), try #require(all.last))
    let full = try #require(all.first { $0["labels"] == "1728" })
    func each(_ key: String, _ low: [String: String], _ high: [String: String]) throws -> Double {
      try (number(high, key) - number(low, key)) / (number(high, "labels") - number(low, "labels"))
        * 1e9
    }
    let inside = try (each("latency_s", first, full), each("energy_j", first, full))
    let outside = try (each("latency_s", full, last), each("energy_j", full, last))
    return [
      "up to there a label takes \(text(inside.0, 1)) ns and \(text(inside.1, 1)) nJ",
      "takes \(text(outside.0, 1)) ns and \(text(outside.1, 0)) nJ",
    ]
  }
}
