import CostModel
import Inputs
import Networks
import TestSupport
import Testing
import Units

// Does a layer that its file's reader accepts ever make integers overflow?
@Suite struct CountLimitTests {
  private static let datapaths =
    StrideTests.datapaths + [
      """
      {kind: row-stationary-array, rows: 12, columns: 14, input_scratchpad: 12, \
      weight_scratchpad: 224, sum_scratchpad: 24, input_bus: 1, weight_bus: 4, sum_bus: 4}
      """
    ]

  /// The largest and the smallest arrays of every kind.
  private static let extremes = [
    """
    {kind: dot-product-array, output_channels: 1, input_channels: 1, taps: 1, pixels: 1, \
    sweep: input-pixels, pointwise: single-tap, depthwise_channels: 1, \
    pass_overhead: 1000000000000 cycles}
    """,
    """
    {kind: dot-product-array, output_channels: 1, input_channels: 1, taps: 1, pixels: 65536, \
    sweep: output-pixels, pointwise: fold-input, depthwise_channels: 1, pass_overhead: 0 cycles}
    """,
    """
    {kind: systolic-array, rows: 65536, columns: 65536, dataflow: weight-stationary, \
    folds: serial, stationary_load: exposed}
    """,
    """
    {kind: systolic-array, rows: 1, columns: 1, dataflow: input-stationary, folds: overlapped, \
    stationary_load: hidden}
    """,
    "{kind: sparse-gemm-array, multipliers: 2, distribution_bandwidth: 1, kernels_per_tile: 1}",
    """
    {kind: sparse-gemm-array, multipliers: 65536, distribution_bandwidth: 1, \
    kernels_per_tile: 65536}
    """,
    sparseRepetition(
      mode: "dense", tileWidth: 12, block: 4096, pixels: 4096, adders: (65536, 65536)),
    sparseRepetition(mode: "dense", tileWidth: 1, block: 1, pixels: 1, adders: (1, 1)),
  ]

  private static func spec(
    _ input: [Int], _ kernels: Int, kernel: Int = 1, stride: Int = 1, padding: Int = 0
  ) -> LayerSpec {
    LayerSpec(
      name: "large", operator: .convolution, input: input, outputChannels: kernels,
      kernel: Extent(kernel), stride: stride, padding: padding)
  }

  /// Layers at the limits, each at one of them.
  private static let largest = [
    spec([1, 1 << 20, 1 << 20], 1 << 13),
    spec([1 << 20, 1 << 10, 1 << 10], 1 << 13),
    spec([1 << 30, 1, 1], 1 << 10),
    spec([1, 1, 1], 1 << 30),
    spec([1, 1 << 30, 1], 1 << 10, stride: 1 << 29),
    spec([1, 2, 2], 1 << 9, kernel: 3, stride: 1 << 19, padding: (1 << 19) - 1),
    spec([1 << 10, 1 << 6, 1 << 6], 1 << 12, kernel: 1 << 6),
  ]

  private func design(_ datapath: String, slow: Bool = false) throws -> Design {
    var text = ArchitectureText()
    text.datapath = datapath
    text.sizes = (1 << 50, 1 << 50, 1 << 50)
    text.bits = (64, 64, 64, 64)
    if slow { text.rates = (1, 1, 1) }
    text.alignments = (4096, 4096)
    return try TestSupport.design(text.text)
  }

  /// A cost whose figures are numbers, or a sentence that says that a count is too large.
  private func check(_ outcome: LayerOutcome, _ label: String) {
    switch outcome {
    case .feasible(let cost):
      #expect(cost.total.count > 0, "\(label)")
      #expect(cost.totalEnergy.value.isFinite, "\(label)")
      #expect(cost.utilization.isFinite, "\(label)")
      let parts = CycleCause.allCases.reduce(0) { $0 + cost.cycles[$1].count }
      #expect(parts == cost.total.count, "\(label)")
    case .infeasible(let reason):
      switch reason.cause {
      case .counts(let count): #expect(count > 0x1p62, "\(label)")
      case .tiles(let count): #expect(count > 0x1p24, "\(label)")
      case .room, .mapping, .cores: break
      }
    }
  }

  @Test(arguments: datapaths + extremes) func theLargestLayersEndWithoutATrap(
    _ datapath: String
  ) throws {
    // The mapper of a row-stationary array looks at every divisor of an extent.
    let isMapped = datapath.contains("row-stationary")
    for (index, spec) in Self.largest.enumerated() where !isMapped || [0, 6].contains(index) {
      let layer = try Workload.layer(spec, at: "layers[0]")
      for (slow, batch) in [(false, 1), (true, 256)] {
        let outcome = LayerCostModel(try design(datapath, slow: slow)).cost(of: layer, batch: batch)
        check(outcome, "\(spec) batch \(batch) \(datapath)")
      }
    }
  }

