import Architectures
import Components
import CostModel
import Inputs
import Networks
import TestSupport
import Testing
import Units

// Every number of an architecture file at both ends of its range, and beyond them.
@Suite struct ArchitectureRangeTests {
  /// A key with its ends, and what lies beyond: nil where nothing does.
  private struct Range {
    let key: String
    let low: String
    let high: String
    var below: String?
    var above: String?
    /// Where the error is said, if not at the key.
    var place: String?
  }

  private static let ranges: [Range] = [
    Range(key: "frequency", low: "1 MHz", high: "100 GHz", below: "999999 Hz", above: "101 GHz"),
    Range(
      key: "layer_overhead", low: "0 cycles", high: "1000000000000 cycles",
      above: "1000000000001 cycles"),
    Range(
      key: "depthwise_overhead", low: "0 cycles", high: "1000000000000 cycles",
      above: "1000000000001 cycles"),
    Range(key: "precision.input", low: "1 bit", high: "64 bit", below: "0 bit", above: "65 bit"),
    Range(key: "precision.weight", low: "1 bit", high: "64 bit", below: "0 bit", above: "65 bit"),
    Range(key: "precision.output", low: "1 bit", high: "64 bit", below: "0 bit", above: "65 bit"),
    Range(
      key: "precision.accumulator", low: "1 bit", high: "64 bit", below: "0 bit", above: "65 bit"),
    Range(
      key: "memory.dram.bandwidth", low: "3 MB/s", high: "1000 TB/s", below: "999999 B/s",
      above: "1001 TB/s"),
    Range(
      key: "memory.transfers.input.bandwidth", low: "1 MB/s", high: "2 MB/s", below: "999999 B/s",
      above: "4 MB/s"),
    Range(
      key: "memory.transfers.weight.bandwidth", low: "1 MB/s", high: "2 MB/s", below: "999999 B/s",
      above: "4 MB/s"),
    Range(
      key: "memory.transfers.output.bandwidth", low: "1 MB/s", high: "2 MB/s", below: "999999 B/s",
      above: "4 MB/s"),
    Range(
      key: "memory.transfers.input.channel_alignment", low: "1", high: "4096", below: "0",
      above: "4097"),
    Range(
      key: "memory.transfers.output.channel_alignment", low: "1", high: "4096", below: "0",
      above: "4097"),
    Range(
      key: "memory.buffers[0].size", low: "1 B", high: "9007199254740992 B", below: "0 B",
      above: "9007199254740994 B"),
    Range(
      key: "memory.buffers[1].size", low: "1 B", high: "9007199254740992 B", below: "0 B",
      above: "9007199254740994 B"),
    Range(
      key: "memory.buffers[2].size", low: "1 B", high: "9007199254740992 B", below: "0 B",
      above: "9007199254740994 B"),
    Range(
      key: "memory.persistent_buffer.size", low: "0 B", high: "9007199254740992 B",
      above: "9007199254740994 B"),
  ]

  private static func array(_ kind: String, _ keys: [(String, Int, Int)]) -> [Range] {
    keys.map { key, low, high in
      Range(
        key: "datapath.\(key)", low: "\(low)", high: "\(high)", below: "\(low - 1)",
        above: "\(high + 1)")
    }
  }

