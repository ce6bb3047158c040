import Components
import Inputs
import Networks
import TestSupport
import Testing

// Which tensors are stored, by whom, and who reads them how?
@Suite struct StoredMapsTests {
  private func maps(_ workload: String, _ subnet: String? = nil) throws -> StoredMaps {
    try SpecsTests.workload(workload).network(subnet: subnet).maps
  }

  private func maps(lines: String) throws -> StoredMaps {
    let text = "name: w\nsummary: s\nsource: t\n\(lines)\n"
    let file = SpecFile(path: "w.yaml", node: try YAMLParser.parse(text, file: "w.yaml"))
    return try Workload(file).network(subnet: nil).maps
  }

  /// Stages that read a map of `producer`, with the way in which they do.
  private func readers(
    _ maps: StoredMaps, of producer: String?, means: Bool = false
  ) -> [String] {
    maps.stages.flatMap { stage in
      stage.reads.filter { read in
        let map = maps.maps[read.map]
        return map.producer.map { maps.stages[$0].name } == producer && map.isMeans == means
      }.map { "\(stage.name) \($0.use)" }
    }
  }

  /// Elements of what a stage writes, in order.
  private func written(_ maps: StoredMaps, by name: String) throws -> [Int] {
    try #require(maps.stages.first { $0.name == name }).writes.map { maps.maps[$0].elements }
  }

  @Test func stemOfResNet50D() throws {
    let maps = try maps("ofa-resnet50", "4.1B")
    #expect(readers(maps, of: nil) == ["stem.0 input"])
    #expect(readers(maps, of: "stem.0") == ["stem.1 input", "stem.1 term"])
    #expect(readers(maps, of: "stem.1") == ["stem.2 input"])
    // Only what the pooling leaves is stored, and read by both branches of the first block.
    #expect(try written(maps, by: "stem.2") == [64 * 56 * 56])
    #expect(readers(maps, of: "stem.2") == ["stage1.0.conv1 input", "stage1.0.shortcut input"])
    let last = try #require(maps.stages.last)
    #expect(last.name == "fc" && maps.maps[last.writes[0]].isWanted)
    #expect(maps.maps[last.writes[0]].readers.isEmpty)
    // The last map goes to `fc` as the means of its channels.
    let before = maps.stages[maps.stages.count - 2].name
    #expect(try written(maps, by: before) == [2048])
    #expect(readers(maps, of: before, means: true) == ["fc input"])
  }

