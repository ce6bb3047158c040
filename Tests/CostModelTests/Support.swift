import CostModel
import Foundation
import Inputs
import Specs
import Testing
import Units

/// The root of the repository.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The default prices.
func defaultEnergy() throws -> EnergyTable {
  try EnergyTable(
    table: SpecFile(path: repository.appending(path: "arch/energy/horowitz-45nm.yaml").path),
    dram: SpecFile(path: repository.appending(path: "arch/energy/dram/ddr4-18.yaml").path))
}

/// A design from the text of an architecture file.
func design(_ text: String) throws -> Design {
  let file = SpecFile(path: "test.yaml", node: try YAMLParser.parse(text, file: "test.yaml"))
  return try Design(Architecture(file), energy: defaultEnergy())
}

/// The datapath that a `kind` and its parameters choose.
func datapath(_ text: String) throws -> any Datapath {
  let file = SpecFile(path: "test.yaml", node: try YAMLParser.parse(text, file: "test.yaml"))
  return try Datapaths.registry.make(file.decode(Choice.self)).member
}

/// An architecture as text; the defaults never stall.
struct ArchitectureText {
  var datapath = """
    {kind: systolic-array, rows: 4, columns: 4, dataflow: weight-stationary, folds: serial, \
    stationary_load: exposed}
    """
  var overhead = 0
  var bits = (input: 8, weight: 8, output: 8, accumulator: 32)
  var ports = "separate"
  /// Megabytes per second, nil for unlimited.
  var rates: (input: Int?, weight: Int?, output: Int?) = (nil, nil, nil)
  var overlaps = (input: "ping-pong", weight: "ping-pong", output: "ping-pong")
  var alignments = (input: 1, output: 1)
  /// What the transfer of inputs leaves out; nil for the default.
  var gather: String?
  var sizes = (input: 1 << 20, weight: 1 << 20, output: 1 << 20)
  var pingPong = (input: true, weight: true, output: true)
  var persistent: Int?

  /// What `separate` ports draw together.
  private var dram: Int? {
    guard let input = rates.input, let weight = rates.weight, let output = rates.output else {
      return nil
    }
    return max(input, weight) + output
  }

  private func rate(_ megabytes: Int?) -> String { megabytes.map { "\($0) MB/s" } ?? "unlimited" }

  var text: String {
    """
    name: test
    summary: test
    source: test
    frequency: 100 MHz
    layer_overhead: \(overhead) cycles
    precision: {input: \(bits.input) bit, weight: \(bits.weight) bit, output: \(bits.output) bit, \
    accumulator: \(bits.accumulator) bit}
    datapath: \(datapath)
    memory:
      dram: {bandwidth: \(rate(dram)), ports: \(ports)}
      transfers:
        input: {bandwidth: \(rate(rates.input)), overlap: \(overlaps.input), \
    channel_alignment: \(alignments.input)\(gather.map { ", gather: \($0)" } ?? "")}
        weight: {bandwidth: \(rate(rates.weight)), overlap: \(overlaps.weight), \
    channel_alignment: 1}
        output: {bandwidth: \(rate(rates.output)), overlap: \(overlaps.output), \
    channel_alignment: \(alignments.output)}
      buffers:
        - {name: input_buffer, holds: [input], size: \(sizes.input) B, \
    ping_pong: \(pingPong.input)}
        - {name: weight_buffer, holds: [weight], size: \(sizes.weight) B, \
    ping_pong: \(pingPong.weight)}
        - {name: output_buffer, holds: [output], size: \(sizes.output) B, \
    ping_pong: \(pingPong.output)}
    \(persistent.map { "  persistent_buffer: {size: \($0) B}\n" } ?? "")\
    energy: {table: horowitz-45nm, dram: ddr4-18}

    """
  }
}