  /// Kinds with their parameters, and the ranges of those.
  private static let datapaths: [(base: [(String, String)], ranges: [Range])] = [
    (
      [
        ("kind", "dot-product-array"), ("output_channels", "4"), ("input_channels", "4"),
        ("taps", "1"), ("pixels", "2"), ("sweep", "output-pixels"), ("pointwise", "single-tap"),
        ("depthwise_channels", "4"), ("pass_overhead", "0 cycles"),
      ],
      array(
        "dot-product-array",
        [
          ("output_channels", 1, 65_536), ("input_channels", 1, 65_536), ("taps", 1, 65_536),
          ("pixels", 1, 65_536), ("depthwise_channels", 1, 16),
        ]) + [
          Range(
            key: "datapath.pass_overhead", low: "0 cycles", high: "1000000000000 cycles",
            above: "1000000000001 cycles")
        ]
    ),
    (
      [
        ("kind", "systolic-array"), ("rows", "4"), ("columns", "4"),
        ("dataflow", "weight-stationary"), ("folds", "serial"), ("stationary_load", "exposed"),
      ],
      array("systolic-array", [("rows", 1, 65_536), ("columns", 1, 65_536)])
    ),
    (
      [
        ("kind", "row-stationary-array"), ("rows", "12"), ("columns", "14"),
        ("input_scratchpad", "12"), ("weight_scratchpad", "4096"), ("sum_scratchpad", "24"),
        ("input_bus", "1"), ("weight_bus", "4"), ("sum_bus", "4"),
      ],
      array(
        "row-stationary-array",
        [
          ("rows", 1, 4096), ("columns", 1, 4096), ("input_scratchpad", 1, 4096),
          ("weight_scratchpad", 12, 4096), ("sum_scratchpad", 1, 4096), ("input_bus", 1, 4096),
          ("weight_bus", 1, 4096), ("sum_bus", 1, 4096),
        ])
    ),
    (
      [
        ("kind", "sparse-gemm-array"), ("multipliers", "16"), ("distribution_bandwidth", "1"),
        ("kernels_per_tile", "4"),
      ],
      [
        Range(key: "datapath.multipliers", low: "2", high: "65536", below: "1", above: "131072")
      ]
        + array(
          "sparse-gemm-array",
          [("distribution_bandwidth", 1, 16), ("kernels_per_tile", 1, 65_536)])
    ),
    (
      [
        ("kind", "sparse-repetition-array"), ("mode", "dense"), ("reuse", "trie"),
        ("tile_width", "4"), ("filter_block", "8"), ("pixels", "4"), ("pattern_adders", "1"),
        ("merge_adders", "3"), ("activation_loads", "1"), ("weight_bits_per_cycle", "64"),
        ("pattern_banks", "0"), ("zero_tiles", "skipped"), ("dead_columns", "skipped"),
        ("activation_width", "8 bit"),
      ],
      array(
        "sparse-repetition-array",
        [
          ("tile_width", 1, 12), ("filter_block", 1, 4096), ("pixels", 1, 4096),
          ("pattern_adders", 1, 65_536), ("merge_adders", 1, 65_536),
          ("activation_loads", 1, 65_536), ("weight_bits_per_cycle", 1, 1 << 20),
          ("pattern_banks", 0, 4096),
        ]) + [
          Range(
            key: "datapath.activation_width", low: "1 bit", high: "32 bit", below: "0 bit",
            above: "33 bit")
        ]
    ),
  ]

  /// The file with one value written over another.
  private func design(
    _ array: [(String, String)], _ key: String? = nil, _ value: String = ""
  ) throws -> Design {
    let parameters = array.map { "  \($0.0): \($0.1)" }.joined(separator: "\n")
    let text = """
      name: test
      summary: test
      source: test
      frequency: 100 MHz
      layer_overhead: 0 cycles
      depthwise_overhead: 0 cycles
      precision: {input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}
      datapath:
      \(parameters)
      memory:
        dram: {bandwidth: 3 MB/s, ports: shared}
        transfers:
          input: {bandwidth: 3 MB/s, overlap: ping-pong, channel_alignment: 1}
          weight: {bandwidth: 3 MB/s, overlap: ping-pong, channel_alignment: 1}
          output: {bandwidth: 3 MB/s, overlap: ping-pong, channel_alignment: 1}
        buffers:
          - {name: input_buffer, holds: [input], size: 64 KiB, ping_pong: false}
          - {name: weight_buffer, holds: [weight], size: 64 KiB, ping_pong: false}
          - {name: output_buffer, holds: [output], size: 64 KiB, ping_pong: false}
        persistent_buffer: {size: 1 KiB}
      energy: {table: horowitz-45nm, dram: ddr4-18}

      """
    var file = SpecFile(path: "test.yaml", node: try YAMLParser.parse(text, file: "test.yaml"))
    if let key {
      file = try file.replacing(key, with: YAMLNode(text: value, at: file.node.location))
    }
    return try Design(Architecture(file), energy: defaultEnergy())
  }

