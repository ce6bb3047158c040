import Architectures
import Components
import Networks
import ReferenceModel
import TestSupport
import Testing
import Units
import Validation

@testable import CostModel

// Does the row-stationary twin hand images and banks over, and refuse what has no room?
@Suite struct RowStationaryTwinTests {
  private static let kind = "row-stationary-array"

  /// Two images of 4 x 4, two channels that are two tiles, two kernels that are two passes of each.
  ///
  /// 256 bytes of sums and three images of 16 fill 19 banks of 16 bytes to the last byte.
  private func sample(banks: Int = 19) -> DifferentialCase {
    var sample = DifferentialCase(Self.kind, seed: 1)
    let values = [
      "rows": 1, "columns": 14, "input_scratchpad": 1, "weight_scratchpad": 1,
      "sum_scratchpad": 2, "input_bus": 1, "weight_bus": 4, "sum_bus": 4,
    ]
    for (index, parameter) in sample.datapath.enumerated() {
      if let value = values[parameter.key] { sample.datapath[index].value = "\(value)" }
    }
    (sample.rates.input, sample.rates.weight, sample.rates.output) = (5, nil, nil)
    sample.overlaps.input = "ping-pong"
    (sample.overlaps.weight, sample.overlaps.output) = ("none", "none")
    (sample.pingPong.weight, sample.pingPong.output) = (false, false)
    (sample.banks, sample.sizes.input, sample.sizes.weight) = (banks, 16 * banks, 1)
    sample.followsChip = true
    (sample.alignment.input, sample.alignment.output) = (1, 1)
    sample.sharesPort = false
    sample.layer.isDepthwise = false
    (sample.layer.kernels, sample.layer.channels, sample.layer.groups) = (2, 2, 1)
    (sample.layer.kernelRows, sample.layer.kernelColumns) = (1, 1)
    (sample.layer.outputRows, sample.layer.outputColumns) = (4, 4)
    (sample.layer.stride, sample.layer.padding) = (1, 0)
    (sample.batch, sample.residency) = (2, 0)
    return sample
  }

  /// Both images of a kernel and a channel in a pass, both kernels' sums in the buffer.
  private static let mapping = Mapping(
    order: .pixelsOuter, tile: Tile(pixels: 32, kernels: 2, channels: 1), keepsInput: false,
    keepsWeights: false, images: 2, inputRoom: .beside,
    rowStationary: RowStationaryLayout(images: 2, kernels: 2, rows: 4, activeElements: 4))

  private static let operands = LayerOperands(
    input: (0..<64).map { Int8($0 - 32) }, weights: [1, -2, 3, -4])

  private func machine(banks: Int) throws -> ReferenceMachine {
    let architecture = try architecture(sample(banks: banks).architecture)
    return try #require(
      ReferenceMachine(architecture, datapath: design(architecture).datapath))
  }

  /// The next tile's second image takes the place of an image that the last pass has read.
  ///
  /// Half a byte a cycle: an image takes 32 cycles, and a pass of 35 cycles ends 18 after it has
  /// read its first image, so the second one is 14 cycles late.
  @Test func imagesTakeTurns() throws {
    let cycles = 2 * 32 + 2 * 35 + (32 - 18) + 2 * 35
    let layer = try #require(sample().layer.layer)
    let design = try design(
      architecture(sample().architecture))
    let cost = LayerCostModel(design).cost(of: layer, mapping: Self.mapping, batch: 2)
    #expect(cost?.total.count == cycles)
    let run = try machine(banks: 19).run(layer, Self.operands, mapping: Self.mapping, batch: 2)
    #expect(run.cycles == cycles)
  }

  @Test(arguments: [19, 18]) func banksHoldWhatTheyHave(banks: Int) throws {
    let layer = try #require(sample().layer.layer)
    let machine = try machine(banks: banks)
    func run() throws -> [Int32] {
      try machine.run(layer, Self.operands, mapping: Self.mapping, batch: 2).sums
    }
    if banks == 19 {
      #expect(try run() == Self.operands.convolution(layer, batch: 2))
    } else {
      #expect(throws: ReferenceFailure.self, performing: { try run() })
    }
  }
}
