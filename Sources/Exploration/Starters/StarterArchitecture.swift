/// An array that a new architecture can begin with: the text of its `datapath`, of the links and buffers
/// that suit it, and what it is run with.
///
/// All figures are assumed; they are round ones that run.
struct StarterArchitecture: Sendable {
  /// The kind of the array in files.
  let kind: String
  /// What the array is, for the file's first comment and summary.
  let text: String
  /// The lines below `datapath:`, after its kind.
  let datapath: String
  /// Bits of the operands; sums have 32.
  var operandBits = 8
  /// Whether links take turns on one port, and what the transfers of each operand overlap with.
  var overlaps = (input: "streaming", weight: "ping-pong", output: "streaming")
  /// The entries of `memory.buffers`.
  let buffers: String
  /// Whether it does nothing without weights, so that a run needs a file of them.
  var needsWeights = false

  /// One for every kind of array.
  static let all: [StarterArchitecture] = [
    StarterArchitecture(
      kind: "dot-product-array",
      text: "engines that multiply channels and taps of a window and add the products up",
      datapath: """
          output_channels: 16          # engines side by side along output channels
          input_channels: 16           # and along input channels
          taps: 1                      # multipliers of an engine: taps of a kernel taken at once
          pixels: 1                    # output pixels side by side
          sweep: output-pixels         # what a cycle of a pass takes in: output-pixels or input-pixels
          pointwise: single-tap        # taps in a 1 x 1 kernel: single-tap, or fold-input for further channels
          depthwise_channels: 16       # channels of a depthwise convolution side by side
          pass_overhead: 0 cycles      # between two passes over the map
        """, buffers: separate),
    StarterArchitecture(
      kind: "systolic-array",
      text: "a grid of elements that pass operands from neighbour to neighbour",
      datapath: """
          rows: 32
          columns: 32
          dataflow: weight-stationary  # what stays: output-, weight- or input-stationary
          folds: overlapped            # serial: each fold fills and drains by itself
          stationary_load: hidden      # exposed: before each fold, not during the one before
        """, buffers: separate),
    StarterArchitecture(
      kind: "sparse-repetition-array",
      text: "adders for quantized weights that skip zeros and build repeated sums once",
      datapath: """
          mode: sparse-repetition      # or dense, sparse, repetition: neither or one of them
          reuse: trie                  # direct: each sum is built on its own
          tile_width: 4                # columns of a pattern, 1 to 12
          filter_block: 256            # filters that share the sums of a tile
          pixels: 16                   # output pixels side by side
          pattern_adders: 8            # vector adders that build sums of patterns
          merge_adders: 56             # and those that add them to partial sums
          activation_loads: 2          # vectors of activations loaded per cycle
          weight_bits_per_cycle: 1024
          pattern_banks: 16            # of the buffer of sums; 0 where it never conflicts
          zero_tiles: skipped          # visited: an all-zero tile takes a cycle
          dead_columns: skipped        # loaded: activations that no filter uses are loaded too
          activation_width: 8 bit
        """, buffers: separate, needsWeights: true),
    StarterArchitecture(
      kind: "sparse-gemm-array",
      text: "multipliers behind a flexible network that leave out zero weights",
      datapath: """
          multipliers: 256             # a power of two
          distribution_bandwidth: 128  # elements that the network delivers per cycle
          kernels_per_tile: 512        # kernels that are worked on together at most
        """, buffers: separate, needsWeights: true),
    StarterArchitecture(
      kind: "row-stationary-array",
      text: "a grid of elements in which rows of weights stay and meet rows of the input",
      datapath: """
          rows: 12
          columns: 14
          input_scratchpad: 12         # words of an element: a window of each of its channels
          weight_scratchpad: 224       # a kernel row of each of its channels and kernels
          sum_scratchpad: 24           # a sum of each of its kernels
          input_bus: 4                 # words that enter the array per cycle
          weight_bus: 4
          sum_bus: 4                   # and as many sums leave
        """, overlaps: ("ping-pong", "ping-pong", "none"),
      buffers: """
            - {name: global_buffer, holds: [input, output], size: 128 KiB, ping_pong: false}
            - {name: weight_buffer, holds: [weight], size: 16 KiB, ping_pong: false}
        """),
    StarterArchitecture(
      kind: "tensor-core-array",
      text: "cores with matrix units that work on tiles of a product in waves",
      datapath: """
          cores: 16
          macs: 1024                   # multiply-accumulates of a core per cycle
          tiles:                       # the shapes that there are; the fastest one is taken
            - {rows: 128, columns: 128}
            - {rows: 64, columns: 64}
          attention_rows: 64           # queries of a block of attention
        """, operandBits: 16, overlaps: ("ping-pong", "ping-pong", "ping-pong"),
      buffers: """
            - {name: shared_cache, holds: [input, weight], size: 8 MiB, ping_pong: false}
            - {name: register_file, holds: [output], size: 4 MiB, ping_pong: false}
        """),
  ]

  private static let separate = """
        - {name: input_buffer, holds: [input], size: 512 KiB, ping_pong: true}
        - {name: weight_buffer, holds: [weight], size: 512 KiB, ping_pong: true}
        - {name: output_buffer, holds: [output], size: 512 KiB, ping_pong: true}
    """

  /// The commands that try a file out.
  func trial(_ file: String) -> [String] {
    guard needsWeights else { return ["umemaki run \(file) resnet20-cifar"] }
    return [
      "umemaki make-weights resnet20-cifar -o weights.h5",
      "umemaki quantize weights.h5 --scheme signed-binary -o quantized.h5",
      "umemaki run \(file) resnet20-cifar --weights quantized.h5",
    ]
  }

  /// The file's text below the line of its schema.
  func text(name: String, file: String) -> String {
    """
    # A design to start from: \(text).
    # All figures are assumed. Every key is described in the schema above, and by the editor that reads it.
    #
    \((["umemaki check \(file)"] + trial(file)).map { "#   \($0)" }.joined(separator: "\n"))
    name: "\(name)"
    summary: "\(kind) to start from: \(text)."
    source: "assumed: round figures to start from"
    frequency: 1 GHz               # the clock of array and buffers
    layer_overhead: 0 cycles       # before a layer's first transfer, such as a driver call
    precision:
      input: \(operandBits) bit
      weight: \(operandBits) bit
      output: \(operandBits) bit
      accumulator: 32 bit          # a partial sum
    datapath:
      kind: \(kind)
    \(datapath)
    memory:
      dram:
        bandwidth: 20 GB/s         # what all links together may draw; or unlimited
        ports: shared              # separate: reads and writes proceed side by side
      transfers:                   # a link for each operand; overlap: none, ping-pong or streaming
        input: {bandwidth: 20 GB/s, overlap: \(overlaps.input), channel_alignment: 1}
        weight: {bandwidth: 20 GB/s, overlap: \(overlaps.weight), channel_alignment: 1}
        output: {bandwidth: 20 GB/s, overlap: \(overlaps.output), channel_alignment: 1}
      buffers:                     # ping_pong: half of it is filled while the other half is used
    \(buffers)
    energy: {table: horowitz-45nm, dram: ddr4-18}   # umemaki list energy-tables, dram-presets

    """
  }
}
