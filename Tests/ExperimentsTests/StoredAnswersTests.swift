import Foundation
import TestSupport
import Testing

/// What the page on kernels says of stored results is what their tables hold.
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

  /// Each sentence of the page, with figures of its table in it.
  @Test func thePageSaysWhatTablesHold() throws {
    let page = try String(
      contentsOf: Repository.root.appendingPathComponent(
        "Sources/umemaki/umemaki.docc/Kernels.md"), encoding: .utf8
    ).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for sentence in try codecs() + sharing() + stitched() + privacy() + labels() {
      #expect(page.contains(sentence), "\(sentence)")
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
