import Components
import Foundation
import Inputs
import Networks
import Testing

@testable import Importing

/// Workloads of Timeloop, ZigZag and MAESTRO; expected numbers are counted by hand.
@Suite struct PeerImportTests {
  private func read(_ name: String) throws -> (WorkloadImport, [Layer]) {
    let imported = try ImportFixtures.read(name)
    return (imported, try ImportFixtures.layers(imported))
  }

  /// Every kind of layer that MAESTRO's files have; the last six by multiply-accumulates.
  @Test func layersOfMAESTRO() throws {
    let (imported, layers) = try read("blocks.m")
    #expect(
      layers.map(\.name) == ["Conv2d-1", "depth", "groups", "up", "tokens", "gemm", "heads"])
    #expect(layers[0].rows == WindowAxis(extent: 33, kernel: 3, stride: 2))
    #expect(layers[0].columns == WindowAxis(extent: 17, kernel: 3, stride: 2))
    #expect(layers[0].macs == 16 * 8 * 9 * 3 * 32)
    // 14 rows of outputs are read by windows of 3 from 16 rows.
    #expect(layers[1].operation == .depthwiseConvolution && layers[1].inputRows == 16)
    #expect(layers[1].macs == 14 * 6 * 9 * 32)
    // C counts all channels, K is of each group: 8 of 32 read by 8 filters, four times.
    #expect(layers[2].groups == 4 && layers[2].macs == 64 * 8 * 8 * 4)
    // Windows of 2 side by side: 5 rows become 10.
    #expect(layers[3].operation == .transposedConvolution && layers[3].outputRows == 10)
    // One window covers each of 16 inputs: a product of 16 rows.
    #expect(layers[4].inputRows == 16 && layers[4].macs == 16 * 12 * 24)
    #expect(layers[5].macs == 6000 && layers[5].inputRows == 10)
    #expect(layers[6].groups == 4 && layers[6].macs == 24_000)
    #expect(
      imported.notes == [
        #""Accelerator", "FPS" left out: nothing of a layer's shape"#,
        "MAESTRO knows no padding: maps are taken as they stand, and windows stay within them",
        "grouped convolutions: K is read as the outputs of each group, C as all channels",
        "transposed convolutions without `Stride` step by their kernel",
        "batches differ from layer to layer: the images of 1 of them are rows of one product, "
          + #""tokens""#,
      ])
    #expect(try Workload.isLoose(imported.yaml))
  }

  /// Rows: (7 - 1) x 2 + 3 = 15 under windows of 3; columns: 4 + 2 = 6 under windows of 2.
  @Test func aProblemOfTimeloop() throws {
    let (imported, layers) = try read("problem.yaml")
    #expect(layers.count == 1)
    #expect(layers[0].name == "problem" && layers[0].kernels == 32 && layers[0].channels == 3)
    #expect(layers[0].rows == WindowAxis(extent: 15, kernel: 3, stride: 2))
    #expect(layers[0].columns == WindowAxis(extent: 6, kernel: 2))
    #expect(layers[0].zeros?.weight == 0.75)
    #expect(
      imported.notes.first
        == #""problem": `H` left out: no dimension of the shape, maps have the size that windows read"#
    )
  }

  /// A folder is a network in the order of its numbers; what layers share is included and merged.
  @Test func aFolderOfTimeloop() throws {
    let scratch = try PeerScratch()
    try scratch.write(
      "base.yaml",
      """
      base_ignore: &base
        version: 0.4
        instance: {N: 1, C: 1, M: 1, G: 1, R: 1, S: 1, P: 1, Q: 1, Wstride: 1, Hstride: 1}
        shape:
          dimensions: [C, M, R, S, N, P, Q, G]
          coefficients: [{name: Wstride, default: 1}, {name: Hstride, default: 1}]
          data_spaces:
          - {name: Weights, projection: [[[C]], [[M]], [[R]], [[S]], [[G]]]}
          - {name: Inputs, projection: [[[N]], [[C]], [[R], [P, Wstride]], [[S], [Q, Hstride]], [[G]]]}
          - {name: Outputs, projection: [[[N]], [[M]], [[Q]], [[P]], [[G]]], read_write: true}
      """)
    for (name, instance) in [
      ("10", "{C: 64, M: 10}"), ("2", "{C: 3, M: 8, P: 6, Q: 6, R: 3, S: 3, HStride: 2}"),
      ("9", "{G: 8, P: 4, Q: 4, R: 3, S: 3}"),
    ] {
      try scratch.write(
        "net/\(name).yaml",
        "{{include_text('../base.yaml')}}\nproblem:\n  <<<: *base\n  instance: \(instance)\n")
    }
    let imported = try WorkloadImport(
      scratch.path("net"), name: "test", inputShapes: InputShapes([]), skipsUnsupported: false)
    let layers = try ImportFixtures.layers(imported)
    #expect(layers.map(\.name) == ["2", "9", "10"])
    #expect(layers.map(\.macs) == [36 * 27 * 8, 16 * 9 * 8, 640])
    #expect(
      layers.map(\.operation) == [.convolution, .depthwiseConvolution, .fullyConnected])
    #expect(layers[0].columns.stride == 2 && layers[0].rows.stride == 1)
    #expect(imported.notes == [#""2": `HStride` is read as `Hstride`"#])
    // Nothing is an error at the place in the file that holds it.
    try scratch.write("net/3.yaml", "{{include_text('../base.yaml')}}\nproblem:\n  <<<: *bas\n")
    #expect(
      message(scratch.path("net"))
        == "\(scratch.path("net"))/3.yaml:3:8: unknown anchor `bas`")
    try scratch.write("net/3.yaml", "{{include_text('3.yaml')}}\n")
    #expect(
      message(scratch.path("net"))?.contains("more than 64 files include one another") == true)
    try scratch.write("net/3.yaml", "problem:\n  instance: {C: {{c}}}\n")
    #expect(message(scratch.path("net"))?.contains("3.yaml:2:17: a template of Timeloop's") == true)
  }

  /// Flat problems, shapes by name, products: A is read as the weights.
  @Test(arguments: [
    ("problem: {shape: cnn-layer, R: 3, S: 3, P: 4, Q: 5, C: 6, K: 7, N: 1}", 9 * 20 * 42, 6),
    ("problem: {R: 3, S: 3, P: 4, Q: 5, C: 6, K: 7, N: 1, Wstride: 2}", 9 * 20 * 42, 9),
    ("problem: {shape: gemm-ABZ, instance: {M: 64, N: 5, K: 16}}", 64 * 80, 5),
    (
      "problem:\n  shape:\n    dimensions: [K, R, P]\n    data-spaces:\n"
        + "    - {name: Weights, projection: [[[K]], [[R]]]}\n"
        + "    - {name: Inputs, projection: [[[R], [P]]]}\n"
        + "    - {name: Outputs, projection: [[[K]], [[P]]], read-write: True}\n"
        + "  instance: {K: 32, R: 3, P: 16}", 32 * 48, 18
    ),
  ])
  func formsOfTimeloop(text: String, macs: Int, rows: Int) throws {
    let scratch = try PeerScratch()
    try scratch.write("p.yaml", text)
    let imported = try WorkloadImport(
      scratch.path("p.yaml"), name: "test", inputShapes: InputShapes([]), skipsUnsupported: false)
    let layers = try ImportFixtures.layers(imported)
    #expect(layers.map(\.macs) == [macs])
    #expect(layers.map(\.inputRows) == [rows])
  }

  /// What no layer does is counted with its work.
  @Test func contractionsThatAreNoLayer() throws {
    let scratch = try PeerScratch()
    try scratch.write(
      "p.yaml",
      "problem:\n  shape:\n    dimensions: [K, R, P, X]\n    data_spaces:\n"
        + "    - {name: Weights, projection: [[[K]], [[R]], [[X]]]}\n"
        + "    - {name: Inputs, projection: [[[R], [P]]]}\n"
        + "    - {name: Outputs, projection: [[[K]], [[P]]], read_write: True}\n"
        + "  instance: {K: 32, R: 3, P: 16, X: 2}")
    #expect(
      message(scratch.path("p.yaml"))
        == """
        \(scratch.path("p.yaml")): holds work that no layer can express, --skip-unsupported leaves it \
        out:
          problem: dimension X of size 2 indexes only one of weights, inputs and outputs, or none; \
        \(scratch.path("p.yaml")):8:13 ("p"); 3.07 kMAC
        """)
  }

  /// Rows are 10 windows of 5 with 2 zeros at both ends, columns 6 windows of 3, 2 apart: 13 less one.
  @Test func layersOfZigZag() throws {
    let (imported, layers) = try read("layers.yaml")
    #expect(layers.map(\.name) == ["Conv_0", "depth", "Gemm_4"])
    #expect(layers[0].rows == WindowAxis(extent: 10, kernel: 5, before: 2, after: 2))
    #expect(layers[0].columns == WindowAxis(extent: 12, kernel: 3, stride: 2, before: 1))
    #expect(layers[0].macs == 60 * 15 * 48)
    #expect(layers[1].operation == .depthwiseConvolution)
    #expect(layers[1].rows == WindowAxis(extent: 8, kernel: 3, dilation: 2))
    #expect(layers[1].macs == 12 * 9 * 16)
    #expect(layers[2].operation == .fullyConnected && layers[2].macs == 160)
    #expect(imported.summary.contains("not modelled (assumed fused): Pooling 1, Add 1\n"))
  }

  /// A constant in a relation is padding; Python's tuples, comments and commas are read.
  @Test func literalsOfZigZag() throws {
    let (_, layers) = try read("layers.py")
    #expect(layers.map(\.name) == ["Conv_0", "Conv_pointwise_1"])
    #expect(layers[0].rows == WindowAxis(extent: 12, kernel: 3, before: 1, after: 1))
    #expect(layers[0].columns == WindowAxis(extent: 9, kernel: 3, before: 1, after: 1))
    #expect(layers[1].inputRows == 12 && layers[1].inputColumns == 9)
    #expect(layers[1].macs == 108 * 32)
  }

  private func message(_ path: String) -> String? {
    let error = #expect(throws: InputError.self) {
      try WorkloadImport(
        path, name: "test", inputShapes: InputShapes([]), skipsUnsupported: false)
    }
    return error?.description
  }
}

extension Workload {
  /// Whether a file's layers cannot make up a network.
  fileprivate static func isLoose(_ yaml: String) throws -> Bool {
    yaml.contains("connected: false")
  }
}

/// A folder for one test, removed with it.
final class PeerScratch {
  private let root = FileManager.default.temporaryDirectory.appendingPathComponent(
    UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  func write(_ name: String, _ text: String) throws {
    try write(name, Array(text.utf8))
  }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = root.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }
}