  @Test func projectionBlockOfResNet50D() throws {
    let maps = try maps("ofa-resnet50", "4.1B")
    #expect(readers(maps, of: "stage2.0.conv3") == ["stage2.0.shortcut term"])
    #expect(
      readers(maps, of: "stage2.0.shortcut")
        == ["stage2.1.conv1 input", "stage2.1.conv3 term"])
    // The shortcut reads the whole map in front of its pooling.
    let shortcut = try #require(maps.stages.first { $0.name == "stage2.0.shortcut" })
    let read = try #require(shortcut.reads.first { $0.use == .input })
    let layer = try #require(shortcut.work.layer)
    #expect(maps.maps[read.map].elements == layer.channels * 56 * 56)
    let moves = try #require(shortcut.moves)
    #expect(moves.taken == layer.channels * 28 * 28)
    #expect(moves.input.all == layer.channels * 56 * 56)
    #expect(moves.terms.all == layer.kernels * 28 * 28)
  }

  @Test func identityBlockOfResNet50D() throws {
    let maps = try maps("ofa-resnet50", "0.6B")
    #expect(
      readers(maps, of: "stage3.1.conv3") == ["stage3.2.conv1 input", "stage3.2.conv3 term"])
    #expect(readers(maps, of: "stage3.1.conv1") == ["stage3.1.conv2 input"])
  }

  @Test func mobileNetV3() throws {
    let maps = try maps("ofa-mobilenetv3", "ofa-note10-22")
    let names = maps.stages.map(\.name)
    let depthwise = names[1]
    let project = names[2]
    #expect(readers(maps, of: names[0]) == ["\(depthwise) input", "\(project) term"])
    let reduce = try #require(names.firstIndex { $0.hasSuffix("reduce") })
    let (squeezed, expand, scaled) = (names[reduce - 1], names[reduce + 1], names[reduce + 2])
    // The map, then the mean of each channel beside it.
    let own = try written(maps, by: squeezed)
    #expect(own.count == 2 && own[0] > own[1])
    #expect(readers(maps, of: squeezed) == ["\(scaled) input"])
    #expect(readers(maps, of: squeezed, means: true) == ["\(names[reduce]) input"])
    #expect(readers(maps, of: expand) == ["\(scaled) factor"])
    #expect(try written(maps, by: "final_expand") == [960])
    #expect(readers(maps, of: "final_expand", means: true) == ["feature_mix input"])
    #expect(readers(maps, of: "feature_mix") == ["classifier input"])
  }

  /// Maps behind one another stay maps of their own, and a pooling of all of them that nothing else
  /// reads is done where they are made.
  @Test func concatWithPooling() throws {
    let maps = try maps("inception-v1")
    let branches = ["1x1", "3x3", "5x5", "pool_proj"]
    let readersOf3a = [
      "1x1 input", "3x3_reduce input", "5x5_reduce input", "pool_proj input",
    ].map { "inception_3b.\($0)" }
    for branch in branches {
      #expect(readers(maps, of: "inception_3a.\(branch)") == readersOf3a)
    }
    #expect(try written(maps, by: "inception_3a.3x3") == [128 * 28 * 28])
    #expect(try written(maps, by: "inception_3b.3x3") == [192 * 14 * 14])
    #expect(try written(maps, by: "inception_5b.1x1") == [384])
    for branch in branches {
      #expect(readers(maps, of: "inception_5b.\(branch)", means: true) == ["classifier input"])
    }
    // The branch that pools on the way in takes as much as it reads.
    let pooled = try #require(maps.stages.first { $0.name == "inception_3b.pool_proj" })
    #expect(pooled.reads.count == 4)
    #expect(pooled.moves?.taken == 256 * 28 * 28)
  }

  /// The shortcut of option A reads every second row and column, and knows the zeros.
  @Test func shortcutWithoutWeights() throws {
    let maps = try maps("resnet20-cifar")
    #expect(
      readers(maps, of: "layer1.2.conv2") == ["layer2.0.conv1 input", "layer2.0.conv2 term"])
    let added = try #require(maps.stages.first { $0.name == "layer2.0.conv2" })
    let term = try #require(added.reads.first { $0.use == .term })
    // By definition the whole map is read, once by each reader.
    #expect(maps.maps[term.map].elements == 16 * 32 * 32)
    #expect(try written(maps, by: "layer3.2.conv2") == [64])
  }

  /// What two readers need scaled is scaled by the first of them, and written for the second.
  @Test func aSharedProductIsMadeOnce() throws {
    let maps = try maps(
      lines: """
        input: [4, 6, 6]
        outputs: [p, q]
        layers:
          - {name: d, operator: convolution, output_channels: 8}
          - {name: m, operator: global-average-pool}
          - {name: s, operator: convolution, output_channels: 8}
          - {name: x, operator: multiply, from: [d, s]}
          - {name: p, operator: convolution, output_channels: 2}
          - {name: q, operator: convolution, from: x, output_channels: 3}
        """)
    #expect(readers(maps, of: "d") == ["p input"])
    #expect(readers(maps, of: "d", means: true) == ["s input"])
    #expect(readers(maps, of: "s") == ["p factor"])
    #expect(readers(maps, of: "p") == ["q input"])
    #expect(try written(maps, by: "p").sorted() == [2 * 36, 8 * 36])
  }
}