  /// llama3b, the vocabulary of Llama 3, unet2d, ten seconds of audio: none of them is too large.
  @Test(arguments: StrideTests.datapaths) func ordinaryLargeLayersAreCounted(
    _ datapath: String
  ) throws {
    var text = ArchitectureText()
    text.datapath = datapath
    text.sizes = (1 << 24, 1 << 24, 1 << 26)
    text.rates = (4000, 4000, 4000)
    let model = LayerCostModel(try TestSupport.design(text.text))
    for (spec, macs) in [
      (Self.spec([4096, 512, 512], 16_384), 17_592_186_044_416),
      (Self.spec([4096, 1, 1], 128_256), 525_336_576),
      (Self.spec([9, 4_186_116, 1], 64), 2_411_202_816),
    ] {
      let layer = try Workload.layer(spec, at: "layers[0]")
      let outcome = model.cost(of: layer)
      #expect(outcome.cost?.macs == macs, "\(outcome) \(datapath)")
    }
  }

  /// What the bound promises: no count of a random layer passes it, whatever it is cut into.
  @Test func countsStayBelowTheBound() throws {
    for seed in UInt64(1)...400 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      let design = try TestSupport.design(randomArchitecture(&random).text)
      let batch = random.within(1...4)
      guard let cost = LayerCostModel(design).cost(of: layer, batch: batch).cost else { continue }
      let (nest, groups) = design.datapath.nest(of: layer, batch: batch)
      let granule = design.datapath.prepare(nest, weights: nil, mapping: nil).traits.granule
      let bound = design.datapath.largestCount(of: nest, granule: granule) * Double(groups)
      let work = cost.work
      let largest = Action.allCases.map { work[$0] }.max() ?? 0
      #expect(Double(largest) <= bound, "seed \(seed): \(work) \(layer) \(design.datapathText)")
      #expect(
        Double(cost.arrayCycles.count) <= 64 * bound,
        "seed \(seed): \(work) \(layer) \(design.datapathText)")
    }
  }

  /// A network whose layers fit on their own may not fit together.
  @Test func sumsOfLayersAreChecked() throws {
    var text = ArchitectureText()
    text.datapath = StrideTests.datapaths[1].replacing("3 cycles", with: "1000000000000 cycles")
    text.sizes = (1 << 30, 1 << 30, 1 << 30)
    let design = try TestSupport.design(text.text)
    let layer = Layer(
      name: "fc", operation: .fullyConnected, kernels: 1 << 11, channels: 1 << 14, kernel: (1, 1),
      input: (1, 1))
    #expect(LayerCostModel(design).cost(of: layer).cost != nil)
    let layers = (0..<1 << 10).map { number in
      Layer(
        name: "fc\(number)", operation: .fullyConnected, kernels: layer.kernels,
        channels: layer.channels, kernel: (1, 1), input: (1, 1))
    }
    #expect(throws: Evaluator.Infeasible.self) {
      try Evaluator(design).evaluate(Network(name: "n", subnet: nil, layers: layers))
    }
  }

  /// Uniform weights are counted without walking them, and as if they were walked.
  @Test func equalFillingsAreCountedTogether() throws {
    for seed in UInt64(1)...40 {
      var random = SeededRandom(seed: seed)
      let array = try datapath(
        "{kind: sparse-gemm-array, multipliers: \(1 << random.within(1...5)), "
          + "distribution_bandwidth: 2, kernels_per_tile: \(random.within(1...6))}")
      let layer = Layer(
        name: "l", operation: .convolution, kernels: random.within(1...20),
        channels: random.within(1...70), kernel: (1, 1), input: (3, 2))
      let (nest, _) = array.nest(of: layer, batch: 1)
      let tile = Tile(pixels: 6, kernels: nest.kernels, channels: nest.channels)
      let cost = array.prepare(nest, weights: nil, mapping: nil).execute(tile, part: .whole)
      // One kernel after the other, as many together as fit, is what the sum over kernels of equal
      // tiles has to be where no two share a filling.
      #expect(cost.counts[.weightReads] == nest.kernels * nest.channels, "seed \(seed)")
      #expect(cost.counts[.multiplications] == layer.macs, "seed \(seed)")
      #expect(
        cost.counts[.outputWrites] - cost.counts[.outputReads] == 6 * nest.kernels, "seed \(seed)")
    }
  }
}
