import CostModel
import Networks
import TestSupport
import Testing
import Units

// Are maps where the definition says, to the byte?
@Suite struct MapPlanTests {
  /// A 3 x 3 4 -> 8, B 1 x 1 8 -> 4, C 3 x 3 4 -> 8 with A's output added, on maps of 8 x 8.
  private func toy(isBlock: Bool = true) throws -> Network {
    let layers = [
      "{name: a, operator: convolution, output_channels: 8, kernel: 3, padding: 1}",
      "{name: b, operator: convolution, output_channels: 4}",
      "{name: c, operator: convolution, output_channels: 8, kernel: 3, padding: 1}",
      "{operator: add, from: [c, a]}",
    ]
    let list = layers.map { "    - \($0)" }.joined(separator: "\n")
    return try MapSupport.network(
      isBlock
        ? "input: [4, 8, 8]\nblocks:\n  toy:\n\(list)\nlayers:\n  - {name: t, block: toy}"
        : "input: [4, 8, 8]\nlayers:\n\(list)")
  }

  @Test func toyLayerByLayer() throws {
    let plan = try MapSupport.plan(toy(), "none")
    // Image 256; A written once, read by B and C; B written and read; the sum written.
    #expect(plan.moved.count == 256 + 512 + 512 + 512 + 256 + 256 + 512)
    #expect(plan.moved.count == 2816)
    #expect(plan.maps.maps.indices.allSatisfy(plan.isStored))
    #expect(plan.holdings.isEmpty && plan.peak.count == 0)
  }

  @Test(arguments: [
    (1, 2816), (255, 2816), (256, 2304), (511, 2304), (512, 1280), (767, 1280), (768, 768),
    (1 << 20, 768),
  ])
  func toyWithWholeMaps(capacity: Int, moved: Int) throws {
    let plan = try MapSupport.plan(toy(), "resident", capacity: capacity)
    #expect(plan.moved.count == moved)
    #expect(plan.peak.count <= capacity)
  }

  @Test func toyRowByRow() throws {
    let plan = try MapSupport.plan(toy(), "fused", capacity: 384, weights: 608)
    #expect(plan.moved.count == 768)
    #expect(plan.groups == [0..<3])
    let windows = Dictionary(
      uniqueKeysWithValues: plan.holdings.map { (plan.maps.maps[$0.map].name, $0.bytes.count) })
    #expect(windows.values.sorted() == [64, 96, 96, 128])
    #expect(windows["input"] == 96 && windows["t.a"] == 128 && windows["t.b"] == 96)
    #expect(plan.peak.count == 384)
  }

  /// One byte less of either leaves the block layer by layer.
  @Test(arguments: [(383, 608), (384, 607)])
  func toyWithAByteLess(capacity: Int, weights: Int) throws {
    let plan = try MapSupport.plan(toy(), "fused", capacity: capacity, weights: weights)
    #expect(plan.moved.count == 2816)
  }

  /// Without a block the group of B and C is one, and reads A's output once.
  @Test func toyCutBehindA() throws {
    let plan = try MapSupport.plan(toy(isBlock: false), "fused", capacity: 384, weights: 607)
    #expect(plan.moved.count == 1792)
    #expect(plan.groups == [1..<3])
  }

  /// Three layers of three rows each reach three rows ahead.
  ///
  /// Asked for first, their branch takes image rows 0 to 3 while the other one has yet to read row 0;
  /// asked for last, the other one is a row ahead.
  @Test(arguments: [("e, c", 4), ("c, e", 3)])
  func rowsWaitForTheDeepestBranch(joined: String, rows: Int) throws {
    let layers = [
      "{name: c, operator: convolution, output_channels: 2, from: input}",
      "{name: a, operator: convolution, output_channels: 2, kernel: 3, padding: 1, from: input}",
      "{name: b, operator: convolution, output_channels: 2, kernel: 3, padding: 1, from: a}",
      "{name: e, operator: convolution, output_channels: 2, kernel: 3, padding: 1, from: b}",
      "{name: j, operator: concat, from: [\(joined)]}",
      "{name: d, operator: convolution, output_channels: 2, from: j}",
    ]
    let list = layers.map { "  - \($0)" }.joined(separator: "\n")
    let plan = try MapSupport.plan(
      MapSupport.network("input: [4, 9, 8]\nlayers:\n\(list)"), "fused", capacity: 1 << 20)
    let image = plan.holdings.filter { plan.maps.maps[$0.map].isInput }
    #expect(image.map(\.bytes.count) == [rows * 8 * 4])
  }

  /// A row of the table: bytes of maps per inference.
  struct Row: Sendable, CustomTestStringConvertible {
    let workload: String
    let subnet: String
    let none: Int
    let lives: Int
    /// At 576 KiB.
    let resident: Int
    let optimum: Int
    /// At 1 MiB.
    let roomy: Int
    /// At 576 KiB, with 576 KiB of weights.
    let fused: Int
    /// At 576 KiB, with 2304 KiB of weights.
    let wideFused: Int
    let both: Int
    let floor: Int

    var testDescription: String { subnet }
  }

  static let rows = [
    Row(
      workload: "ofa-resnet50", subnet: "0.6B", none: 6_396_880, lives: 601_600,
      resident: 884_200, optimum: 269_800, roomy: 77_800, fused: 1_408_080, wideFused: 608_080,
      both: 77_800, floor: 77_800),
    Row(
      workload: "ofa-resnet50", subnet: "4.1B", none: 26_643_848, lives: 1_329_664,
      resident: 11_942_888, optimum: 10_638_312, roomy: 4_516_840, fused: 10_048_136,
      wideFused: 4_440_968, both: 2_158_568, floor: 151_528),
    Row(
      workload: "ofa-mobilenetv3", subnet: "ofa-note8-22", none: 2_922_080, lives: 313_600,
      resident: 59_800, optimum: 59_800, roomy: 59_800, fused: 202_744, wideFused: 64_280,
      both: 59_800, floor: 59_800),
    Row(
      workload: "ofa-mobilenetv3", subnet: "ofa-note10-22", none: 9_317_960, lives: 802_816,
      resident: 1_757_160, optimum: 1_757_160, roomy: 151_528, fused: 722_856,
      wideFused: 203_048, both: 151_528, floor: 151_528),
  ]

  private static let (capacity, wide) = (576 << 10, 2304 << 10)

  @Test(arguments: rows) func publishedNetworks(_ row: Row) throws {
    let network = try MapSupport.network(row.workload, row.subnet)
    func moved(_ policy: String, _ capacity: Int = 0, _ weights: Int? = nil) throws -> Int {
      try MapSupport.plan(network, policy, capacity: capacity, weights: weights).moved.count
    }
    #expect(try moved("none") == row.none)
    #expect(try moved("resident", Self.capacity) == row.resident)
    #expect(try moved("resident", 1 << 20) == row.roomy)
    #expect(try moved("fused", Self.capacity, Self.capacity) == row.fused)
    #expect(try moved("fused", Self.capacity, Self.wide) == row.wideFused)
    #expect(try moved("both", Self.capacity, Self.capacity) == row.both)
    // All that lives fits just so: nothing but the image and the logits is left.
    let whole = try MapSupport.plan(network, "resident", capacity: row.lives)
    #expect(whole.moved.count == row.floor && whole.peak.count == row.lives)
    #expect(try moved("resident", row.lives - 1) > row.floor)
    let oracle = WholeMapOracle(network)
    #expect(oracle.none == row.none && oracle.floor == row.floor)
    #expect(oracle.mostThatLives == row.lives)
    #expect(oracle.least(capacity: Self.capacity) == row.optimum)
  }
}
