import Components
import Foundation
import Inputs
import Networks
import TestSupport
import Testing

@testable import Importing

/// Workloads that go out and come back.
@Suite struct ExportTests {
  /// The shipped workloads that are lists or graphs of layers.
  private static let names: [String] = {
    let folder = Repository.root.appendingPathComponent("workloads").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  private func network(_ name: String) throws -> Network? {
    let workload = try Workload(
      SpecFile(path: Repository.root.appendingPathComponent("workloads/\(name).yaml").path))
    guard case .network(let network) = workload.content, workload.transformer == nil else {
      return nil
    }
    return network
  }

  private func imported(
    _ export: WorkloadExport, _ ending: String, skips: Bool = false
  ) throws -> (WorkloadImport, [Layer]) {
    let scratch = try PeerScratch()
    try scratch.write("x.\(ending)", export.bytes)
    let read = try WorkloadImport(
      scratch.path("x.\(ending)"), name: "test", inputShapes: InputShapes([]),
      skipsUnsupported: skips)
    return (read, try ImportFixtures.layers(read))
  }

  /// What a layer computes, whatever padding is part of its map.
  private struct Work: Equatable {
    let kernels: Int
    let channels: Int
    let kernel: [Int]
    let stride: [Int]
    let outputs: [Int]
    let groups: Int
    let macs: Int

    init(_ layer: Layer) {
      kernels = layer.kernels
      channels = layer.channels
      kernel = [layer.kernelRows, layer.kernelColumns]
      // One window has no step.
      stride = [
        layer.outputRows > 1 ? layer.rows.stride : 1,
        layer.outputColumns > 1 ? layer.columns.stride : 1,
      ]
      outputs = [layer.outputRows, layer.outputColumns]
      groups = layer.groups
      macs = layer.macs
    }
  }

  @Test(arguments: names)
  func topologiesComeBack(name: String) throws {
    guard let network = try network(name) else { return }
    let export = try WorkloadExport(network, to: "x.csv")
    let layers = try imported(export, "csv").1
    #expect(layers.reduce(0) { $0 + $1.macs } == export.macs)
    guard export.leftOut.allSatisfy({ $0.hasPrefix("no layers: ") }),
      !network.layers.contains(where: { $0.groups > 1 && $0.channelsPerGroup > 1 })
    else { return }
    #expect(export.macs == network.macs)
    #expect(layers.map(Work.init) == network.layers.map(Work.init))
    #expect(layers.map { $0.zeros?.weight }.count == network.layers.count)
  }

  /// Everything but products of activations, which a model has as such.
  @Test(arguments: names)
  func modelsComeBack(name: String) throws {
    guard let network = try network(name),
      !network.layers.contains(where: {
        $0.kernelRole != .weight || $0.operation == .transposedConvolution || $0.maps > 1
      }), network.layers.allSatisfy({ $0.rows.isPlain && $0.columns.isPlain })
    else { return }
    let export = try WorkloadExport(network, to: "x.onnx")
    let layers = try imported(export, "onnx").1
    #expect(layers.map(\.name) == network.layers.map(\.name))
    #expect(layers.map(\.macs) == network.layers.map(\.macs))
    for (back, layer) in zip(layers, network.layers) where layer.operation != .linear {
      #expect(back.rows == layer.rows && back.columns == layer.columns)
      // Groups of one channel each come back as what they are called.
      guard layer.operation == .depthwiseConvolution || layer.channelsPerGroup > 1 else { continue }
      #expect(back.operation == layer.operation && back.groups == layer.groups)
    }
  }

  /// Residual sums, poolings, gates and heads hang together as before, whatever stands between them.
  @Test(arguments: ["resnet50", "mobilenetv2", "inception-v1", "squeezenet", "swin-t"])
  func connectionsComeBack(name: String) throws {
    guard Self.names.contains(name), let network = try network(name),
      let graph = network.connections
    else { return }
    let export = try WorkloadExport(network, to: "x.onnx")
    let scratch = try PeerScratch()
    try scratch.write("x.onnx", export.bytes)
    let read = try WorkloadImport(
      scratch.path("x.onnx"), name: "test", inputShapes: InputShapes([]), skipsUnsupported: false)
    let back = try Workload(
      SpecFile(path: "test", node: YAMLParser.parse(read.yaml, file: "test"))
    ).network(subnet: nil)
    #expect(back.layers.map(\.macs) == network.layers.map(\.macs))
    let operations = try #require(back.connections).operations
    for kind in Set(graph.operations.map(\.kind)).subtracting([
      "reshape", "flatten", "concat", "silu",
    ]) {
      #expect(
        operations.filter { $0.kind == kind }.count
          == graph.operations.filter { $0.kind == kind }.count, "\(kind)")
    }
    #expect(try #require(back.connections).inputs.count == graph.inputs.count)
  }

