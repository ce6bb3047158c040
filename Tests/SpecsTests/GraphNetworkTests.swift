import Components
import Foundation
import Inputs
import Networks
import TestSupport
import Testing

// Do graph networks have the shapes and the work of their equations, and do files say what is wrong?
@Suite struct GraphNetworkTests {
  /// A workload of `text` behind `graph_network:`, in a folder of its own.
  private func network(_ text: String, in folder: String = "") throws -> Network {
    let node = try YAMLParser.parse(
      "name: own\nsummary: Own.\nsource: a test\ngraph_network: \(text)\n", file: "own.yaml")
    let workload = try Workload(
      SpecFile(path: folder.isEmpty ? "own.yaml" : "\(folder)/own.yaml", node: node))
    return try workload.network(subnet: nil)
  }

  private func layers(_ network: Network) -> [String] {
    network.layers.map { "\($0.name) \($0.channels)->\($0.kernels) x \($0.outputPixels)" }
  }

  private static let pubmed = "adjacency: {nodes: 19717, edges: 44324, skew: 0.6, seed: 1}"

  /// n a b + e min(a, b) over the layers 500-256-3 of Pubmed, with 2 x 44,324 + 19,717 entries.
  @Test func pubmedByHand() throws {
    let network = try network(
      "{kind: gcn, layers: 2, features: 500, hidden: 256, classes: 3, \(Self.pubmed)}")
    #expect(network.macs == 2_566_985_191)
    #expect(network.weights == 500 * 256 + 256 * 3)
    #expect(
      layers(network) == [
        "layer1.update 500->256 x 19717", "layer1.aggregate 19717->19717 x 256",
        "layer2.update 256->3 x 19717", "layer2.aggregate 19717->19717 x 3",
      ])
    let gathered = try #require(network.layers[1].gathered)
    #expect(gathered.adjacency.entries == 108_365)
    #expect(gathered.bits == 108_365 * 40 + 19_717 * 32)
    #expect(network == (try workload("pubmed-gcn").network(subnet: nil)).renamed("own"))
  }

  /// A layer of GCNII is e h + n h h; a student has fewer of them, and one without aggregation none.
  @Test(arguments: [(64, 87_013_462_784), (4, 7_818_577_664)])
  func teacherAndStudent(layers: Int, macs: Int) throws {
    let network = try network(
      "{kind: gcnii, layers: \(layers), features: 500, hidden: 256, classes: 3, \(Self.pubmed)}")
    #expect(network.macs == macs)
    #expect(
      network.macs == 19_717 * (500 * 256 + 256 * 3)
        + layers * (108_365 * 256 + 19_717 * 256 * 256))
    #expect(network.layers.count == 2 + 2 * layers)
    #expect(network.weights == 500 * 256 + layers * 256 * 256 + 256 * 3)
  }

  @Test func withoutAggregation() throws {
    let network = try network(
      "{kind: mlp, layers: 2, features: 500, hidden: 256, classes: 3, nodes: 19717}")
    #expect(network.macs == 19_717 * (500 * 256 + 256 * 3))
    #expect(network.layers.allSatisfy { $0.gathered == nil })
  }

  /// The cheaper order: what is narrower is gathered.
  @Test func order() throws {
    let network = try network(
      "{kind: gcn, layers: 2, features: 4, hidden: 9, classes: 9, adjacency: {nodes: 5, edges: 6}}")
    #expect(
      network.layers.map(\.name) == [
        "layer1.aggregate", "layer1.update", "layer2.update", "layer2.aggregate",
      ])
    #expect(network.macs == 5 * (4 * 9 + 9 * 9) + (2 * 6 + 5) * (4 + 9))
  }

  @Test func denseMultipliesByZeros() throws {
    let network = try network(
      "{kind: gcn, layers: 1, features: 4, hidden: 4, classes: 2, adjacency: {nodes: 5, edges: 6, form: dense}}"
    )
    #expect(network.macs == 5 * 4 * 2 + 5 * 5 * 2)
    #expect(network.layers.allSatisfy { $0.gathered == nil })
  }

  /// What the page says of the stored table: at one width, 64 layers take 11 to 12 times what 4 take.
  @Test func distilledLatencies() throws {
    let rows = try referenceRows(
      URL(fileURLWithPath: Repository.root.path + "/results/distilled-graphs/points.csv"))
    func latency(_ layers: String, _ hidden: String, _ bandwidth: String) throws -> Double {
      let row = try #require(
        rows.first {
          $0["layers"] == layers && $0["hidden"] == hidden && $0["bandwidth"] == bandwidth
        })
      return try #require(Double(row["latency_s"] ?? ""))
    }
    for bandwidth in ["3.2 GB/s", "51.2 GB/s"] {
      let teacher = try latency("64", "256", bandwidth)
      #expect((11..<12).contains(teacher / (try latency("4", "256", bandwidth))))
      #expect(teacher / (try latency("1", "256", bandwidth)) < 26)
      #expect(teacher / (try latency("4", "16", bandwidth)) > 141)
    }
  }

  // MARK: Generated graphs

  @Test(arguments: [(0.0, 1), (0.8, 2), (1.4, 3)])
  func generatedGraphsAreSymmetric(skew: Double, seed: Int) throws {
    func graph(_ seed: Int) throws -> Adjacency {
      let network = try network(
        "{kind: gcn, layers: 1, features: 1, hidden: 1, classes: 1, adjacency: {nodes: 300, edges: 900, skew: \(skew), seed: \(seed), self_loops: false}}"
      )
      return try #require(network.layers.first { $0.gathered != nil }?.gathered).adjacency
    }
    let made = try graph(seed)
    #expect(made.entries == 1800)
    var pairs: Set<[Int]> = []
    for row in 0..<made.rows {
      for source in made.sources(of: row) {
        #expect(Int(source) != row)
        #expect(pairs.insert([row, Int(source)]).inserted, "seed \(seed)")
      }
    }
    #expect(pairs.allSatisfy { pairs.contains([$0[1], $0[0]]) }, "seed \(seed)")
    #expect(made == (try graph(seed)))
    #expect(made != (try graph(seed + 1)))
    // Even degrees stay near 6; skewed ones do not.
    #expect(skew == 0 ? made.largestDegree < 24 : made.largestDegree > 24, "seed \(seed)")
  }

  // MARK: Files

  /// A folder with `graph.h5`, removed with it.
  private final class Folder {
    let path = NSTemporaryDirectory() + UUID().uuidString
    init(_ pointers: [Int], _ columns: [Int]) throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let writer = try ArrayFileWriter.create(path + "/graph.h5")
      for (name, values) in [("indptr", pointers), ("indices", columns)] {
        try writer.write(
          StoredArray(name, dimensions: [values.count], axes: ["i"], values: .int64(values)))
      }
      try writer.finish()
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private func read(_ pointers: [Int], _ columns: [Int], more: String = "") throws -> Network {
    let folder = try Folder(pointers, columns)
    return try network(
      "{kind: gcn, layers: 1, features: 3, hidden: 3, classes: 2, adjacency: {file: graph.h5\(more)}}",
      in: folder.path)
  }

  @Test func compressedRows() throws {
    let network = try read([0, 2, 3, 3, 6], [1, 2, 0, 0, 1, 2])
    let own = try #require(network.layers.last?.gathered).adjacency
    #expect((0..<4).map(own.degree) == [3, 2, 1, 4])
    #expect(network.macs == 4 * 3 * 2 + 10 * 2)
    #expect(own.part(1..<3).pointers == [0, 2, 3])
    #expect(own.part(1..<3).columns == 4)
    let plain = try read([0, 2, 3, 3, 6], [1, 2, 0, 0, 1, 2], more: ", self_loops: false")
    #expect(plain.macs == 4 * 3 * 2 + 6 * 2)
  }

  @Test(arguments: [
    ([0, 2, 1, 3], [0, 1, 2], "must not fall, but row 1 begins at 2 and ends at 1"),
    ([1, 2, 2, 3], [0, 1, 2], "the first must be 0, found 1"),
    ([0, 1, 2, 2], [0, 1, 2], "the last must be the 3 entries of `columns`, found 2"),
    ([0, 1, 2, 3], [0, 1, 3], "entry 2 is node 3, expected 0 to 2"),
    ([0, 1, 2, 3], [0, -1, 2], "entry 1 is node -1, expected 0 to 2"),
    ([0, 2, 2, 3], [1, 1, 0], "row 0 has node 1 twice"),
    ([0], [], "expected 2 to 1048577 pointers, found 1"),
  ])
  func wrongRows(pointers: [Int], columns: [Int], message: String) throws {
    do {
      _ = try read(pointers, columns)
      Issue.record("expected `\(message)`")
    } catch {
      let text = "\(error)"
      #expect(text.contains(message), "\(text)")
      #expect(text.contains("graph_network.adjacency.file"), "\(text)")
      #expect(text.contains("own.yaml:4:"), "\(text)")
    }
  }
}

extension Network {
  /// The same under another name.
  fileprivate func renamed(_ name: String) -> Network {
    Network(name: name, subnet: subnet, graph: graph)
  }
}
