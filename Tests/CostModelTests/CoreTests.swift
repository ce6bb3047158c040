import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

/// Four lanes with a kernel each, one channel and tap at a time, that never wait: K / 4 x C x pixels.
private let lanes = """
  {kind: dot-product-array, output_channels: 4, input_channels: 1, taps: 1, pixels: 1, \
  sweep: output-pixels, pointwise: single-tap, depthwise_channels: 1, pass_overhead: 0 cycles}
  """

private func cores(
  _ count: Int, _ network: String = "kind: ring", split: String = "best", hop: Int = 0,
  bandwidth: String = "unlimited", multicast: Bool = false
) -> String {
  """
  cores: {count: \(count), split: \(split), network: {\(network), bandwidth: \(bandwidth), \
  multicast: \(multicast), hop_latency: \(hop) cycles, energy_per_byte_hop: 2 pJ}}
  """
}

private func model(_ more: String, _ edit: (inout ArchitectureText) -> Void = { _ in }) throws
  -> LayerCostModel
{
  var text = ArchitectureText()
  text.datapath = lanes
  text.more = more
  edit(&text)
  return LayerCostModel(try design(text.text))
}

private let pointwise = Layer(
  name: "conv", operation: .convolution, kernels: 8, channels: 16, kernel: (1, 1), input: (8, 8))

// What does a layer take that several cores run together?
@Suite struct CoreTests {
  // 8 / 4 x 16 x 64 = 2048 cycles on one core, half of it on two. The other core's data is three
  // cycles under way, and its results as long.
  @Test(arguments: [("kernels", 1, 1030), ("pixels", 1, 1030), ("batch", 2, 2054)])
  func halvesOfALayer(_ split: String, _ batch: Int, _ cycles: Int) throws {
    let cost = try #require(
      try model(cores(2, split: split, hop: 3)).cost(of: pointwise, batch: batch).cost)
    #expect(cost.total.count == cycles)
    #expect(cost.cycles[.network].count == 6)
    #expect(cost.cores?.split?.rawValue == split)
    #expect(cost.lanes == 8 && cost.macs == pointwise.macs * batch)
    #expect(cost.utilization == Double(pointwise.macs * batch) / Double(cycles * 8))
  }

  // Each core has its sums after 1024 cycles, the other one three later; they take three cycles and
  // their 16,384 bits at eight a cycle to the first core, where four lanes add 512 of them.
  @Test(arguments: [("unlimited", 0), ("100 MB/s", 2048)])
  func sumsOfTwoCores(_ bandwidth: String, _ sending: Int) throws {
    let cost = try #require(
      try model(cores(2, split: "channels", hop: 3, bandwidth: bandwidth)) {
        // The far core's operands come at a byte a cycle, all of them beside the tile before.
        $0.overlaps.input = "none"
        $0.overlaps.weight = "none"
      }.cost(of: pointwise).cost)
    // 8 channels of 64 pixels and 64 weights.
    let loads = bandwidth == "unlimited" ? 0 : 512 + 64
    #expect(cost.total.count == 1024 + loads + 3 + sending + 3 + 128)
    // 128 products of each sum, and one addition more of each.
    #expect(cost.work.allAdditions == pointwise.macs + 512)
    let moved = cost.traffic(.network, .output)
    #expect(moved.read.count == 2048 && moved.write.count == 2048)
  }

  @Test func loadsOfLinks() {
    let part = CoreTransfers(input: Bits(80), weight: Bits(16), output: Bits(8))
    func load(_ kind: NetworkOnChipSpec.Kind, _ multicasts: Bool, sums: Int = 0) -> [Int] {
      let network = CoreNetwork(
        kind: kind, columns: 2, rate: .unlimited, multicasts: multicasts, hop: 1)
      let load = NetworkLoad(
        [part, part, part, part], common: CommonOperands(input: true), sums: Bits(sums),
        on: network)
      return [
        load.busiest.count, load.linkBytes, load.entering.input.count, load.leaving.input.count,
      ]
    }
    // The first link leads to two cores: 80 + 2 x 16 bits down. 14 + 2 x 12 bytes down, 2 + 1 + 1 up.
    #expect(load(.mesh, true) == [112, 42, 80, 240])
    #expect(load(.ring, true) == [112, 42, 80, 240])
    // 2 x 80 + 2 x 16.
    #expect(load(.mesh, false) == [192, 52, 240, 240])
    // 80 + 3 x 16 down and 3 x 8 up, one after the other.
    #expect(load(.bus, true) == [152, 19, 80, 240])
    #expect(load(.bus, false) == [312, 39, 240, 240])
    // Sums of each core stay as many on the way: 16 + 200 bits up the first link.
    #expect(load(.mesh, true, sums: 200) == [216, 42 + 3 * 25, 80, 240])
  }

  @Test func coresHaveTheSamePlacesHoweverManyThereAre() {
    func distances(_ kind: NetworkOnChipSpec.Kind) -> [Int] {
      let network = CoreNetwork(
        kind: kind, columns: 3, rate: .unlimited, multicasts: false, hop: 1)
      return (0..<7).map(network.distance)
    }
    #expect(distances(.bus) == [0, 1, 1, 1, 1, 1, 1])
    #expect(distances(.ring) == [0, 1, 1, 2, 2, 3, 3])
    #expect(distances(.mesh) == [0, 1, 2, 1, 2, 3, 2])
  }

  @Test func multicastReadsDRAMOnce() throws {
    func bytes(_ more: String) throws -> LayerCost {
      try #require(try model(more).cost(of: pointwise).cost)
    }
    let one = try bytes("")
    for split in ["kernels", "pixels"] {
      let common: Operand = split == "kernels" ? .input : .weight
      let all = one.traffic(.dram, common).read
      let once = try bytes(cores(2, split: split, multicast: true))
      let each = try bytes(cores(2, split: split))
      #expect(once.traffic(.dram, common).read == all)
      #expect(each.traffic(.dram, common).read == all * 2)
      #expect(once.traffic(.network, common).read == all)
    }
  }

  @Test func linksArePaidByByteAndHop() throws {
    let cost = try #require(
      try model(cores(3, "kind: bus", split: "batch")).cost(of: pointwise, batch: 3).cost)
    // Two cores take 1024 bytes of input, 128 of weights each, and give 512 bytes of results.
    #expect(cost.work[.linkBytes] == 2 * (1024 + 128 + 512))
    let share = try #require(cost.energy.first { $0.component == .network })
    #expect(share.amount.value == 2 * Double(cost.work[.linkBytes]))
  }

  @Test func oneCoreIsTodaysMachine() throws {
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      var text = randomArchitecture(&random)
      let plain = LayerCostModel(try design(text.text)).cost(of: layer)
      text.more = cores(1)
      let one = LayerCostModel(try design(text.text)).cost(of: layer)
      #expect(plain == one, "seed \(seed)")
    }
  }

  @Test func sumsThatDoNotFitAreRefused() throws {
    let small = try model(cores(2, split: "channels")) { $0.sizes.output = 4000 }
    guard case .infeasible(let reason) = small.cost(of: pointwise) else {
      Issue.record("expected it not to fit")
      return
    }
    #expect(
      reason.description
        == "layer conv: the smallest tile needs 2 KiB in output_buffer for the sums that all cores "
        + "add up, which has 2000 B; raise output_buffer.size to 4 KiB, or set cores.split to best")
  }
}