  /// Heads become matrices of their own and come back as heads; values of a cache are inputs.
  @Test(arguments: ["deit-s16", "gpt2"])
  func transformersComeBack(name: String) throws {
    let workload = try Workload(
      SpecFile(path: Repository.root.appendingPathComponent("workloads/\(name).yaml").path))
    let network = try workload.network(subnet: nil)
    let export = try WorkloadExport(network, to: "x.onnx")
    #expect(export.macs == network.macs)
    let layers = try imported(export, "onnx").1
    #expect(layers.map(\.macs) == network.layers.map(\.macs))
    #expect(layers.map(\.groups) == network.layers.map(\.groups))
  }

  @Test func theTextIsWhatSCALESimReads() throws {
    let stem = Layer(
      name: "stem, DP", operation: .convolution, kernels: 8, channels: 3, kernel: (3, 5),
      input: (16, 16), stride: 2, padding: 1)
    let depthwise = Layer(
      name: "dw", operation: .depthwiseConvolution, kernels: 8, channels: 8, kernel: (3, 3),
      input: (8, 8), padding: 1)
    let grouped = Layer(
      name: "g", operation: .convolution, kernels: 8, channels: 4, kernel: (1, 1), input: (8, 8),
      groups: 2)
    let dilated = Layer(
      name: "d", operation: .convolution, kernels: 8, channels: 4,
      rows: WindowAxis(extent: 9, kernel: 3, dilation: 2), columns: WindowAxis(extent: 9))
    let network = Network(name: "t", subnet: nil, layers: [stem, depthwise, grouped, dilated])
    let export = try WorkloadExport(network, to: "x.csv")
    // The last window of 3 of 8 rows, 2 apart, ends at 7 x 2 + 3 = 17.
    #expect(
      String(decoding: export.bytes, as: UTF8.self) == """
        Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,
        stem_ D_P, 17, 17, 3, 5, 3, 8, 2,
        dw_DP, 10, 10, 3, 3, 8, 1, 1,
        g_g0, 8, 8, 1, 1, 2, 4, 1,
        g_g1, 8, 8, 1, 1, 2, 4, 1,

        """)
    #expect(export.leftOut == [#""d": a dilated kernel"#])
    #expect(
      export.notes == [
        #"2 renamed, SCALE-Sim gives commas and `DP` in a name a meaning: "stem, DP", "dw""#,
        #"one line per group of 1: "g""#,
      ])
    let error = #expect(throws: InputError.self) {
      try WorkloadExport(Network(name: "t", subnet: nil, layers: [dilated]), to: "x.csv")
    }
    #expect(
      error?.description
        == "x.csv: no layer of t can be expressed:\n  \"d\": a dilated kernel")
  }

  /// `1 - 2/4`, and a share that is no N of up to 16.
  @Test func zerosGoOutAsNOfM() throws {
    var half = Layer(
      name: "a", operation: .convolution, kernels: 8, channels: 4, kernel: (1, 1), input: (8, 8))
    half.zeros = ZeroShares(reads: [nil], written: nil, readsInput: false, weight: 0.5)
    var odd = half
    odd.zeros = ZeroShares(reads: [nil], written: nil, readsInput: false, weight: 0.123)
    let export = try WorkloadExport(
      Network(name: "t", subnet: nil, layers: [half, odd]), to: "x.csv")
    #expect(
      String(decoding: export.bytes, as: UTF8.self).hasSuffix(
        "Stride Height, Stride Width, Sparsity,\na, 8, 8, 1, 1, 4, 8, 1, 1, 2:4,\n"
          + "a, 8, 8, 1, 1, 4, 8, 1, 1, 4:4,\n"))
    #expect(export.notes == [#""a": zero weights of a share of 0.123 are no N of up to 16"#])
    #expect(try imported(export, "csv").1.map { $0.zeros?.weight } == [0.5, nil])
  }

  // MARK: Configurations

  private func configuration(_ text: String) throws -> ArchitectureImport {
    let scratch = try PeerScratch()
    try scratch.write("c.cfg", text)
    return try ArchitectureImport(scratch.path("c.cfg"), name: "c")
  }

  private static let base = """
    [general]
    run_name = test

    [architecture_presets]
    ArrayHeight:    16
    ArrayWidth: 8
    IfmapSramSzkB:    64
    FilterSramSzkB:   32
    OfmapSramSzkB:    128
    IfmapOffset:    0
    Dataflow : ws
    Bandwidth : 10
    MemoryBanks: 4

    """

  @Test func configurationsBecomeArchitectures() throws {
    let calc = try configuration(Self.base + "[run_presets]\nInterfaceBandwidth: CALC\n")
    #expect(
      calc.summary
        == "c: 16 x 8, weight-stationary, buffers of 64, 32 and 128 KiB, bandwidth unlimited\n")
    #expect(
      calc.notes == [
        #"`bandwidth`, "10", has no effect in CALC mode: memory never stalls"#,
        "the sizes of the three memories divide layers into tiles here; SCALE-Sim's cycles do not depend "
          + "on them in CALC mode",
        #"`memorybanks` of [architecture_presets], "4", is not carried over"#,
        "assumed: 1 GHz, words of 8 bits, sums of 32 bits, energy table horowitz-45nm; SCALE-Sim has "
          + "none of them",
      ])
    let user = try configuration(
      Self.base.replacing("MemoryBanks: 4", with: "")
        + "[sparsity]\nSparsitySupport : false\nBlockSize : 8\n[run_presets]\nInterfaceBandwidth: USER"
    )
    #expect(user.notes.count == 1)
    #expect(user.yaml.contains("input: {bandwidth: 10 GB/s,"))
    #expect(user.yaml.contains("    bandwidth: 30 GB/s\n"))
  }

  @Test(arguments: [
    ("ArrayWidth: 8", "ArrayWidth: 0", "c.cfg:6:1: ArrayWidth: expected 1 to 4096, found \"0\""),
    ("Dataflow : ws", "Dataflow : rs", "c.cfg:11:1: Dataflow: expected os, ws or is, found \"rs\""),
    (
      "ArrayWidth: 8", "ArrayHeight: 8",
      "c.cfg:6:1: a second `arrayheight` in [architecture_presets], the first is at line 5"
    ),
    ("Dataflow : ws", "", "c.cfg: missing key `Dataflow`"),
    ("[general]", "[general", "c.cfg:1:1: expected `]` at the end of a section's name"),
    (
      "run_name = test", "run_name",
      "c.cfg:2:1: expected `[section]` or `key: value`, found \"run_name\""
    ),
  ])
  func wrongConfigurations(old: String, new: String, expected: String) throws {
    let error = #expect(throws: InputError.self) {
      try configuration(Self.base.replacing(old, with: new))
    }
    #expect(error?.description.hasSuffix(expected) == true, "\(error?.description ?? "")")
  }
}
