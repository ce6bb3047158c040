import Foundation
import Testing

// Designs of several cores as a user asks for them.
@Suite struct CoreCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func json(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  // The number of cores is an axis, and columns say what the network between them takes.
  @Test func coresAreAnAxis() throws {
    let sweep = try scratch.file(
      "cores.yaml",
      """
      name: cores
      summary: Cores.
      source: made for the tests
      inference: {architecture: mesh-16, workload: resnet20-cifar}
      axes:
        - {name: cores, path: architecture.cores.count, values: [1, 2, 4]}
      objectives: [latency, network_cycles]
      """)
    let folder = scratch.path("result")
    let run = try Program.run("sweep \(sweep) -o \(folder) --quiet")
    #expect(run.code == 0, "\(run.errors)")
    let outcome = try Program.run("report \(folder) --format csv")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let rows = String(decoding: outcome.output, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(rows.first)
    func column(_ name: String) throws -> [Double] {
      let place = try #require(header.firstIndex(of: name), "\(header)")
      return rows.dropFirst().compactMap { Double($0[place]) }
    }
    let (cores, cycles) = (try column("cores"), try column("cycles"))
    #expect(cores.sorted() == [1, 2, 4])
    var sums = Array(repeating: 0.0, count: cores.count)
    for name in ["compute", "dram_read", "dram_write", "overhead", "network"] {
      sums = zip(sums, try column("\(name)_cycles")).map(+)
    }
    #expect(sums == cycles)
    for (count, bytes) in zip(cores, try column("network_bytes")) {
      #expect((bytes > 0) == (count > 1))
    }
    let order = zip(cores, cycles).sorted { $0.0 < $1.0 }.map(\.1)
    #expect(order == order.sorted(by: >))
  }

  @Test func theShippedKindsRunWhatTheyAreFor() throws {
    let outcome = try Program.run("run big-little mobilenetv2 --format json")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let document = try json(outcome.output)
    let layers = try #require(document["layers"] as? [[String: Any]])
    var kinds: [String: Set<String>] = [:]
    for layer in layers {
      let cores = try #require(layer["cores"] as? [String: Any])
      let word = try #require(layer["operator"] as? String)
      kinds[word, default: []].insert(try #require(cores["kind"] as? String))
    }
    #expect(kinds["depthwise-convolution"] == ["little"])
    #expect(kinds["fully-connected"] == ["big"])
    let cores = try #require(document["cores"] as? [String: Any])
    let shares = try #require(cores["kinds"] as? [[String: Any]])
    let totals = try #require(document["totals"] as? [String: Any])
    let cycles = shares.compactMap { $0["cycles"] as? Int }.reduce(0, +)
    #expect(cycles == totals["cycles"] as? Int)
  }
}
