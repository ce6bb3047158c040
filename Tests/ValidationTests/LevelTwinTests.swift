import Architectures
import CostModel
import Networks
import ReferenceModel
import TestSupport
import Testing

// Do memories between DRAM and the buffers take, hold and give what the page says, cycle by cycle?
@Suite struct LevelTwinTests {
  /// 4 x 4 pixels, one channel, two kernels: 16 bytes of input, 2 of weights, 32 of results.
  private let layer = Layer(
    name: "small", operation: .convolution, kernels: 2, channels: 1, kernel: (1, 1), input: (4, 4))

  private let operands = LayerOperands(input: (0..<16).map { Int8($0 - 7) }, weights: [3, -5])

  /// One multiplication a cycle; inputs enter at 2 bytes a cycle, results leave at 2, nothing overlaps.
  private func machine(
    _ levels: String, ports: String = "separate", inputBuffer: Int = 16
  ) throws -> ReferenceMachine {
    let architecture = try architecture(
      """
      name: small
      summary: small
      source: test
      frequency: 100 MHz
      layer_overhead: 0 cycles
      precision: {input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}
      datapath: {kind: dot-product-array, output_channels: 1, input_channels: 1, taps: 1, \
      pixels: 1, sweep: output-pixels, pointwise: single-tap, depthwise_channels: 1, \
      pass_overhead: 0 cycles}
      memory:
        dram: {bandwidth: unlimited, ports: \(ports)}
        transfers:
          input: {bandwidth: 200 MB/s, overlap: none, channel_alignment: 1}
          weight: {bandwidth: unlimited, overlap: none, channel_alignment: 1}
          output: {bandwidth: 200 MB/s, overlap: none, channel_alignment: 1}
        levels:
      \(levels)
        buffers:
          - {name: input_buffer, holds: [input], size: \(inputBuffer) B, ping_pong: false}
          - {name: weight_buffer, holds: [weight], size: 2 B, ping_pong: false}
          - {name: output_buffer, holds: [output], size: 64 B, ping_pong: false}
      energy: {table: horowitz-45nm, dram: ddr4-18}

      """)
    return try #require(
      ReferenceMachine(architecture, datapath: design(architecture).datapath))
  }

  /// A level with a link of one byte a cycle.
  private func level(
    _ name: String, _ holds: String, pingPong: Bool = true, size: Int = 256
  ) -> String {
    "    - {name: \(name), holds: [\(holds)], size: \(size) B, ping_pong: \(pingPong), "
      + "link: 100 MB/s, bandwidth: unlimited, ports: separate}"
  }

  /// Rows of all kernels for the array.
  private func mapping(
    _ levels: [LevelMapping], kernels: Int = 2, keepsInput: Bool = false,
    order: Mapping.Order = .pixelsOuter
  ) -> Mapping {
    Mapping(
      order: order, tile: Tile(pixels: 4, kernels: kernels, channels: 1), keepsInput: keepsInput,
      keepsWeights: false, images: 1, levels: levels)
  }

  private func cut(
    pixels: Int, kernels: Int, keepsInput: Bool = false, keepsWeights: Bool = false,
    order: Mapping.Order = .pixelsOuter
  ) -> LevelMapping {
    LevelMapping(
      order: order, tile: Tile(pixels: pixels, kernels: kernels, channels: 1),
      keepsInput: keepsInput, keepsWeights: keepsWeights)
  }

  /// Two tiles of two rows in a memory of everything, its weights kept.
  ///
  /// The first tile, 2 bytes of weights and 8 of input, is there after 10 cycles; a row takes 2 cycles
  /// to the array, 8 in it, and 4 for its results to come back, before which the next row does not start:
  /// rows start at 12 and 24, and at 32 the first tile has been computed, at 36 its results are in.
  ///
  /// - Two halves: the second tile came from 10 to 18, so that its rows start at 36 and 48, and its results
  ///   are in at 60; the first tile's leave from 36 to 52, the second's after 60.
  /// - One half, ports apart: the second tile comes from 32 to 40, a row starts at 42; its results wait
  ///   from 50 until those of the first tile have left at 52, so that the next row starts at 56; its
  ///   results are in at 68.
  /// - One half, ports shared: 16 bytes of results leave from 36 to 52, then the second tile comes until
  ///   60; rows start at 62 and 74, results are in at 86.
  @Test(arguments: [
    (true, "separate", 60 + 16), (false, "separate", 68 + 16), (false, "shared", 86 + 16),
  ]) func twoTilesByHand(pingPong: Bool, ports: String, cycles: Int) throws {
    let machine = try machine(
      level("sram", "input, weight, output", pingPong: pingPong), ports: ports)
    let run = try machine.run(
      layer, operands, mapping: mapping([cut(pixels: 8, kernels: 2, keepsWeights: true)]))
    #expect(run.cycles == cycles)
    #expect(run.sums == operands.convolution(layer, batch: 1))
    #expect(run.traffic.inputBits == 8 * 16)
    #expect(run.traffic.weightBits == 8 * 2)
    #expect(run.traffic.outputBits == 8 * 32)
    // Weights come once and go to the array with each of four rows.
    let sram = try #require(run.traffic.levels.first)
    #expect(sram.written == [.input: 8 * 16, .weight: 8 * 2, .output: 8 * 32])
    #expect(sram.read == [.input: 8 * 16, .weight: 8 * 2 * 4, .output: 8 * 32])
  }

  /// A memory of weights cuts kernels, one of input inside of it holds the whole map: the second kernel
  /// finds the map there if it was kept.
  @Test(arguments: [true, false]) func whatStaysIsNotLoadedAgain(keepsInput: Bool) throws {
    let machine = try machine(level("outer", "weight") + "\n" + level("inner", "input"))
    let run = try machine.run(
      layer, operands,
      mapping: mapping(
        [
          cut(pixels: 16, kernels: 1), cut(pixels: 16, kernels: 1, keepsInput: keepsInput),
        ], kernels: 1))
    #expect(run.sums == operands.convolution(layer, batch: 1))
    #expect(run.traffic.inputBits == 8 * 16 * (keepsInput ? 1 : 2))
    #expect(run.traffic.weightBits == 8 * 2)
    #expect(run.traffic.outputBits == 8 * 32)
    #expect(run.traffic.levels.map(\.read) == [[.weight: 8 * 8], [.input: 8 * 32]])
  }

  /// What has no room, and a mapping that says nothing of a level.
  @Test func aLevelHoldsNoMoreThanItsSize() throws {
    let machine = try machine(level("sram", "input", size: 8), inputBuffer: 4)
    func run(_ pixels: Int) throws -> Int {
      try machine.run(layer, operands, mapping: mapping([cut(pixels: pixels, kernels: 2)])).cycles
    }
    #expect(try run(4) > 0)
    #expect(
      throws: ReferenceFailure.self, "two tiles of 8 bytes in 8", performing: { try run(8) })
    #expect(
      throws: ReferenceFailure.self, "no tile for the level",
      performing: { try machine.run(layer, operands, mapping: mapping([])) })
  }
}
