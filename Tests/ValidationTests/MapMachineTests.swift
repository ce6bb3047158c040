import Components
import CostModel
import Inputs
import Networks
import ReferenceModel
import TestSupport
import Testing

// Does a memory with real bytes in it bear out what a plan of maps says?
@Suite struct MapMachineTests {
  private func network(_ lines: String) throws -> Network {
    let text = "name: w\nsummary: s\nsource: t\n\(lines)\n"
    let file = SpecFile(path: "w.yaml", node: try YAMLParser.parse(text, file: "w.yaml"))
    return try Workload(file).network(subnet: nil)
  }

  private func run(
    _ network: Network, _ policy: String, capacity: Int, weights: Int
  ) throws -> MapMachine.Run {
    let keys = policy == "resident" ? "" : ", weights: \(weights) B"
    let text =
      ArchitectureText().text
      + "activations: {policy: \(policy), capacity: \(capacity) B\(keys)}\n"
    let plan = Evaluator(try design(text)).plan(of: network)
    let input = (0..<400).map { Int8(truncatingIfNeeded: $0 * 37 % 251) }
    let run = try MapMachine.run(
      network.graph, plan: plan, groupWeights: weights, input: input)
    #expect(run.outputs == MapMachine.plainOutputs(network.graph, input: input))
    return run
  }

  /// A 3 x 3 4 -> 8, B 1 x 1 8 -> 4, C 3 x 3 4 -> 8 with A's output added, on maps of 8 x 8.
  private let toy = """
    input: [4, 8, 8]
    layers:
      - {name: a, operator: convolution, output_channels: 8, kernel: 3, padding: 1}
      - {name: b, operator: convolution, output_channels: 4}
      - {name: c, operator: convolution, output_channels: 8, kernel: 3, padding: 1}
      - {operator: add, from: [c, a]}
    """

  @Test(arguments: [(255, 2816), (256, 2304), (512, 1280), (768, 768)])
  func wholeMaps(capacity: Int, moved: Int) throws {
    let run = try run(network(toy), "resident", capacity: capacity, weights: 0)
    #expect((run.read + run.written).reduce(0, +) == moved)
    #expect(run.live.allSatisfy { $0 <= capacity })
  }

  @Test func rowByRow() throws {
    let run = try run(network(toy), "fused", capacity: 384, weights: 608)
    #expect((run.read + run.written).reduce(0, +) == 768)
    #expect(run.live == [384, 384, 384])
  }

  /// An addition beside a squeeze waits for the whole map; the windows pay for three rows of six.
  @Test func aSqueezeBesideAnAdditionNeedsTheWholeMap() throws {
    let network = try network(
      """
      input: [1, 6, 1]
      layers:
        - {name: first, operator: convolution, output_channels: 1}
        - {name: d, operator: depthwise-convolution, kernel: [3, 1], padding: [1, 0]}
        - {name: m, operator: global-average-pool}
        - {name: s, operator: convolution, output_channels: 1}
        - {operator: multiply, from: [d, s]}
        - {name: p, operator: convolution, output_channels: 1}
        - {operator: add, from: [p, first]}
      """)
    let failure = #expect(throws: ReferenceFailure.self) {
      try run(network, "fused", capacity: 100, weights: 100)
    }
    #expect(
      failure?.description
        == "row 0 of `first` is needed and was dropped: 6 rows are made, 3 have room")
  }
}
