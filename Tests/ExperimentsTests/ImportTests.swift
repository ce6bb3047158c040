import Components
import Foundation
import Inputs
import Networks
import Reports
import TestSupport
import Testing

@testable import Importing

/// The committed models and topologies, and what they become.
enum ImportFixtures {
  static let root = Repository.root.path

  static func path(_ name: String) -> String { "\(root)/Tests/CommandTests/Import/\(name)" }

  static func read(
    _ name: String, shapes: [String] = [], skips: Bool = false
  ) throws -> WorkloadImport {
    try WorkloadImport(
      path(name), name: "test", inputShapes: InputShapes(shapes), skipsUnsupported: skips)
  }

  static func layers(_ imported: WorkloadImport) throws -> [Layer] {
    try Workload(SpecFile(path: "test", node: YAMLParser.parse(imported.yaml, file: "test")))
      .network(subnet: nil).layers
  }
}

/// A folder for one test, removed with it.
private final class Scratch {
  private let root = FileManager.default.temporaryDirectory.appendingPathComponent(
    UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func path(_ name: String) -> String { root.appendingPathComponent(name).path }
}

@Suite struct ImportedNetworkTests {
  /// The exporter on torch.export names weights as torchvision does; the one on TorchScript does not.
  @Test(arguments: [
    ("resnet50", "resnet50.onnx", true), ("resnet50", "resnet50-torchscript.onnx", false),
    ("mobilenetv2", "mobilenetv2.onnx", true),
    ("mobilenetv2", "mobilenetv2-torchscript.onnx", false),
  ])
  func exportedModelsAreTheBuiltInOnes(workload: String, file: String, isNamed: Bool) throws {
    let built = try Workload(SpecFile(path: "\(ImportFixtures.root)/workloads/\(workload).yaml"))
      .network(subnet: nil)
    let layers = try ImportFixtures.layers(ImportFixtures.read(file))
    #expect(layers.map(\.shape) == built.layers.map(\.shape))
    if isNamed { #expect(layers.map(\.name) == built.layers.map(\.name)) }
    let network = Network(name: "", subnet: nil, layers: layers)
    #expect(network.macs == built.macs)
    #expect(network.parameters == built.parameters)
  }

  @Test func whatIsNotModelledIsCounted() throws {
    let imported = try ImportFixtures.read("resnet50.onnx")
    #expect(
      imported.summary == """
        test: 54 layers, 4.09 GMAC, 25,502,912 weights
        not modelled (assumed fused): Reshape 1

        """)
    #expect(imported.yaml.contains("# Not modelled: Reshape 1\n"))
    let words = imported.operators.map { $0.last ?? "" }
    #expect(
      words == [
        "became", "convolution 53", "fully-connected 1", "relu 49", "max-pool 1", "add 16",
        "global-average-pool 1", "fused",
      ])
    #expect(imported.leftOut.isEmpty)
  }

  @Test func equalFilesGiveEqualBytes() throws {
    let first = try ImportFixtures.read("mobilenetv2-torchscript.onnx")
    #expect(try ImportFixtures.read("mobilenetv2-torchscript.onnx").yaml == first.yaml)
    let path = ImportFixtures.path("mobilenetv2-torchscript.onnx")
    let digest = Provenance.Input(fileAt: path).digest
    #expect(first.yaml.contains("mobilenetv2-torchscript.onnx, sha256 \(digest)"))
  }

