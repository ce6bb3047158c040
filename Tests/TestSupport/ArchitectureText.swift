/// An architecture as text; the defaults never stall.
public struct ArchitectureText {
  /// An architecture of defaults.
  public init() {}

  /// The datapath section.
  public var datapath = """
    {kind: systolic-array, rows: 4, columns: 4, dataflow: weight-stationary, folds: serial, \
    stationary_load: exposed}
    """
  /// Cycles before a layer.
  public var overhead = 0
  /// Operand widths.
  public var bits = (input: 8, weight: 8, output: 8, accumulator: 32)
  /// Whether reads and writes take turns.
  public var ports = "separate"
  /// Megabytes per second, nil for unlimited.
  public var rates: (input: Int?, weight: Int?, output: Int?) = (nil, nil, nil)
  /// What the transfers overlap with.
  public var overlaps = (input: "ping-pong", weight: "ping-pong", output: "ping-pong")
  /// Channels that stand together in DRAM.
  public var alignments = (input: 1, output: 1)
  /// What the transfer of inputs leaves out; nil for the default.
  public var gather: String?
  /// The code of the links of maps with a comma before it; nothing for none.
  public var code = ""
  /// More sections.
  public var more = ""
  /// Bytes of the buffers.
  public var sizes = (input: 1 << 20, weight: 1 << 20, output: 1 << 20)
  /// Whether the buffers have two halves.
  public var pingPong = (input: true, weight: true, output: true)
  /// Bytes of the persistent buffer, nil for none.
  public var persistent: Int?
  /// Memories between DRAM and the buffers, from DRAM inwards.
  public var levels: [LevelText] = []

  /// A memory between DRAM and the buffers as text; its inside may draw anything.
  public struct LevelText {
    /// What it is called.
    public var name: String
    /// Operands that stop there.
    public var holds: [String]
    /// Bytes.
    public var size: Int
    /// Whether it has two halves.
    public var pingPong: Bool
    /// Megabytes per second from and to the outside.
    public var link: Int
    /// Whether reads and writes of its inside take turns.
    public var ports: String

    /// Makes one.
    public init(
      name: String, holds: [String], size: Int, pingPong: Bool, link: Int, ports: String
    ) {
      self.name = name
      self.holds = holds
      self.size = size
      self.pingPong = pingPong
      self.link = link
      self.ports = ports
    }

    var text: String {
      "    - {name: \(name), holds: [\(holds.joined(separator: ", "))], size: \(size) B, "
        + "ping_pong: \(pingPong), link: \(link) MB/s, bandwidth: unlimited, ports: \(ports)}\n"
    }
  }

  /// What `separate` ports draw together.
  private var dram: Int? {
    guard levels.isEmpty, let input = rates.input, let weight = rates.weight,
      let output = rates.output
    else {
      return nil
    }
    return max(input, weight) + output
  }

  private func rate(_ megabytes: Int?) -> String { megabytes.map { "\($0) MB/s" } ?? "unlimited" }

  /// The file.
  public var text: String {
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
    channel_alignment: \(alignments.input)\(gather.map { ", gather: \($0)" } ?? "")\(code)}
        weight: {bandwidth: \(rate(rates.weight)), overlap: \(overlaps.weight), \
    channel_alignment: 1}
        output: {bandwidth: \(rate(rates.output)), overlap: \(overlaps.output), \
    channel_alignment: \(alignments.output)\(code)}
    \(levels.isEmpty ? "" : "  levels:\n" + levels.map(\.text).joined())\
      buffers:
        - {name: input_buffer, holds: [input], size: \(sizes.input) B, \
    ping_pong: \(pingPong.input)}
        - {name: weight_buffer, holds: [weight], size: \(sizes.weight) B, \
    ping_pong: \(pingPong.weight)}
        - {name: output_buffer, holds: [output], size: \(sizes.output) B, \
    ping_pong: \(pingPong.output)}
    \(persistent.map { "  persistent_buffer: {size: \($0) B}\n" } ?? "")\
    energy: {table: horowitz-45nm, dram: ddr4-18}
    \(more)

    """
  }
}
