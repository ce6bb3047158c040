import Architectures
import CostModel
import Networks
import TestSupport
import Testing
import Units

// Windows farther apart than they are wide: what is read of the map between them?
@Suite struct StrideTests {
  /// One array of every kind.
  static let datapaths = [
    """
    {kind: dot-product-array, output_channels: 8, input_channels: 8, taps: 1, pixels: 2, \
    sweep: output-pixels, pointwise: single-tap, depthwise_channels: 8, pass_overhead: 0 cycles}
    """,
    """
    {kind: dot-product-array, output_channels: 8, input_channels: 8, taps: 9, pixels: 1, \
    sweep: input-pixels, pointwise: fold-input, depthwise_channels: 8, pass_overhead: 3 cycles}
    """,
    """
    {kind: systolic-array, rows: 16, columns: 16, dataflow: output-stationary, folds: serial, \
    stationary_load: exposed}
    """,
    """
    {kind: systolic-array, rows: 16, columns: 16, dataflow: weight-stationary, folds: overlapped, \
    stationary_load: hidden}
    """,
    """
    {kind: systolic-array, rows: 16, columns: 16, dataflow: input-stationary, folds: serial, \
    stationary_load: exposed}
    """,
    "{kind: sparse-gemm-array, multipliers: 64, distribution_bandwidth: 64, kernels_per_tile: 8}",
    sparseRepetition(mode: "dense", tileWidth: 4, block: 16, pixels: 8, adders: (2, 6)),
  ]

  private static func layer(
    _ channels: Int, _ side: Int, _ kernels: Int, kernel: Int, stride: Int, depthwise: Bool = false
  ) -> Layer {
    Layer(
      name: "k\(kernel)s\(stride)", operation: depthwise ? .depthwiseConvolution : .convolution,
      kernels: kernels, channels: channels, kernel: (kernel, kernel), input: (side, side),
      stride: stride)
  }

  /// Layers with the rows and the columns that their windows touch, counted by hand.
  static let layers: [(layer: Layer, rows: Int, columns: Int)] = [
    (layer(32, 28, 64, kernel: 1, stride: 2), 14, 14),
    (layer(32, 28, 64, kernel: 1, stride: 4), 7, 7),
    (layer(16, 32, 16, kernel: 2, stride: 4), 16, 16),
    (layer(32, 56, 32, kernel: 1, stride: 8, depthwise: true), 7, 7),
  ]

  /// Large enough for all operands, in halves of which each holds everything.
  private func design(
    _ datapath: String, input: Int = 1 << 22, gather: String? = nil
  ) throws -> Design {
    var text = ArchitectureText()
    text.datapath = datapath
    text.sizes = (input, 1 << 22, 1 << 22)
    text.gather = gather
    // Strips are to be as large as they can be.
    if !datapath.contains("row-stationary") { text.more = "mapping: {rule: largest}" }
    return try TestSupport.design(text.text)
  }

  private func read(_ design: Design, _ layer: Layer, batch: Int = 1) throws -> Int {
    let cost = try #require(LayerCostModel(design).cost(of: layer, batch: batch).cost)
    return cost.traffic(.dram, .input).read.count
  }

  @Test(arguments: datapaths) func rowsBetweenWindowsAreNotRead(_ datapath: String) throws {
    for (layer, rows, columns) in Self.layers {
      let width = layer.inputColumns
      #expect(try read(design(datapath), layer) == rows * width * layer.channels, "\(layer)")
      #expect(
        try read(design(datapath, gather: "pixels"), layer) == rows * columns * layer.channels,
        "\(layer)")
      // From the first row that is touched to the last one.
      let span = (layer.outputRows - 1) * layer.rows.stride + layer.kernelRows
      #expect(
        try read(design(datapath, gather: "none"), layer) == span * width * layer.channels,
        "\(layer)")
      #expect(
        try read(design(datapath), layer, batch: 3) == 3 * rows * width * layer.channels, "\(layer)"
      )
    }
  }

  /// A larger buffer never reads more, down to one that holds a row.
  @Test(arguments: datapaths) func smallBuffersReadTheSame(_ datapath: String) throws {
    let layer = Self.layers[0].layer
    let row = layer.inputColumns * layer.channels
    // Strips of whole groups of pixels end within a row where the buffer holds few of them.
    let sizes = datapath.contains("sparse-repetition") ? [60, 120] : [16, 30, 60, 120]
    for rows in sizes {
      #expect(
        try read(design(datapath, input: rows * row), layer) == 14 * row, "\(rows) rows")
    }
  }

  /// What is written to the input buffer is what is read from DRAM.
  @Test(arguments: datapaths) func skippedRowsDoNotFillTheBuffer(_ datapath: String) throws {
    let (layer, rows, _) = Self.layers[1]
    let cost = try #require(LayerCostModel(design(datapath)).cost(of: layer).cost)
    #expect(
      cost.traffic(.buffer(of: .input), .input).write.count
        == rows * layer.inputColumns * layer.channels)
  }

  /// Row-stationary arrays cut layers themselves, into strips that may be read more than once.
  @Test func rowStationary() throws {
    let array = """
      {kind: row-stationary-array, rows: 12, columns: 14, input_scratchpad: 12, \
      weight_scratchpad: 224, sum_scratchpad: 24, input_bus: 1, weight_bus: 4, sum_bus: 4}
      """
    for (layer, rows, columns) in Self.layers {
      let all = try read(design(array), layer)
      #expect(all.isMultiple(of: rows * layer.inputColumns * layer.channels), "\(layer)")
      let gathered = try read(design(array, gather: "pixels"), layer)
      #expect(all * columns == gathered * layer.inputColumns, "\(layer)")
    }
  }

  /// Windows that lie in the padding read nothing, also beyond the kernel.
  @Test func paddingIsNotRead() throws {
    let layer = Layer(
      name: "padded", operation: .convolution, kernels: 4, channels: 8, kernel: (1, 1),
      input: (6, 6), stride: 3, padding: 4)
    // Windows at -4, -1, 2, 5 and 8 of six rows.
    #expect(try read(design(Self.datapaths[0]), layer) == 2 * 6 * 8)
    #expect(try read(design(Self.datapaths[0], gather: "pixels"), layer) == 2 * 2 * 8)
    #expect(try read(design(Self.datapaths[0], gather: "none"), layer) == 4 * 6 * 8)
  }

  /// The shortcuts of ResNet on a shipped design: 28 of 56 rows, all of their columns.
  @Test(arguments: [16 << 20, 128 << 10]) func shortcut(_ size: Int) throws {
    var text = ArchitectureText()
    text.datapath = """
      {kind: systolic-array, rows: 128, columns: 128, dataflow: weight-stationary, \
      folds: overlapped, stationary_load: hidden}
      """
    text.sizes = (size, 4 << 20, 8 << 20)
    let layer = Self.layer(256, 56, 512, kernel: 1, stride: 2)
    let cost = try #require(
      LayerCostModel(TestSupport.design(text.text)).cost(of: layer).cost)
    #expect((cost.dramRead + cost.dramWrite).count == 933_888)
  }
}
