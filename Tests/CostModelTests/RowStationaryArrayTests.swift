import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Are passes, layouts and shortages of a row-stationary array what the Eyeriss papers say?
@Suite struct RowStationaryArrayTests {
  private func eyeriss(
    banks: String = ", banks: 25", buffer: String = "100 KiB", weights: String = "8 KiB",
    scratchpad: Int = 12, rows: Int = 12, link: String = "unlimited", followsChip: Bool = true
  ) -> String {
    let rule =
      followsChip && !banks.isEmpty ? "mapping: {rule: eyeriss, banks: 25, kernels: 96}" : ""
    return """
      name: test
      summary: A test.
      source: "a test"
      frequency: 200 MHz
      layer_overhead: 0 cycles
      precision: {input: 16 bit, weight: 16 bit, output: 16 bit, accumulator: 16 bit}
      datapath:
        {kind: row-stationary-array, rows: \(rows), columns: 14, input_scratchpad: \(scratchpad),
         weight_scratchpad: 224, sum_scratchpad: 24, input_bus: 1, weight_bus: 4, sum_bus: 4}
      memory:
        dram: {bandwidth: \(link), ports: shared}
        transfers:
          input: {bandwidth: \(link), overlap: ping-pong, channel_alignment: 1}
          weight: {bandwidth: \(link), overlap: ping-pong, channel_alignment: 1}
          output: {bandwidth: \(link), overlap: none, channel_alignment: 1}
        buffers:
          - {name: global_buffer, holds: [input, output], size: \(buffer), ping_pong: false\(banks)}
          - {name: weight_prefetch, holds: [weight], size: \(weights), ping_pong: false}
      energy: {table: horowitz-45nm, dram: ddr4-18}
      \(rule)
      """
  }

  private func conv(
    _ kernels: Int, _ channels: Int, kernel: Int, input: Int, stride: Int = 1, padding: Int = 0,
    groups: Int = 1
  ) -> Layer {
    Layer(
      name: "conv", operation: .convolution, kernels: kernels, channels: channels,
      kernel: (kernel, kernel), input: (input, input), stride: stride, padding: padding,
      groups: groups)
  }

  private func outcome(_ text: String, _ layer: Layer, batch: Int = 1) throws -> LayerOutcome {
    LayerCostModel(try design(text)).cost(of: layer, batch: batch)
  }

