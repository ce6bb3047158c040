import Foundation
import TestSupport
import Testing

// Do thousands of sub-networks with a latency on each of two devices stand in for the model? The table is
// generated in the form of SuperFedNAS' point clouds (batches of 64 on a GPU and a CPU); its latencies are
// straight lines in multiply-accumulates and layers, its accuracies saturate, both assumed.
@Suite struct MeasuredDevicesTests {
  private struct Row {
    let name: String
    let latency: [String: Double]
    let accuracy: Double
  }

  private static let count = 5000

  private func rows(_ seed: UInt64) -> [Row] {
    var random = SeededRandom(seed: seed)
    return (0..<Self.count).map { index in
      let (work, layers) = (
        Double.random(in: 0.46...3.4, using: &random), Int.random(in: 10...26, using: &random)
      )
      let accuracy = 0.893 + 0.024 * (1 - exp(-1.2 * (work - 0.46)))
      let luck = Double.random(in: -0.003...0.003, using: &random)
      func rounded(_ value: Double, _ digits: Double) -> Double {
        (value * digits).rounded() / digits
      }
      return Row(
        name: "n\(index)",
        latency: [
          "gpu": rounded((3.4 * work + 0.42 * Double(layers) - 0.75) * 1e-3, 1e6),
          "cpu": rounded((46 * work + 7 * Double(layers) - 3.5) * 1e-3, 1e6),
        ], accuracy: rounded(accuracy + luck, 1e4))
    }
  }

  @Test func everyDeviceServesTheBestOfItsOwnTable() throws {
    let (scratch, rows) = (try Scratch(), rows(11))
    for device in ["gpu", "cpu"] {
      let lines = rows.map { "\($0.name),64,\($0.latency[device] ?? 0),\($0.accuracy)\n" }
      _ = try scratch.file(
        "\(device).csv", "subnet,batch,latency_s,accuracy\n" + lines.joined())
    }
    let scenario = try scratch.file(
      "measured.yaml",
      """
      name: measured
      summary: Two measured devices.
      source: made for the test
      table: gpu.csv
      devices: [{name: gpu}, {name: cpu, count: 2, table: cpu.csv}]
      arrivals: {kind: poisson, rate: 40 Hz}
      demands: {latency: {low: 5 ms, high: 400 ms}}
      options: {queries: 300}
      seeds: [1]
      runs: [{name: only, policy: {kind: strict-latency}, caching: {kind: none}}]
      """)
    let queries = scratch.path("queries.csv")
    let outcome = try Program.run(["serve", scenario, "--quiet", "--queries", queries])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try String(contentsOfFile: queries, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var served = ["gpu": 0, "cpu": 0]
    for line in lines.dropFirst() {
      let values = Dictionary(uniqueKeysWithValues: zip(lines[0], line))
      func number(_ key: String) throws -> Double { try #require(Double(values[key] ?? "")) }
      let device = values["device"] == "0" ? "gpu" : "cpu"
      served[device, default: 0] += 1
      let budget = try number("deadline_s") - number("arrival_s")
      func latency(_ row: Row) -> Double { row.latency[device] ?? 0 }
      let best = rows.filter { latency($0) <= budget + 1e-12 }.map(\.accuracy).max()
      let fastest = try #require(rows.min { latency($0) < latency($1) })
      let row = try #require(rows.first { $0.name == values["subnet"] })
      // Where no row is fast enough the fastest one is served.
      if let best {
        #expect(row.accuracy == best, "\(line)")
        #expect(latency(row) <= budget + 1e-12, "\(line)")
      } else {
        #expect(latency(row) == latency(fastest), "\(line)")
      }
      #expect(abs(try number("end_s") - number("start_s") - latency(row)) < 1e-9, "\(line)")
    }
    #expect(served.values.reduce(0, +) == 300 && served.values.allSatisfy { $0 > 20 }, "\(served)")
  }
}
