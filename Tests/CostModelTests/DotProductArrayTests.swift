import CostModel
import Networks
import TestSupport
import Testing

// How many passes and cycles does an array of dot-product engines need?
@Suite struct DotProductArrayTests {
  private let sushi = """
    {kind: dot-product-array, output_channels: 16, input_channels: 9, taps: 9, pixels: 1, \
    sweep: input-pixels, pointwise: fold-input, depthwise_channels: 9, pass_overhead: 13 cycles}
    """
  private let dpu = """
    {kind: dot-product-array, output_channels: 12, input_channels: 12, taps: 1, pixels: 4, \
    sweep: output-pixels, pointwise: single-tap, depthwise_channels: 12, pass_overhead: 0 cycles}
    """

  private func whole(_ text: String, _ layer: Layer) throws -> TileExecution {
    let array = try datapath(text)
    let (nest, groups) = array.nest(of: layer, batch: 1)
    #expect(groups == 1)
    let tile = Tile(pixels: nest.pixels, kernels: nest.kernels, channels: nest.channels)
    return array.prepare(nest, weights: nil, mapping: nil).execute(tile, part: .whole)
  }

  @Test func stridedThreeByThree() throws {
    let layer = Layer(
      name: "stem", operation: .convolution, kernels: 24, channels: 3, kernel: (3, 3),
      input: (160, 160), stride: 2, padding: 1)
    let cost = try whole(sushi, layer)
    #expect(cost.timing.cycles == 2 * (162 * 162 + 13))
    #expect(cost.counts[.macs] == 24 * 3 * 9 * 80 * 80)
    #expect(cost.counts[.inputReads] == 2 * 162 * 162 * 3)
    #expect(cost.counts[.weightReads] == 24 * 3 * 9)
    #expect(cost.counts[.outputWrites] == 24 * 80 * 80)
    #expect(cost.counts[.outputReads] == 0)
  }

  @Test func pointwiseFold() throws {
    let layer = Layer(
      name: "fold", operation: .convolution, kernels: 32, channels: 168, kernel: (1, 1),
      input: (40, 40))
    let folded = try whole(sushi, layer)
    #expect(folded.timing.cycles == 2 * 3 * (40 * 40 + 13))
    #expect(folded.counts[.outputWrites] == 3 * 32 * 1600)
    #expect(folded.counts[.outputReads] == 2 * 32 * 1600)
    let single = try whole(
      sushi.replacing("fold-input", with: "single-tap"), layer)
    #expect(single.timing.cycles == 2 * 19 * (40 * 40 + 13))
  }

  @Test func sevenBySevenStem() throws {
    let layer = Layer(
      name: "stem", operation: .convolution, kernels: 64, channels: 3, kernel: (7, 7),
      input: (224, 224), stride: 2, padding: 3)
    #expect(try whole(sushi, layer).timing.cycles == 4 * 3 * (230 * 230 + 13))
  }

  /// 3 channels x 7 columns are 21 slots, two passes a row on 12 or 16 slots wide arrays.
  @Test func channelAugmentation() throws {
    let augmented = dpu.replacing("}", with: ", channel_augmentation: true}")
    let stem = Layer(
      name: "stem", operation: .convolution, kernels: 64, channels: 3, kernel: (7, 7),
      input: (224, 224), stride: 2, padding: 3)
    let (plain, filled) = (try whole(dpu, stem), try whole(augmented, stem))
    #expect(plain.timing.cycles == 6 * 49 * (112 * 28))
    #expect(filled.timing.cycles == 6 * 14 * (112 * 28))
    #expect(filled.counts[.macs] == plain.counts[.macs])
    #expect(filled.counts[.inputReads] == plain.counts[.inputReads])
    #expect(filled.counts[.weightReads] == plain.counts[.weightReads])
    #expect(filled.counts[.outputWrites] == 14 * 64 * 112 * 112)
    // Layers with as many channels as slots gain nothing.
    let wide = Layer(
      name: "wide", operation: .convolution, kernels: 12, channels: 12, kernel: (3, 3),
      input: (8, 8), padding: 1)
    #expect(try whole(augmented, wide) == whole(dpu, wide))
  }

  @Test func depthwiseFiveByFive() throws {
    let layer = Layer(
      name: "depthwise", operation: .depthwiseConvolution, kernels: 20, channels: 20,
      kernel: (5, 5), input: (14, 14), padding: 2)
    let cost = try whole(sushi, layer)
    #expect(cost.timing.cycles == 3 * 3 * (18 * 18 + 13))
    #expect(cost.counts[.macs] == 20 * 25 * 14 * 14)
  }

  @Test func fourPixelsSideBySide() throws {
    let layer = Layer(
      name: "dpu", operation: .convolution, kernels: 24, channels: 24, kernel: (3, 3),
      input: (10, 10), padding: 1)
    let cost = try whole(dpu, layer)
    #expect(cost.timing.cycles == 2 * (9 * 2) * (10 * 3))
    #expect(cost.counts[.macs] == 24 * 24 * 9 * 100)
    #expect(try datapath(dpu).lanes == 576)
  }
}
