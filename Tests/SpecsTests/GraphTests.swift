import Components
import Inputs
import Networks
import Testing

/// The network of a file with these lines.
private func network(_ lines: String) throws -> Network {
  let text = "name: w\nsummary: s\nsource: t\n\(lines)\n"
  let file = SpecFile(path: "w.yaml", node: try YAMLParser.parse(text, file: "w.yaml"))
  return try Workload(file).network(subnet: nil)
}

// Are shapes inferred, is work described, and do names mean what they say?
@Suite struct GraphTests {
  private func extents(_ network: Network, _ name: String) throws -> [Int] {
    let graph = try #require(network.connections)
    return try #require(graph.tensors.first { $0.name == name }).extents
  }

  private func work(_ network: Network, _ name: String) throws -> VectorWork {
    try #require(network.operations.first { $0.name == name }?.vectorWork)
  }

  @Test func aChainInfersItsShapes() throws {
    let network = try network(
      """
      input: [3, 224, 224]
      layers:
        - {name: conv1, operator: convolution, output_channels: 64, kernel: 7, stride: 2, padding: 3}
        - {operator: relu}
        - {operator: max-pool, kernel: 3, stride: 2, padding: [[0, 1], [0, 1]]}
        - {name: fc, operator: fully-connected, output_channels: 10}
      """)
    #expect(
      network.operations.map(\.name) == ["conv1", "conv1.relu", "conv1.max-pool", "fc"])
    #expect(try extents(network, "conv1") == [64, 112, 112])
    #expect(try extents(network, "conv1.weight") == [64, 3, 7, 7])
    #expect(try extents(network, "conv1.max-pool") == [64, 56, 56])
    #expect(network.layers.map(\.channels) == [3, 64 * 56 * 56])
    #expect(
      try work(network, "conv1.max-pool")
        == VectorWork(
          name: "conv1.max-pool", operator: "max-pool", pieces: 64, reads: [112 * 112],
          writes: 56 * 56, operations: 56 * 56 * 9))
    #expect(network.operations.map { $0.reads.count } == [1, 1, 1, 1])
  }

  @Test func blocksAreWrittenOut() throws {
    let network = try network(
      """
      input: [8, 4, 4]
      blocks:
        pair:
          - {name: a, operator: convolution, output_channels: $width, kernel: [$rows, 1], padding: [$ends, 0]}
          - {name: sum, operator: add, from: [a, input]}
        two:
          - {name: inner, block: pair, repeat: 2, first: 1, with: {width: $width, rows: 3, ends: 1}}
      layers:
        - {name: p, block: pair, with: {width: 8, rows: 1, ends: 0}}
        - {name: "t#", block: two, repeat: 2, with: {width: 8}}
        - {name: end, operator: add, from: [p, t0.inner.1.a, t#]}
      """)
    #expect(
      network.layers.map(\.name)
        == ["p.a", "t0.inner.1.a", "t0.inner.2.a", "t1.inner.1.a", "t1.inner.2.a"])
    #expect(network.layers[1].kernelRows == 3)
    let graph = try #require(network.connections)
    let end = try #require(graph.operations.last)
    #expect(
      end.reads.map { graph.tensors[$0].name } == ["p.sum", "t0.inner.1.a", "t1.inner.2.sum"])
  }

  /// Two heads of 4 features; 5 tokens: scores [2 x 5, 5], then 8 features of 5 tokens.
  @Test func attention() throws {
    let network = try network(
      """
      input: [8, 5]
      layers:
        - {name: norm, operator: layer-normalization}
        - {name: q, operator: linear, output_channels: 8}
        - {name: k, operator: linear, from: norm, output_channels: 8}
        - {name: v, operator: linear, from: norm, output_channels: 8}
        - {name: scores, operator: matrix-product, from: [q, k], heads: 2, over: features}
        - {name: soft, operator: softmax, heads: 2}
        - {name: context, operator: matrix-product, from: [soft, v], heads: 2, over: tokens}
        - {name: sum, operator: add, from: [context, input]}
      """)
    #expect(try extents(network, "scores") == [10, 5])
    #expect(try extents(network, "context") == [8, 5])
    let products = network.layers.filter { $0.operation == .matrixProduct }
    #expect(products.map(\.macs) == [2 * 5 * 5 * 4, 2 * 5 * 5 * 4])
    #expect(products.map(\.storedWeights) == [0, 0])
    #expect(network.weights == 3 * 64)
    #expect(network.parameters == 3 * 64 + 2 * 8)
    #expect(
      try work(network, "soft")
        == VectorWork(
          name: "soft", operator: "softmax", pieces: 10, reads: [5], writes: 5, operations: 25))
    #expect(try work(network, "norm").operations == 7 * 8 + 4)
    #expect(try work(network, "sum").reads == [1, 1])
  }

  /// By hand: 4 planes, padded to 6, give 4; 5 rows of step 2 give 3; 7 columns dilated by 3 give 1.
  @Test func threeDirections() throws {
    let network = try network(
      """
      input: [2, 4, 5, 7]
      layers:
        - {name: c, operator: convolution, output_channels: 6, kernel: 3, stride: [1, 2, 1], dilation: [1, 1, 3], padding: [1, [0, 1], 0], groups: 2}
        - {name: d, operator: depthwise-convolution, kernel: [3, 1, 1]}
        - {name: f, operator: global-average-pool}
      """)
    #expect(try extents(network, "c") == [6, 4, 2, 1])
    #expect(try extents(network, "d") == [6, 2, 2, 1])
    let layer = network.layers[0]
    #expect(layer.maps == 4 && layer.channels == 6 && layer.groups == 2)
    #expect(layer.macs == 6 * 27 * 4 * 2)
    #expect(network.layers[1].macs == 6 * 3 * 2 * 2)
  }

  @Test func oneDirectionAndTransposed() throws {
    let line = try network(
      """
      input: [1, 100]
      layers: [{name: c, operator: convolution, output_channels: 4, kernel: 10, stride: 5}]
      """)
    #expect(try extents(line, "c") == [4, 19])
    #expect(line.layers[0].kernelRows == 1 && line.layers[0].inputColumns == 100)
    // (7 - 1) 2 - 2 + 3 + 1 = 14 and (9 - 1) 2 - 2 + 3 = 17.
    let up = try network(
      """
      input: [4, 7, 9]
      layers: [{name: c, operator: transposed-convolution, output_channels: 3, kernel: 3, stride: 2, padding: 1, output_padding: [1, 0]}]
      """)
    #expect(try extents(up, "c") == [3, 14, 17])
  }

  @Test func channelsJoinAndScale() throws {
    let network = try network(
      """
      input: [3, 8, 8]
      layers:
        - {name: a, operator: convolution, output_channels: 4}
        - {name: b, operator: convolution, from: input, output_channels: 6}
        - {operator: concat, from: [a, b]}
        - {name: gate, operator: global-average-pool}
        - {operator: sigmoid}
        - {name: out, operator: multiply, from: [b.concat, gate.sigmoid]}
      """)
    #expect(try extents(network, "out") == [10, 8, 8])
    #expect(
      try work(network, "out")
        == VectorWork(
          name: "out", operator: "multiply", pieces: 10, reads: [64, 1], writes: 64,
          operations: 64))
  }

  /// Every operator that reads one map keeps elements, and says so of its work.
  @Test func everyOperatorIsDescribed() {
    for entry in OperationKinds.registry.entries {
      #expect(!entry.summary.isEmpty && entry.summary.hasSuffix("."), "\(entry.kind)")
      #expect(entry.kind == entry.kind.lowercased(), "\(entry.kind)")
    }
    let words = Set(OperationKinds.registry.entries.map(\.kind))
    #expect(Operator.allCases.allSatisfy { words.contains($0.rawValue) })
  }
}

// Is everything that is wrong with a list said once, at its place?
@Suite struct GraphFaultTests {
  private func messages(_ lines: String) throws -> [String] {
    do {
      _ = try network(lines)
      return []
    } catch let error as InputError {
      return error.all.map(\.description)
    }
  }

  @Test func oneFaultDoesNotBringOthers() throws {
    #expect(
      try messages(
        """
        input: [4, 8, 8]
        layers:
          - {name: a, operator: convolution, output_channels: 8, kernel: 9}
          - {name: b, operator: convolution, output_channels: 8, groups: 3}
          - {operator: add, from: [a, input]}
        """) == ["w.yaml:6:66: layers[0].kernel: 9 x 9 does not fit the padded input of 8 x 8"])
  }

  @Test func aFaultInABlockIsSaidOnce() throws {
    #expect(
      try messages(
        """
        input: [4, 8, 8]
        blocks:
          one:
            - {name: a, operator: convolution, output_channels: 6, groups: $groups}
        layers:
          - {name: x, block: one, repeat: 3, with: {groups: 4}}
        """) == [
          "w.yaml:7:68: blocks.one[0].groups: must divide 4 input and 6 output channels, found 4 "
            + "(in `x.0`)"
        ])
  }
}
