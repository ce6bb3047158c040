public import Networks

/// A small layer on a small accelerator, for putting the cost model beside its cycle-stepped twin.
public struct DifferentialCase: Sendable, Hashable {
  /// Parameters of the datapath, each one line of its `datapath` section; `kind` first.
  public var datapath: [Parameter]
  /// Bytes per cycle of the links in tenths, nil for unlimited.
  public var rates: PerOperand<Int?>
  /// What the transfers overlap with.
  public var overlaps: PerOperand<String>
  /// Whether the buffers have two halves.
  public var pingPong: PerOperand<Bool>
  /// Bytes of the buffers.
  public var sizes: PerOperand<Int>
  /// Banks of a buffer of the input's size that input and results share; nil for buffers apart.
  public var banks: Int?
  /// Whether the mapper follows the rule of the Eyeriss chip; only with banks.
  public var followsChip = false
  /// Channel alignment in DRAM; weights are dense.
  public var alignment: PerOperand<Int>
  /// What the transfer of the input leaves out; nil for the default.
  public var gather: String?
  /// Whether reads and writes take turns.
  public var sharesPort: Bool
  /// Whether quantized weights are packed.
  public var packsWeights: Bool
  /// The layer.
  public var layer: DifferentialLayer
  /// Images.
  public var batch: Int
  /// Bytes of the layer's weights that are on chip.
  public var residency: Int
  /// How the weights are quantized, nil for full precision.
  public var scheme: String?
  /// Seed of the layer's numbers.
  public var values: UInt64
  /// What of its maps is on chip and what comes beside them; nil where the input is read and the result
  /// is written.
  var moves: MovesCase?
  /// The code of maps on the links; nil for maps that cross as they are.
  public var code: LinkCase?
  /// Memories between DRAM and the buffers; nil where there is none.
  var levels: LevelsCase?
  /// A case of a vector unit instead of an array's; everything else is then unused.
  var vector: VectorCase?
  /// A case of maps on chip instead; everything else is then unused.
  var maps: MapCase?

  /// A key and its value.
  public struct Parameter: Sendable, Hashable {
    /// The key.
    public var key: String
    /// The value as text.
    public var value: String
    /// The least value that shrinking may try, nil for a value that is no number.
    public var least: Int?
  }

  /// One value per operand.
  public struct PerOperand<Value: Sendable & Hashable>: Sendable, Hashable {
    /// Of input activations.
    public var input: Value
    /// Of weights.
    public var weight: Value
    /// Of results.
    public var output: Value
  }

  /// Whether elements own the rows of the weights and leave zero activations out.
  var bindsRows: Bool { datapath.contains { $0.key == "binding" && $0.value == "row" } }

  /// Whether a channel of a group is one of those that hold zeros only.
  ///
  /// Of n channels as many are left as round to their share, one at least unless none is; they lie as
  /// evenly as they can, the last channel among them.
  func isZero(_ channel: Int, of channels: Int) -> Bool {
    let percent = code?.zeros[0] ?? layer.zeroPercent
    guard percent < 100 else { return true }
    let left = max(1, Int((Double(channels) * (1 - Double(percent) / 100)).rounded()))
    return (channel + 1) * left / channels == channel * left / channels
  }

  /// The kind of the datapath.
  public var kind: String { datapath.first?.value ?? "" }

  /// Whether a transfer may arrive or leave while its own tile computes, or links take turns.
  ///
  /// Elsewhere the cost model has to agree with its twin to the cycle.
  public var sharesBandwidth: Bool {
    vector == nil && maps == nil
      && (sharesArrayPort || overlaps.input == "streaming" || overlaps.output == "streaming")
  }

  /// A rate in tenths of bytes per cycle at 100 MHz.
  static func rate(_ tenths: Int?) -> String { tenths.map { "\($0 * 10) MB/s" } ?? "unlimited" }

  /// The architecture file.
  public var architecture: String {
    let dram: Int?
    if levels != nil {
      dram = supply
    } else if let input = rates.input, let weight = rates.weight, let output = rates.output {
      dram = sharesPort ? max(input, weight, output) : max(input, weight) + output
    } else {
      dram = nil
    }
    let parameters = datapath.map { "  \($0.key): \($0.value)" }.joined(separator: "\n")
    func transfer(
      _ bandwidth: Int?, _ overlap: String, _ alignment: Int, _ more: String...
    ) -> String {
      "{bandwidth: \(Self.rate(bandwidth)), overlap: \(overlap), channel_alignment: \(alignment)"
        + more.joined() + "}"
    }
    func buffer(_ operand: String, _ size: Int, _ pingPong: Bool) -> String {
      "    - {name: \(operand)_buffer, holds: [\(operand)], size: \(size) B, ping_pong: \(pingPong)}"
    }
    var buffers = [buffer("weight", sizes.weight, pingPong.weight)]
    if let banks {
      let size = sizes.input / banks * banks
      buffers.append(
        "    - {name: banked_buffer, holds: [input, output], size: \(size) B, ping_pong: false, "
          + "banks: \(banks)}")
    } else {
      buffers += [
        buffer("input", sizes.input, pingPong.input),
        buffer("output", sizes.output, pingPong.output),
      ]
    }
    return """
      name: case
      summary: a generated case
      source: generated
      frequency: 100 MHz
      layer_overhead: 0 cycles
      precision: {input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}
      datapath:
      \(parameters)
      memory:
        dram: {bandwidth: \(Self.rate(dram)), ports: \(sharesPort ? "shared" : "separate")}
        packs_weights: \(packsWeights)
        transfers:
          input: \(transfer(rates.input, overlaps.input, alignment.input, gather.map { ", gather: \($0)" } ?? "", code?.input ?? ""))
          weight: \(transfer(rates.weight, overlaps.weight, 1))
          output: \(transfer(rates.output, overlaps.output, alignment.output, code?.output ?? ""))
        buffers:
      \(buffers.joined(separator: "\n"))\(levelLines)
        \(levels == nil ? "persistent_buffer: {size: 1 MiB}" : "")
      energy: {table: horowitz-45nm, dram: ddr4-18}
      \(moves == nil ? "" : "activations: {policy: resident, capacity: 1 MiB}")
      \(followsChip ? banks.map { "mapping: {rule: eyeriss, banks: \(max(3, $0 - 1)), kernels: 96}" } ?? "" : "")
      \(levels?.rule.map { "mapping: {rule: \($0)}" } ?? "")

      """
  }
}