  /// SAME pads, pooling rounded up, a split, a slice and a shape computed from shapes:
  /// 10 -> 10 -> ceil(7 / 2) + 1 = 5; channels 4 -> 2 + 2 -> 4 -> 3; 3 x 5 x 5 = 75 features.
  @Test func shapesAreInferred() throws {
    let layers = try ImportFixtures.layers(ImportFixtures.read("shapes.onnx"))
    #expect(
      layers == [
        Layer(
          name: "stem", operation: .convolution, kernels: 4, channels: 3, kernel: (3, 3),
          input: (10, 10), padding: 1),
        Layer(
          name: "head", operation: .fullyConnected, kernels: 10, channels: 75, kernel: (1, 1),
          input: (1, 1)),
      ])
  }

  /// A sequence of 5 makes products of 5 rows: five scores each over 8 features, and as many values.
  @Test func attentionIsTwoProductsOfActivations() throws {
    let imported = try ImportFixtures.read("transformer.onnx", shapes: ["x=1x5x8"])
    let layers = try ImportFixtures.layers(imported)
    #expect(layers.map(\.name) == ["q", "k", "scores", "mix"])
    #expect(layers.map(\.macs) == [320, 320, 200, 200])
    #expect(layers.map(\.storedWeights) == [64, 64, 0, 0])
    // Queries and keys are read where they were written, the scores after their softmax.
    #expect(imported.yaml.contains("from: [q, k], over: features}"))
    #expect(imported.yaml.contains("name: mix, operator: matrix-product, from: [softmax_5, input]"))
  }

  @Test func whatFollowsTheUnsupportedIsListedToo() throws {
    let imported = try ImportFixtures.read("unsupported.onnx", skips: true)
    #expect(try ImportFixtures.layers(imported).map(\.name) == ["plain"])
    #expect(imported.leftOut.count == 4)
    #expect(imported.leftOut.last?.contains(#"graph.node[4] (Magic "trick\n1")"#) == true)
  }

  @Test func oddNamesSurvive() throws {
    let layers = try ImportFixtures.layers(ImportFixtures.read("names.onnx"))
    #expect(
      layers.map(\.name) == [
        "line\nbreak", "a: [b, {c}] # d", "\u{2028} sep", "'quote' \"double\"", "yes", "nul\0",
        "line\nbreak_2",
      ])
  }
}

@Suite struct ImportedWeightTests {
  private func values(
    _ name: String, _ dataset: String, _ shape: TensorShape
  ) throws -> [Float] {
    let scratch = try Scratch()
    try ImportFixtures.read(name).writeWeights(to: scratch.path("w.h5"))
    let file = try WeightFile(path: scratch.path("w.h5"))
    let tensor = try #require(file.tensors.first { $0.dataset == dataset })
    #expect(tensor.layout == .oihw)
    #expect(WeightLayout.oihw.shape(of: tensor.dimensions) == shape)
    var result: [Float] = []
    try file.read(tensor, layout: .oihw, slice: shape, kernelsPerBlock: 64) { _, block in
      result.append(contentsOf: block)
    }
    return result
  }

  /// The fixture's tensors count up from -1 in eighths.
  private func counted(_ count: Int) -> [Float] { (0..<count).map { Float($0) / 8 - 1 } }

