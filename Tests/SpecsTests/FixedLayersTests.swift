import Components
import Inputs
import Networks
import TestSupport
import Testing

// Do the shipped networks have the layers of the table, and do they stay what they are when they are
// printed and read again?
@Suite struct FixedLayersTests {
  private static func names() throws -> [String] {
    try Repository.names(in: "workloads").filter {
      // Transformers have tables of their own, graph networks their tests.
      let loaded = try workload($0)
      guard case .network = loaded.content else { return false }
      return loaded.transformer == nil && loaded.spec.graphNetwork == nil
    }
  }

  /// Uneven padding in one direction, and products of activations, have no columns in the table; totals of these
  /// networks are in `networks.csv`.
  private static let otherShapes: Set<String> = ["resnet1d-ecg", "swin-t"]

  @Test(arguments: try names().filter { !otherShapes.contains($0) })
  func layersAreThoseOfTheTable(_ name: String) throws {
    let rows = try table("fixed-layers.csv").filter { try $0.text("workload") == name }
    let layers = try workload(name).network(subnet: nil).layers
    #expect(layers.count == rows.count, "\(name)")
    for (row, var layer) in zip(rows, layers) {
      // The table knows shapes only.
      layer.zeros = nil
      func axis(_ extent: String, _ kernel: String) throws -> WindowAxis {
        let padding = try row.whole("padding")
        return WindowAxis(
          extent: try row.whole(extent), kernel: try row.whole(kernel),
          stride: try row.whole("stride"), before: padding, after: padding)
      }
      let expected = Layer(
        name: try row.text("name"),
        operation: try #require(Operator(rawValue: try row.text("operator"))),
        kernels: try row.whole("k"), channels: try row.whole("c"), rows: try axis("h", "r"),
        columns: try axis("w", "s"), groups: try row.whole("groups"))
      #expect(layer == expected, "\(name) \(layer.name)")
    }
  }

  @Test(arguments: try names())
  func everyTensorIsReadOrAnOutput(_ name: String) throws {
    let loaded = try workload(name)
    guard loaded.spec.connected != false else { return }
    check(try #require(try loaded.network(subnet: nil).connections), name)
  }

  private func check(_ graph: NetworkGraph, _ name: String) {
    var written = Set(graph.inputs)
    let read = Set(graph.operations.flatMap(\.reads))
    for operation in graph.operations {
      #expect(operation.reads.allSatisfy(written.contains), "\(name) \(operation.name)")
      written.insert(operation.writes)
      #expect(
        read.contains(operation.writes) || graph.outputs.contains(operation.writes),
        "\(name) \(operation.name)")
    }
    #expect(Set(graph.operations.map(\.name)).count == graph.operations.count, "\(name)")
    #expect(graph.outputs.count == 1, "\(name)")
  }

  @Test(arguments: try names())
  func aListingReadsBack(_ name: String) throws {
    let first = try workload(name)
    let text =
      "name: \(name)\nsummary: s\nsource: s\n" + first.listing { "\"\($0)\"" }
    let again = try Workload(
      SpecFile(path: "listing", node: try YAMLParser.parse(text, file: "listing")))
    #expect(try again.network(subnet: nil) == first.network(subnet: nil))
    #expect(again.listing { "\"\($0)\"" } == first.listing { "\"\($0)\"" })
  }

  /// Ends of the spaces and picks from a fixed seed.
  @Test(arguments: [
    "ofa-resnet50", "ofa-mobilenetv3", "ofa-proxyless", "compofa", "compofa-elastic",
    "superfednas-cifar",
  ])
  func spacesHaveGraphsOfTheirLayers(_ name: String) throws {
    let space = try supernet(name)
    var random = SeededRandom(seed: 17)
    for round in 0..<12 {
      let resolution = [32, 129, 224, 250][round % 4]
      let subnet =
        switch round {
        case 0: space.smallest(resolution: resolution)
        case 1: space.largest(resolution: resolution)
        default:
          space.subnet(
            picks: space.choices.map { Int.random(in: 0..<$0, using: &random) },
            resolution: resolution)
        }
      let graph = try space.graph(of: subnet)
      #expect(graph.layers == (try space.layers(of: subnet)), "seed 17, round \(round)")
      check(graph, "\(name), seed 17, round \(round)")
    }
  }
}
