import Foundation
import Inputs
import Networks
import Reports
import Testing
import WeightAnalysis

@testable import Studies

/// Weight files as PyTorch, Keras and their checkpoints write them, made here.
@Suite struct WeightNameTests {
  /// A folder for one test, removed with it.
  private final class Folder {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent(
      UUID().uuidString)
    init() throws {
      try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: root) }
    func path(_ name: String) -> String { root.appendingPathComponent(name).path }
  }

  /// A dataset: its name and dimensions, the first value and the step to the next.
  private struct Dataset {
    let name: String
    let dimensions: [Int]
    let values: [Float]

    /// Values that count up and wrap around, so that every position has its own for a while.
    init(_ name: String, _ dimensions: [Int]) {
      self.init(name, dimensions, (0..<dimensions.reduce(1, *)).map { Float($0 * 37 % 101) - 50 })
    }

    init(_ name: String, _ dimensions: [Int], _ values: [Float]) {
      self.name = name
      self.dimensions = dimensions
      self.values = values
    }

    /// The same kernels as Keras stores them: rows, columns, then `last` of the other two.
    func keras(_ name: String, isDepthwise: Bool = false) -> Dataset {
      let (kernels, channels, rows, columns) = (
        dimensions[0], dimensions[1], dimensions[2], dimensions[3]
      )
      var stored: [Float] = []
      for row in 0..<rows {
        for column in 0..<columns {
          for channel in 0..<channels {
            for kernel in 0..<kernels {
              stored.append(
                values[((kernel * channels + channel) * rows + row) * columns + column])
            }
          }
        }
      }
      let order =
        isDepthwise ? [rows, columns, kernels, channels] : [rows, columns, channels, kernels]
      return Dataset(name, order, stored)
    }
  }

  private func write(_ datasets: [Dataset], to path: String) throws {
    let writer = try WeightFileWriter.create(path)
    for dataset in datasets {
      let size = dataset.dimensions.dropFirst().reduce(1, *)
      try writer.writeFloat32(
        dataset.name, dimensions: dataset.dimensions, kernelsPerBlock: 64
      ) { rows in Array(dataset.values[rows.lowerBound * size..<rows.upperBound * size]) }
    }
    try writer.finish()
  }

  private static let stem = Dataset("stem.weight", [8, 3, 3, 5])
  private static let depthwise = Dataset("dw.weight", [8, 1, 3, 3])
  private static let head = Dataset("head.weight", [10, 8, 1, 1])

  private static let layers = [
    Layer(
      name: "stem", operation: .convolution, kernels: 8, channels: 3, kernel: (3, 5),
      input: (16, 16)),
    Layer(
      name: "dw", operation: .depthwiseConvolution, kernels: 8, channels: 8, kernel: (3, 3),
      input: (14, 12)),
    Layer(
      name: "head", operation: .convolution, kernels: 10, channels: 8, kernel: (1, 1),
      input: (12, 10)),
  ]
  private static let network = Network(name: "n", subnet: nil, layers: layers)

  private func bound(
    _ datasets: [Dataset], layout: WeightLayout? = nil
  ) throws -> [String] {
    let folder = try Folder()
    try write(datasets, to: folder.path("w.h5"))
    let binding = WeightBinding(
      try WeightFile(path: folder.path("w.h5")), layout: layout, allowsSlices: false)
    return try binding.bind(Self.network).summaries.compactMap { $0?.dataset }
  }

  private func message(_ datasets: [Dataset]) -> String {
    let error = #expect(throws: InputError.self) { try bound(datasets) }
    return error.map { [$0.path, $0.message].filter { !$0.isEmpty }.joined(separator: ": ") } ?? ""
  }

  // MARK: Names

  @Test(arguments: [
    "", "state_dict/", "module.", "state_dict/module.", "model_state_dict/", "model/",
    "_orig_mod.", "module._orig_mod.",
  ])
  func checkpointsBind(prefix: String) throws {
    let names = ["stem", "dw", "head"].map { "\(prefix)\($0).weight" }
    let all = zip([Self.stem, Self.depthwise, Self.head], names).map { dataset, name in
      Dataset(name, dataset.dimensions, dataset.values)
    }
    #expect(try bound(all) == names)
    // The shape says the order; the option decides only where both would fit.
    #expect(try bound(all, layout: .hwio) == names)
  }

  @Test(arguments: [
    "NAME/NAME/KERNEL:0", "NAME/KERNEL", "model_weights/NAME/NAME/KERNEL:0",
    "model_weights/NAME/KERNEL", "layers/NAME/vars/0", "_layer_checkpoint_dependencies/NAME/vars/0",
    "layers/body/layers/NAME/vars/0",
  ])
  func kerasFilesBind(pattern: String) throws {
    func name(_ layer: String, _ kernel: String) -> String {
      pattern.replacing("NAME", with: layer).replacing("KERNEL", with: kernel)
    }
    let names = [name("stem", "kernel"), name("dw", "depthwise_kernel"), name("head", "kernel")]
    let all = [
      Self.stem.keras(names[0]), Self.depthwise.keras(names[1], isDepthwise: true),
      Self.head.keras(names[2]),
    ]
    #expect(try bound(all) == names)
    #expect(try bound(all, layout: .oihw) == names)
  }

  @Test func twoCandidatesAreAnError() {
    let both = [
      Self.stem, Self.depthwise, Self.head, Dataset("module.dw.weight", [8, 1, 3, 3]),
    ]
    #expect(
      message(both) == "dw.weight: layer dw could be bound to dw.weight or module.dw.weight")
  }

  @Test func whatTheFileHoldsIsSaid() {
    let others = [
      Dataset("optimizer_weights/stem/m", [8, 3, 3, 5]), Dataset("stm.weight", [8, 3, 3, 5]),
      Dataset("a", [2, 3]), Dataset("b", [2, 3]), Dataset("c", [2, 3]), Dataset("d", [2, 3]),
    ]
    #expect(
      message(others)
        == "no tensor for layer stem, expected a dataset `stem.weight` or `stem/kernel:0`; the "
        + "nearest is `stm.weight`; the file holds `a` (2 x 3), `b` (2 x 3), `c` (2 x 3), `d` (2 x "
        + "3), 1 more and 1 of an optimizer's state")
  }

  @Test(arguments: [
    ("optimizer_weights/Variable_1:0", true), ("optimizer/vars/3", true),
    ("optimizer.state.0.exp_avg", true), ("state/0/exp_avg_sq", true),
    ("checkpoint/optimizer/state/1/momentum_buffer", true), ("conv1.weight", false),
    ("layers/conv/vars/0", false), ("optimizer", false), ("optimizer_head.weight", false),
  ])
  func optimizerStateIsNoWeight(dataset: String, isState: Bool) {
    #expect(WeightNames.isOptimizerState(dataset) == isState)
  }

  // MARK: Quantize and analyze

  /// Every count of every tensor, without its name.
  private func counts(_ path: String) throws -> [[Table.Cell]] {
    let report = try Analysis(path, widths: [3, 4], layout: nil).report(command: "")
    return report.table.rows.map { Array($0.dropFirst()) }.sorted { "\($0)" < "\($1)" }
  }

  @Test(arguments: ["ternary", "signed-binary", "binary"], [true, false])
  func kerasAndPyTorchGiveTheSame(scheme: String, isNamed: Bool) throws {
    let folder = try Folder()
    let workload = folder.path("w.yaml")
    try Data(
      """
      name: w
      summary: Three layers.
      source: "this project: a test"
      layers:
        - {name: stem, operator: convolution, input: [3, 16, 16], output_channels: 8, kernel: [3, 5]}
        - {name: dw, operator: depthwise-convolution, input: [8, 14, 12], output_channels: 8, kernel: 3}
        - {name: head, operator: convolution, input: [8, 12, 10], output_channels: 10}

      """.utf8
    ).write(to: URL(fileURLWithPath: workload))
    try write([Self.stem, Self.depthwise, Self.head], to: folder.path("torch.h5"))
    // Keras 3 calls every kernel the same, so that only the workload tells a depthwise one.
    let kernel = isNamed ? "depthwise_kernel:0" : "kernel"
    try write(
      [
        Self.stem.keras("stem/stem/kernel:0"),
        Self.depthwise.keras("dw/dw/\(kernel)", isDepthwise: true),
        Self.head.keras("head/head/kernel:0"),
      ], to: folder.path("keras.h5"))
    for (name, layout) in [("torch", WeightLayout.oihw), ("keras", .hwio)] {
      _ = try QuantizerSettings(scheme: scheme).quantize(
        folder.path("\(name).h5"), to: folder.path("\(name)-q.h5"), workload: workload,
        fullPrecision: [], layout: layout, folders: SpecFolders(root: ImportFixtures.root))
    }
    #expect(try counts(folder.path("keras-q.h5")) == counts(folder.path("torch-q.h5")))
    let bound = try ["torch-q.h5", "keras-q.h5"].map { name in
      try WeightBinding(
        WeightFile(path: folder.path(name)), layout: nil, allowsSlices: false
      ).bind(Self.network).tensors["dw"]
    }
    #expect(bound[0] != nil)
    #expect(bound[0]?.values() == bound[1]?.values())
    #expect(bound[0]?.shape.kernels == 8)
  }

  /// Two outputs per channel: Keras numbers outputs channel by channel.
  @Test func outputsPerChannelKeepTheirOrder() throws {
    let folder = try Folder()
    // Value 100 * channel + 10 * output + tap, at (tap, channel, output).
    func value(_ channel: Int, _ output: Int, _ tap: Int) -> Float {
      Float(100 * channel + 10 * output + tap)
    }
    var stored: [Float] = []
    for tap in 0..<4 {
      for channel in 0..<3 { for output in 0..<2 { stored.append(value(channel, output, tap)) } }
    }
    try write([Dataset("d/depthwise_kernel", [2, 2, 3, 2], stored)], to: folder.path("d.h5"))
    let file = try WeightFile(path: folder.path("d.h5"))
    let tensor = try #require(file.tensors.first)
    let place = try WeightPlace(of: tensor, in: file, layout: .hwio, isDepthwise: false)
    #expect(
      place.extents == TensorShape(kernels: 6, channels: 1, rows: 2, columns: 2))
    var expected: [Float] = []
    for channel in 0..<3 {
      for output in 0..<2 { for tap in 0..<4 { expected.append(value(channel, output, tap)) } }
    }
    #expect(try TensorValues(file: file, tensor: tensor, place: place).all() == expected)
  }

  @Test func optimizerStateIsNeitherQuantizedNorCounted() throws {
    let folder = try Folder()
    try write(
      [
        Dataset("model_weights/c/c/kernel:0", [3, 3, 8, 16]),
        Dataset("optimizer_weights/Variable_1:0", [3, 3, 8, 16]),
        Dataset("optimizer/vars/1", [3, 3, 8, 16]),
      ], to: folder.path("ckpt.h5"))
    let outcomes = try QuantizerSettings(scheme: "ternary").quantize(
      folder.path("ckpt.h5"), to: folder.path("q.h5"), workload: nil, fullPrecision: [],
      layout: .hwio, folders: SpecFolders(root: ImportFixtures.root))
    #expect(outcomes.map(\.result).filter { $0.hasPrefix("not copied: an optimizer") }.count == 2)
    #expect(try counts(folder.path("q.h5")).count == 1)
    let report = try Analysis(folder.path("ckpt.h5"), widths: [4], layout: .hwio)
      .report(command: "")
    #expect(report.table.rows.count == 1)
    #expect(report.warnings.count == 2)
  }
}