  @Test(arguments: ["tiny.onnx", "tiny-external.onnx"])
  func valuesAreWrittenKernelsFirst(name: String) throws {
    let first = TensorShape(kernels: 4, channels: 2, rows: 3, columns: 3)
    #expect(try values(name, "first.weight", first) == counted(72))
    let second = TensorShape(kernels: 4, channels: 1, rows: 3, columns: 3)
    #expect(try values(name, "second.weight", second) == counted(36))
    // 16 x 3 times 0.5, stored channels first.
    let third = TensorShape(kernels: 3, channels: 16, rows: 1, columns: 1)
    let stored = counted(48)
    let flipped = (0..<3).flatMap { kernel in (0..<16).map { stored[$0 * 3 + kernel] / 2 } }
    #expect(try values(name, "third.weight", third) == flipped)
    let fourth = TensorShape(kernels: 2, channels: 3, rows: 1, columns: 1)
    #expect(
      try values(name, "head.MatMul.weight", fourth) == [-1, -0.75, -0.5, -0.875, -0.625, -0.375])
  }

  /// int8 from -18; filter 0 times 0.5, filter 1 less 1 and times 2.
  @Test func quantizedWeightsAreDequantized() throws {
    let shape = TensorShape(kernels: 2, channels: 2, rows: 3, columns: 3)
    let expected = (-18..<0).map { Float($0) / 2 } + (0..<18).map { (Float($0) - 1) * 2 }
    #expect(try values("quantized.onnx", "conv.weight", shape) == expected)
  }

  /// A model of one product, `side` channels to twice as many kernels, with values that count up in quarters.
  private func product(side: Int) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] {
      value < 128 ? [UInt8(value)] : [UInt8(value & 127 | 128)] + number(value >> 7)
    }
    func field(_ place: Int, _ value: Int) -> [UInt8] { number(place << 3) + number(value) }
    func field(_ place: Int, _ content: [UInt8]) -> [UInt8] {
      number(place << 3 | 2) + number(content.count) + content
    }
    func value(_ name: String, _ extent: Int) -> [UInt8] {
      let shape = field(1, field(1, 1)) + field(1, field(1, extent))
      return field(1, Array(name.utf8)) + field(2, field(1, field(1, 1) + field(2, shape)))
    }
    let raw = (0..<2 * side * side).flatMap { index in
      withUnsafeBytes(of: (Float(index) / 4).bitPattern.littleEndian) { Array($0) }
    }
    let weights =
      field(1, side) + field(1, 2 * side) + field(2, 1) + field(8, Array("w".utf8)) + field(9, raw)
    let node =
      field(1, Array("x".utf8)) + field(1, Array("w".utf8)) + field(2, Array("y".utf8))
      + field(3, Array("fc".utf8)) + field(4, Array("MatMul".utf8))
    let graph =
      field(1, node) + field(2, Array("g".utf8)) + field(5, weights) + field(11, value("x", side))
      + field(12, value("y", 2 * side))
    // A field that nobody knows is left out, also where it has a number that is used within.
    return field(1, 8) + field(8, field(1, []) + field(2, 17)) + field(1000, [1, 2, 3])
      + field(7, graph)
  }

  @Test(arguments: [4, 96])
  func largeValuesStayInTheFileUntilTheyAreAskedFor(side: Int) throws {
    let scratch = try Scratch()
    let path = scratch.path("product.onnx")
    let bytes = product(side: side)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let imported = try WorkloadImport(
      path, name: "product", inputShapes: InputShapes([]), skipsUnsupported: false)
    try imported.writeWeights(to: scratch.path("w.h5"))
    let file = try WeightFile(path: scratch.path("w.h5"))
    let tensor = try #require(file.tensors.first)
    let shape = TensorShape(kernels: 2 * side, channels: side, rows: 1, columns: 1)
    var found: [Float] = []
    try file.read(tensor, layout: .oihw, slice: shape, kernelsPerBlock: 64) { _, block in
      found.append(contentsOf: block)
    }
    let expected = (0..<2 * side).flatMap { kernel in
      (0..<side).map { Float($0 * 2 * side + kernel) / 4 }
    }
    #expect(found == expected)
    // Of large values, those that are gone by then are no crash.
    guard side > 4 else { return }
    try Data(bytes.prefix(300)).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: InputError.self) {
      try imported.writeWeights(to: scratch.path("w2.h5"))
    }
    let reason = "its values cannot be read, the file is no longer what it was"
    #expect(error?.description == "\(path): graph.initializer[0] \"w\": \(reason)")
  }

  @Test func aModelWithoutValuesHasNoWeights() throws {
    let scratch = try Scratch()
    let imported = try ImportFixtures.read("resnet50.onnx")
    let error = #expect(throws: InputError.self) {
      try imported.writeWeights(to: scratch.path("w.h5"))
    }
    #expect(error?.path == "graph.initializer[0] \"conv1.weight\"")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("w.h5")))
  }
}