  private static let network = Network(
    name: "n", subnet: nil,
    layers: [
      Layer(
        name: "conv", operation: .convolution, kernels: 8, channels: 3, kernel: (3, 3),
        input: (10, 9), padding: 1),
      Layer(
        name: "shortcut", operation: .convolution, kernels: 8, channels: 8, kernel: (1, 1),
        input: (10, 9), stride: 3),
      Layer(
        name: "padded", operation: .convolution, kernels: 4, channels: 8, kernel: (3, 3),
        input: (5, 5), stride: 2, padding: 50),
      Layer(
        name: "depthwise", operation: .depthwiseConvolution, kernels: 6, channels: 6,
        kernel: (3, 3), input: (7, 7), padding: 1),
      Layer(
        name: "fc", operation: .fullyConnected, kernels: 10, channels: 40, kernel: (1, 1),
        input: (1, 1)),
    ])

  /// A run whose figures are numbers, or a sentence about a layer.
  private func run(_ design: Design, _ label: String) {
    let evaluator = Evaluator(design)
    let held = evaluator.subgraph(
      of: Self.network, weights: [:], capacity: design.architecture.persistentBytes)
    do {
      let run = try evaluator.evaluate(
        Self.network, placement: Placement(persistent: held), batch: 2)
      #expect(run.cycles.count > 0, "\(label)")
      let band = design.energy.band(of: run.energy)
      for figure in [
        run.seconds, run.totalEnergy.value, run.utilization, run.macsPerLaneCycle, band.low.value,
        band.high.value,
      ] {
        #expect(figure.isFinite && figure >= 0, "\(label): \(figure)")
      }
      #expect(!run.warnings.contains { $0.contains("nan") || $0.contains("inf") }, "\(label)")
    } catch {
      #expect(!error.reasons.isEmpty, "\(label)")
    }
    #expect(Evaluator(design).estimate(Self.network, batch: 2).cycles.isFinite, "\(label)")
  }

  @Test(arguments: datapaths.indices) func bothEnds(_ index: Int) throws {
    let (base, own) = Self.datapaths[index]
    for range in Self.ranges + own {
      for value in [range.low, range.high] {
        // A link may be as fast as the memory only.
        run(try design(base, range.key, value), "\(base[0].1): \(range.key) \(value)")
      }
    }
  }

  @Test(arguments: datapaths.indices) func beyondTheEnds(_ index: Int) throws {
    let (base, own) = Self.datapaths[index]
    for range in Self.ranges + own {
      for value in [range.below, range.above].compactMap({ $0 }) {
        do {
          _ = try design(base, range.key, value)
          Issue.record("\(base[0].1): \(range.key) \(value) was accepted")
        } catch {
          let text = "\(error)"
          #expect(text.contains("\(range.key): "), "\(base[0].1): \(range.key) \(value): \(text)")
          #expect(text.hasPrefix("test.yaml:"), "\(text)")
        }
      }
    }
  }

  /// Values that are each in range may multiply to too many lanes.
  @Test func lanes() throws {
    var base = Self.datapaths[0].base
    for key in [1, 2] { base[key].1 = "65536" }
    base[4].1 = "1"
    #expect(try design(base).datapath.lanes == 1 << 32)
    base[4].1 = "2"
    #expect {
      _ = try design(base)
    } throws: { error in
      "\(error)".contains(
        "datapath.output_channels: output_channels x input_channels x taps x pixels: expected at "
          + "most 2^32 lanes")
    }
  }
}