/// The shape of a case's layer; one group's kernels and channels.
public struct DifferentialLayer: Sendable, Hashable {
  /// Whether each channel is convolved on its own.
  public var isDepthwise: Bool
  /// Output channels of a group.
  public var kernels: Int
  /// Input channels of a group.
  public var channels: Int
  /// Groups.
  public var groups: Int
  /// Kernel rows.
  public var kernelRows: Int
  /// Kernel columns.
  public var kernelColumns: Int
  /// Output rows; the input is as large as they need, and larger by `spare`.
  public var outputRows: Int
  /// Output columns.
  public var outputColumns: Int
  /// Step of the window.
  public var stride: Int
  /// Zero rows and columns on each side.
  public var padding: Int
  /// Rows and columns after the last window, fewer than a stride.
  public var spare = 0
  /// What differs between the directions and sides; nil for a plain window.
  public var uneven: Uneven?
  /// Whether the kernels are made for each image, as in a product of two activations.
  public var isProduct = false
  /// Share of the input channels that hold zeros only, in percent, where no code says another.
  public var zeroPercent = 0

  /// Steps, gaps and sides that need not be equal.
  public struct Uneven: Sendable, Hashable {
    /// Step along the columns.
    public var columnStride = 1
    /// Rows from one tap to the next.
    public var rowDilation = 1
    /// Columns from one tap to the next.
    public var columnDilation = 1
    /// Zero rows below the map; those above it are the padding.
    public var below = 0
    /// Zero columns left of the map.
    public var left = 0
    /// Zero columns right of it.
    public var right = 0
    /// Rows and columns from one element of the map to the next: a transposed convolution.
    public var spread = 1
  }

  /// The layer, nil where the padding would be all of the map.
  public var layer: Layer? {
    var layer = plainLayer
    if zeroPercent > 0 {
      layer?.zeros = ZeroShares(reads: [Double(zeroPercent) / 100], written: nil)
    }
    return layer
  }

  private var plainLayer: Layer? {
    guard spare < stride else { return nil }
    if isProduct {
      return Layer(
        name: "case", product: .matrixProduct, kernels: kernels * groups,
        channels: channels * groups, positions: outputRows * outputColumns, groups: groups,
        kernelRole: .activation)
    }
    let uneven =
      uneven ?? Uneven(columnStride: stride, below: padding, left: padding, right: padding)
    guard
      let rows = axis(
        outputRows, kernelRows, stride, uneven.rowDilation, padding, uneven.below, uneven.spread),
      let columns = axis(
        outputColumns, kernelColumns, uneven.columnStride, uneven.columnDilation, uneven.left,
        uneven.right, uneven.spread)
    else { return nil }
    return Layer(
      name: "case", operation: isDepthwise ? .depthwiseConvolution : .convolution,
      kernels: isDepthwise ? channels * groups : kernels * groups, channels: channels * groups,
      rows: rows, columns: columns, groups: groups)
  }

  /// The direction with `outputs` windows.
  private func axis(
    _ outputs: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int,
    _ spread: Int
  ) -> WindowAxis? {
    let padded = (outputs - 1) * stride + dilation * (kernel - 1) + 1 + min(spare, stride - 1)
    let covered = padded - before - after
    guard covered > 0 else { return nil }
    let extent = (covered - 1) / spread + 1
    return WindowAxis(
      extent: extent, kernel: kernel, stride: stride, dilation: dilation, before: before,
      after: padded - before - (extent - 1) * spread - 1, spread: spread)
  }
}

extension DifferentialCase: CustomStringConvertible {
  /// The case as text: the architecture file and what runs on it.
  public var description: String {
    if let vector { return vector.text(code) }
    if let maps { return maps.description }
    return """
      \(architecture)# layer: \(layer)
      # zeros \(code?.zeros.description ?? "unknown")
      # \(moves.map { "\($0)" } ?? "all maps in DRAM")
      # \(levels.map { "\($0)" } ?? "no levels")
      # batch \(batch), \(residency) B of the weights on chip, \
      \(scheme ?? "full-precision") weights, values from seed \(values)
      """
  }
}