@Suite struct TopologyTests {
  /// By hand: output pixels x filter x channels x filters.
  ///
  /// Conv1 has ceil((224 - 11) / 4) + 1 = 55
  /// windows a side as SCALE-Sim counts, which is a map of 227; ungrouped AlexNet in all.
  @Test func alexnetHasTheKnownNumberOfMACs() throws {
    let imported = try ImportFixtures.read("alexnet.csv")
    let layers = try ImportFixtures.layers(imported)
    #expect(
      layers.map(\.macs) == [
        105_415_200, 447_897_600, 149_520_384, 224_280_576, 149_520_384, 37_748_736, 16_777_216,
        4_096_000,
      ])
    #expect(layers.map(\.inputRows) == [227, 31, 15, 15, 15, 6, 1, 1])
    #expect(imported.notes.count == 1)
    #expect(imported.notes[0].hasPrefix("\"Conv1\": map of 224 x 224 extended to 227 x 227"))
  }

  @Test func productsAreMTimesNTimesK() throws {
    let layers = try ImportFixtures.layers(ImportFixtures.read("attention.csv"))
    #expect(layers.map(\.macs) == [128 * 192 * 64, 128 * 64 * 64, 10 * 64])
    #expect(layers.map(\.operation) == [.convolution, .convolution, .fullyConnected])
    #expect(layers.map(\.inputRows) == [128, 128, 1])
  }

  /// A byte order mark, CRLF, blank lines, two strides, sparsity, and layers made per channel.
  @Test func everyFormIsRead() throws {
    let imported = try ImportFixtures.read("forms.csv", skips: true)
    let layers = try ImportFixtures.layers(imported)
    #expect(layers.map(\.name) == ["\"odd\" name", "DP_1", "DP_1_2", "kept"])
    #expect(
      layers.map(\.macs) == [4 * 4 * 9 * 4 * 8, 8 * 8 * 9 * 8, 8 * 8 * 9 * 8 * 2, 36 * 9 * 2 * 4])
    #expect(layers.map(\.groups) == [1, 8, 8, 1])
    #expect(layers.map { $0.zeros?.weight } == [nil, nil, nil, 0.5])
    #expect(imported.leftOut.isEmpty)
  }
}

@Suite struct DamagedImportTests {
  /// Bytes flipped, cut out or cut off: an error value or a workload, never a trap.
  ///
  /// The numbers come from a fixed seed; a failure names it with the round.
  @Test(arguments: [
    "tiny.onnx", "shapes.onnx", "quantized.onnx", "unsupported.onnx", "transformer.onnx",
    "resnet50-torchscript.onnx", "forms/loop.onnx", "forms/function.onnx", "forms/if-unknown.onnx",
    "forms/group-query.onnx", "forms/lstm.onnx", "forms/transposed-shape.onnx", "alexnet.csv",
    "forms.csv", "blocks.m", "problem.yaml", "layers.yaml", "layers.py",
  ])
  func damagedFilesAreAnErrorOrAWorkload(name: String) throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: ImportFixtures.path(name))))
    let scratch = try Scratch()
    let ending = name.split(separator: ".").last.map(String.init) ?? ""
    let path = scratch.path("damaged.\(ending)")
    var state: UInt64 = 20_261_124
    let rounds = whole.count > 10_000 ? 60 : 400
    var errors = 0
    for round in 0..<rounds {
      try Data(Self.damaged(whole, &state)).write(to: URL(fileURLWithPath: path))
      do {
        let imported = try WorkloadImport(
          path, name: "damaged", inputShapes: InputShapes([]), skipsUnsupported: round % 2 == 0)
        try imported.writeWeights(to: scratch.path("w.h5"))
      } catch let error as InputError {
        errors += 1
        #expect(error.description.hasPrefix(path), "seed 20261124, round \(round): \(error)")
      }
    }
    #expect(errors > 0)
  }

  private static func damaged(_ whole: [UInt8], _ state: inout UInt64) -> [UInt8] {
    func next(_ bound: Int) -> Int {
      // xorshift64, Marsaglia 2003.
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    var bytes = whole
    for _ in 0...next(3) where !bytes.isEmpty {
      switch next(5) {
      case 0: bytes.removeLast(next(bytes.count))
      case 1:
        let start = next(bytes.count)
        bytes.removeSubrange(start..<min(bytes.count, start + 1 + next(8)))
      case 2: bytes[next(bytes.count)] = 0xFF
      case 3: bytes.insert(UInt8(next(256)), at: next(bytes.count))
      default: bytes[next(bytes.count)] ^= UInt8(1 << next(8))
      }
    }
    return bytes
  }
}
