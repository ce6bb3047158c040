import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

/// Weights that a codec stores, and what decodes them.
struct WeightDecoderTests {
  private static func text(_ decoder: String, weightRate: Int? = 100) -> String {
    var text = ArchitectureText()
    text.rates = (nil, weightRate, nil)
    text.overlaps.weight = "none"
    text.more = decoder
    return text.text
  }

  private static func layer(bits: Int?, channels: Int = 32, side: Int = 8) -> Layer {
    var layer = Layer(
      name: "l", operation: .convolution, kernels: 16, channels: channels, kernel: (3, 3),
      input: (side, side), padding: 1)
    layer.storage = bits.map {
      KernelStorage(KernelStorage.Coded(bits: $0, elements: layer.weights))
    }
    return layer
  }

  private static func cost(_ text: String, bits: Int?) throws -> LayerCost {
    try #require(try LayerCostModel(design(text)).cost(of: layer(bits: bits)).cost)
  }

  /// A quarter of the bits moves a quarter of the bytes in a quarter of the cycles, wherever the decoder
  /// stands; buffers take what they hold.
  @Test(arguments: ["coded", "plain"])
  func dramMovesCodedBits(_ holds: String) throws {
    let count = Self.layer(bits: nil).weights
    let plain = try Self.cost(Self.text(""), bits: nil)
    let coded = try Self.cost(
      Self.text("weight_decoder: {holds: \(holds)}"), bits: count * 2)
    #expect(plain.traffic(.dram, .weight).read == Bytes(count))
    #expect(coded.traffic(.dram, .weight).read == Bytes(count / 4))
    let buffer = coded.traffic(.buffer(of: .weight), .weight)
    let before = plain.traffic(.buffer(of: .weight), .weight)
    #expect(buffer.write.count == (holds == "coded" ? count / 4 : count))
    #expect(buffer.read.count == (holds == "coded" ? before.read.count / 4 : before.read.count))
    // 100 MB/s at 100 MHz are a byte in a cycle.
    #expect(plain.cycles[.dramRead].count - coded.cycles[.dramRead].count == count * 3 / 4)
    // A file without codebooks passes the decoder as it is, and so do designs without one.
    #expect(
      try Self.cost(Self.text("weight_decoder: {holds: \(holds)}"), bits: nil).total == plain.total)
    #expect(try Self.cost(Self.text(""), bits: count * 2).total == plain.total)
  }

  /// One weight in a cycle: as many cycles as weights pass.
  @Test func theDecoderSetsThePace() throws {
    let bits = Self.layer(bits: nil).weights
    for (holds, place) in [("coded", CycleCause.compute), ("plain", .dramRead)] {
      let fast = try Self.cost(Self.text("weight_decoder: {holds: \(holds)}"), bits: bits)
      let slow = try Self.cost(
        Self.text(
          "weight_decoder: {holds: \(holds), weights_per_cycle: 1, energy_per_weight: 2 pJ}"),
        bits: bits)
      #expect(slow.work[.decodedWeights] >= bits)
      #expect(slow.cycles[place].count >= slow.work[.decodedWeights])
      #expect(slow.total > fast.total || slow.cycles[place] == fast.cycles[place])
      let energy = try #require(slow.energy.first { $0.component == .weightDecoder })
      #expect(energy.amount.value == 2 * Double(slow.work[.decodedWeights]))
    }
  }

  /// The exact search finds what trying every mapping finds.
  @Test(arguments: ["coded", "plain"])
  func searchesAreExact(_ holds: String) throws {
    var text = ArchitectureText()
    text.sizes = (512, 512, 1024)
    text.rates = (200, 100, 200)
    text.more =
      "weight_decoder: {holds: \(holds), weights_per_cycle: 3}\n"
      + "mapping: {rule: search, objective: latency}\n"
    let design = try design(text.text)
    for share in [1, 3, 9] {
      let weights = Self.layer(bits: nil, channels: 6, side: 4).weights
      let layer = Self.layer(bits: weights * share, channels: 6, side: 4)
      let found = try #require(LayerCostModel(design).cost(of: layer).cost)
      let tried = try #require(
        LayerCostModel(design, extrapolates: true, triesAll: true).cost(of: layer).cost)
      #expect(found.total == tried.total, "\(share)")
      let walked = try #require(
        LayerCostModel(design, extrapolates: false).cost(of: layer).cost)
      #expect(walked.total == found.total)
    }
  }
}