  /// The second layer of AlexNet: 1,536 passes of 16 kernels and 2 channels.
  ///
  /// 800 weights at 4 a cycle, 31 rows x 2 channels x 5 words until the last window is there, 27
  /// windows of 160 products, 432 sums of the last column at 4 a cycle: 200 + 310 + 4320 + 108.
  @Test func passesOfTheSecondLayerOfAlexNet() throws {
    let cost = try #require(
      try outcome(
        eyeriss(), conv(256, 96, kernel: 5, input: 27, padding: 2, groups: 2), batch: 4
      ).cost)
    #expect(cost.total.count == 1536 * 4938)
    #expect(cost.work[.inputReads] == 1536 * 2 * 31 * 31)
    #expect(cost.work[.outputReads] == 1536 * 16 * 27 * 27)
    #expect(cost.work[.outputWrites] == cost.work[.outputReads])
    #expect(cost.work[.weightReads] == 1536 * 800)
    let layout = try #require(cost.mapping?.rowStationary)
    #expect(layout.kernels == 64 && layout.rows == 27 && layout.activeElements == 135)
  }

  /// Wide maps keep few kernels' sums, and then the sums' bus decides: 4 words of 46,592 per pass
  /// of 2,688 products an element.
  @Test func sumsBindOnWideMaps() throws {
    let cost = try #require(
      try outcome(eyeriss(), conv(64, 64, kernel: 3, input: 224, padding: 1)).cost)
    let layout = try #require(cost.mapping?.rowStationary)
    #expect(layout.kernels == 16 && layout.rows == 13 && layout.channelsPerPass == 1)
    // 17 strips of 13 rows and one of 3; 4 blocks of kernels; 64 channels.
    let tall = 144 / 4 + 15 * 3 + 12 + 16 * 13 * 224 / 4
    // The short strip's products take longer than its sums.
    let short = 144 / 4 + 5 * 3 + max(12 * 224 + 16 * 3 / 4, 12 + 16 * 3 * 224 / 4)
    #expect(cost.total.count == 4 * 64 * (17 * tall + short))
  }

  /// Each image's first window waits for columns of its own.
  ///
  /// 20 weights at 4 a cycle; 9 columns of 9 words an image, the second image's first window complete
  /// after 99 cycles, one after the first image's last window; then windows of 10 products, and the
  /// last 40 sums at 4 a cycle.
  @Test func imagesFollowOneAnotherInAPass() throws {
    let cost = try #require(
      try outcome(eyeriss(rows: 2), conv(5, 1, kernel: 2, input: 9), batch: 2).cost)
    let layout = try #require(cost.mapping?.rowStationary)
    #expect(layout.images == 2 && layout.kernelsPerElement == 5)
    #expect(cost.total.count == 5 + 99 + 8 * 10 + 10)
  }

  /// There is room for three images of one channel: the second tile's second image waits until the
  /// first tile's last pass has read an image.
  ///
  /// A byte a cycle: 4 of weights and 32 an image. A pass takes 35 cycles, the last 18 of them after
  /// its first image; the first tile's two end after 68 + 70 cycles, so the image is there 14 cycles
  /// later. 64 sums leave at the end.
  @Test func imagesOfTheNextTileTakeTurns() throws {
    let text = eyeriss(weights: "2 B", scratchpad: 1, rows: 1, link: "200 MB/s")
    let layer = conv(2, 2, kernel: 1, input: 4)
    let model = LayerCostModel(try design(text))
    let mapping = Mapping(
      order: .pixelsOuter, tile: Tile(pixels: 32, kernels: 2, channels: 1), keepsInput: false,
      keepsWeights: false, images: 2, inputRoom: .beside,
      rowStationary: RowStationaryLayout(images: 2, kernels: 2, rows: 4, activeElements: 4))
    let cost = try #require(model.cost(of: layer, mapping: mapping, batch: 2))
    #expect(cost.total.count == 68 + 70 + (32 - 18) + 70 + 128)
    // One by one the images need not wait for each other.
    let chosen = try #require(model.cost(of: layer, batch: 2).cost)
    #expect(chosen.mapping?.images == 1 && chosen.total < cost.total)
  }

  /// Partial sums move only up: on an array as high as the kernel no set holds other channels than
  /// those beside it.
  @Test func setsOfDifferentChannelsStandAboveOneAnother() throws {
    for (rows, most) in [(3, 1), (6, 2), (12, 4)] {
      let cost = try #require(
        try outcome(eyeriss(rows: rows), conv(1, 16, kernel: 3, input: 5)).cost)
      let layout = try #require(cost.mapping?.rowStationary)
      #expect(layout.channelSets == most)
    }
  }

  /// A 1 x 1 kernel with stride 2 reads a quarter of the map.
  @Test func whatNoWindowTouchesStaysInTheBuffer() throws {
    let cost = try #require(try outcome(eyeriss(), conv(1, 1, kernel: 1, input: 9, stride: 2)).cost)
    #expect(cost.work[.inputReads] == 25)
  }

  /// One window of one tap that lies in the padding: nothing of the map is fetched, so it needs no room,
  /// whatever the rule and however many images there are.
  @Test(arguments: [true, false], [1, 3])
  func windowsOfPaddingNeedNoRoom(followsChip: Bool, batch: Int) throws {
    let text = eyeriss(followsChip: followsChip).replacing(
      "input: {bandwidth: unlimited, overlap: ping-pong, channel_alignment: 1",
      with: "input: {bandwidth: unlimited, overlap: ping-pong, channel_alignment: 1, gather: pixels"
    )
    let layer = conv(4, 2, kernel: 1, input: 1, stride: 3, padding: 1)
    let cost = try #require(try outcome(text, layer, batch: batch).cost)
    #expect(cost.macs == 4 * 2 * batch)
    #expect(cost.traffic(.dram, .input).read == .zero)
    #expect(cost.traffic(.dram, .output).write == Bytes(4 * 2 * batch))
  }

  /// A kernel of 14 rows is cut into two passes of 7.
  @Test func kernelsTallerThanTheArray() throws {
    let cost = try #require(
      try outcome(
        eyeriss(scratchpad: 14), conv(2, 1, kernel: 14, input: 14)
      ).cost)
    let layout = try #require(cost.mapping?.rowStationary)
    #expect(cost.macs == 2 * 14 * 14)
    #expect(layout.activeElements % 7 == 0)
    #expect(cost.work[.outputWrites] == 2 * 2)
  }

  /// The chip's rule takes 13 rows where 14 would fill the buffer with sums, and no more kernels than
  /// the file allows: 64 x 13 x 56 sums are 23 of 25 banks, 128 kernels would come with 6 rows.
  @Test(arguments: [(56, 13, 64), (112, 13, 32), (14, 14, 64)])
  func theChipsBanksAndKernelsDecideItsStrips(map: Int, rows: Int, kernels: Int) throws {
    let layer = conv(256, 256, kernel: 3, input: map, padding: 1)
    let layout = try #require(try outcome(eyeriss(), layer).cost?.mapping?.rowStationary)
    #expect(layout.rows == rows && layout.kernels == kernels)
    #expect(layout.activeElements == 3 * rows * 4)
  }

  @Test func lawsHoldForRandomLayers() throws {
    var feasible = 0
    for seed in UInt64(1)...300 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      let batch = random.pick([1, 1, 2, 4, 6])
      let design = try design(
        eyeriss(
          banks: random.pick([", banks: 25", ", banks: 5", ""]),
          buffer: random.pick(["100 KiB", "25 KiB", "1000 KiB"]),
          weights: random.pick(["1 KiB", "8 KiB"]), rows: random.pick([2, 5, 12]),
          link: random.pick(["unlimited", "50 MB/s", "480 MB/s"]),
          followsChip: random.pick([true, false])))
      guard let cost = LayerCostModel(design).cost(of: layer, batch: batch).cost else { continue }
      feasible += 1
      let label = "seed \(seed), batch \(batch), \(layer)"
      #expect(cost.macs == layer.macs * batch, "\(label)")
      #expect((0...1).contains(cost.utilization), "\(label)")
      let layout = try #require(cost.mapping?.rowStationary)
      #expect((1...design.datapath.lanes).contains(layout.activeElements), "\(label)")
      // No element multiplies twice in a cycle.
      #expect(cost.macs <= cost.cycles[.compute].count * layout.activeElements, "\(label)")
      #expect(batch.isMultiple(of: layout.images), "\(label)")
      #expect(
        cost.traffic(.dram, .output).write.count == layer.kernels * layer.outputPixels * 2 * batch,
        "\(label)")
      #expect(cost.traffic(.dram, .weight).read.count >= layer.weights * 2, "\(label)")
      let full = LayerCostModel(design, extrapolates: false).cost(of: layer, batch: batch)
      #expect(full == .feasible(cost), "\(label)")
    }
    #expect(feasible > 150)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    func reason(_ text: String, _ layer: Layer) throws -> String {
      guard case .infeasible(let reason) = try outcome(text, layer) else { return "fits" }
      return reason.description
    }
    let wide = conv(4, 4, kernel: 3, input: 4000, padding: 1)
    #expect(
      try reason(eyeriss(buffer: "25 KiB"), wide)
        == "layer conv: the smallest tile needs 32 KiB in global_buffer, which has 25 KiB; "
        + "raise global_buffer.size to 32 KiB in 32 banks")
    #expect(
      try reason(eyeriss(), conv(4, 4, kernel: 13, input: 20))
        == "layer conv: the smallest tile needs 26 B in input_scratchpad, which has 24 B; "
        + "raise datapath.input_scratchpad to 13")
    #expect(
      try reason(eyeriss(weights: "16 B"), conv(4, 4, kernel: 3, input: 9))
        == "layer conv: the smallest tile needs 18 B in weight_prefetch, which has 16 B; "
        + "raise weight_prefetch.size to 18 B")
    #expect(
      try reason(eyeriss(banks: "", buffer: "64 B"), conv(4, 4, kernel: 3, input: 20))
        == "layer conv: the smallest tile needs 36 B in global_buffer, which has 32 B; "
        + "raise global_buffer.size to 72 B, or give output its own buffer")
  }
}