/// SplitMix64, so that a printed seed repeats a failure.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &self)]
  }

  mutating func within(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// A small layer of any operator.
func randomLayer(_ random: inout SplitMix64) -> Layer {
  switch random.within(0...9) {
  case 0:
    return Layer(
      name: "fc", operation: .fullyConnected, kernels: random.within(1...200),
      channels: random.within(1...300), kernel: (1, 1), input: (1, 1))
  case 1, 2:
    let channels = random.within(1...24)
    let side = random.pick([3, 5, 7])
    return Layer(
      name: "depthwise", operation: .depthwiseConvolution, kernels: channels, channels: channels,
      kernel: (side, side), input: (random.within(side...20), random.within(side...20)),
      stride: random.within(1...2), padding: side / 2)
  default:
    let groups = random.pick([1, 1, 1, 1, 2, 3, 4])
    let kernel = (random.pick([1, 1, 3, 3, 5, 7]), random.pick([1, 1, 3, 3, 5, 7]))
    return Layer(
      name: "conv", operation: .convolution, kernels: groups * random.within(1...40),
      channels: groups * random.within(1...40), kernel: kernel,
      input: (random.within(kernel.0...24), random.within(kernel.1...24)),
      stride: random.within(1...3), padding: random.within(0...(min(kernel.0, kernel.1) / 2)),
      groups: groups)
  }
}

/// A small array of any kind.
func randomDatapath(_ random: inout SplitMix64) -> String {
  switch random.within(0...6) {
  case 6:
    return """
      {kind: row-stationary-array, rows: \(random.within(1...12)), columns: \(random.within(5...14)), \
      input_scratchpad: \(random.within(1...16)), weight_scratchpad: \(random.within(16...224)), \
      sum_scratchpad: \(random.within(1...24)), input_bus: \(random.within(1...4)), \
      weight_bus: \(random.within(1...4)), sum_bus: \(random.within(1...4))}
      """
  case 0:
    return """
      {kind: sparse-gemm-array, multipliers: \(1 << random.within(1...8)), \
      distribution_bandwidth: \(random.within(1...2)), kernels_per_tile: \(random.within(1...64))}
      """
  case 1:
    return sparseRepetition(
      mode: random.pick(["dense", "sparse", "repetition", "sparse-repetition"]),
      tileWidth: random.within(1...8), block: random.within(1...16),
      pixels: random.within(1...8), adders: (random.within(1...4), random.within(1...12)))
  case 2, 3:
    let dataflow = random.pick(["output-stationary", "weight-stationary", "input-stationary"])
    let load = dataflow == "output-stationary" ? "exposed" : random.pick(["exposed", "hidden"])
    let folds = ["serial", "overlapped"] + (dataflow == "output-stationary" ? ["cropped"] : [])
    return """
      {kind: systolic-array, rows: \(random.within(1...16)), columns: \(random.within(1...16)), \
      dataflow: \(dataflow), folds: \(random.pick(folds)), \
      stationary_load: \(load)}
      """
  default: break
  }
  let sweep = random.pick(["input-pixels", "output-pixels"])
  let inputs = random.within(1...12)
  return """
    {kind: dot-product-array, output_channels: \(random.within(1...16)), \
    input_channels: \(inputs), taps: \(random.pick([1, 4, 9])), \
    pixels: \(sweep == "input-pixels" ? 1 : random.within(1...4)), sweep: \(sweep), \
    pointwise: \(random.pick(["fold-input", "single-tap"])), \
    depthwise_channels: \(random.within(1...inputs)), \
    pass_overhead: \(random.within(0...20)) cycles}
    """
}

/// A sparse-repetition engine.
func sparseRepetition(
  mode: String, reuse: String = "trie", tileWidth: Int, block: Int, pixels: Int,
  adders: (pattern: Int, merge: Int), loads: Int = 2, banks: Int = 0
) -> String {
  """
  {kind: sparse-repetition-array, mode: \(mode), reuse: \(reuse), tile_width: \(tileWidth), \
  filter_block: \(block), pixels: \(pixels), pattern_adders: \(adders.pattern), \
  merge_adders: \(adders.merge), activation_loads: \(loads), weight_bits_per_cycle: 4096, \
  pattern_banks: \(banks), zero_tiles: skipped, dead_columns: skipped, activation_width: 8 bit}
  """
}

/// A small design with finite links.
func randomArchitecture(_ random: inout SplitMix64) -> ArchitectureText {
  var text = ArchitectureText()
  text.datapath = randomDatapath(&random)
  text.overhead = random.pick([0, 0, 500])
  text.bits = (random.pick([8, 8, 16]), random.pick([4, 8, 8, 16]), random.pick([8, 8, 16]), 32)
  text.ports = random.pick(["separate", "shared"])
  text.rates = (random.within(20...4000), random.within(20...4000), random.within(20...4000))
  text.overlaps = (
    random.pick(["none", "ping-pong", "streaming"]), random.pick(["none", "ping-pong"]),
    random.pick(["none", "ping-pong", "streaming"])
  )
  text.alignments = (random.pick([1, 1, 9]), random.pick([1, 1, 16]))
  text.sizes = (
    1 << random.within(10...17), 1 << random.within(10...17), 1 << random.within(10...17)
  )
  text.pingPong = (
    random.within(0...1) == 0, random.within(0...1) == 0, random.within(0...1) == 0
  )
  text.persistent = random.pick([nil, 4096])
  return text
}
