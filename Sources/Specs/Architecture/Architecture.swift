public import Inputs
public import Units

/// An accelerator whose file passed every check; nothing in it is optional lookup any more.
public struct Architecture: Sendable {
  /// The decoded file.
  public let spec: ArchitectureSpec
  /// The persistent buffer's capacity, zero where there is none.
  public let persistentBytes: Bytes

  /// Checks that the values make sense together.
  public init(_ file: SpecFile) throws(InputError) {
    try self.init(file.decode(ArchitectureSpec.self), of: file)
  }

  /// Checks a decoded file.
  init(_ spec: ArchitectureSpec, of file: SpecFile) throws(InputError) {
    try file.locating { () throws(SpecError) in try Self.check(spec) }
    self.spec = spec
    persistentBytes = spec.memory.persistentBuffer?.size ?? .zero
  }

  /// The buffer that holds `operand`.
  public func buffer(for operand: Operand) -> BufferSpec {
    guard let buffer = spec.memory.buffers.first(where: { $0.holds.contains(operand) }) else {
      preconditionFailure("every operand has a buffer once the architecture is checked")
    }
    return buffer
  }

  private static func check(_ spec: ArchitectureSpec) throws(SpecError) {
    guard (1_000_000...100_000_000_000).contains(spec.frequency.count) else {
      throw SpecError("frequency", "expected 1 MHz to 100 GHz, found \(spec.frequency)")
    }
    for (key, overhead) in [
      ("layer_overhead", spec.layerOverhead),
      ("depthwise_overhead", spec.depthwiseOverhead ?? .zero),
    ] where overhead.count > 1_000_000_000_000 {
      throw SpecError(key, "expected at most 1e12 cycles, found \(overhead)")
    }
    let widths = [
      ("input", spec.precision.input), ("weight", spec.precision.weight),
      ("output", spec.precision.output), ("accumulator", spec.precision.accumulator),
    ]
    for (key, bits) in widths where !(1...64).contains(bits.count) {
      throw SpecError("precision.\(key)", "expected 1 bit to 64 bit, found \(bits)")
    }
    let transfers = spec.memory.transfers
    for (key, transfer) in [
      ("input", transfers.input), ("weight", transfers.weight), ("output", transfers.output),
    ] {
      guard (1...4096).contains(transfer.channelAlignment) else {
        throw SpecError(
          "memory.transfers.\(key).channel_alignment",
          "expected 1 to 4096, found \(transfer.channelAlignment)")
      }
      guard transfer.bandwidth <= spec.memory.dram.bandwidth else {
        throw SpecError(
          "memory.transfers.\(key).bandwidth",
          "\(transfer.bandwidth) is more than the \(spec.memory.dram.bandwidth) of memory.dram")
      }
    }
    for (key, transfer) in [("weight", transfers.weight), ("output", transfers.output)]
    where transfer.gather != .rows {
      throw SpecError("memory.transfers.\(key).gather", "only inputs have windows, leave it out")
    }
    guard transfers.weight.channelAlignment == 1 else {
      throw SpecError("memory.transfers.weight.channel_alignment", "weights are dense, expected 1")
    }
    guard transfers.weight.overlap != .streaming else {
      throw SpecError(
        "memory.transfers.weight.overlap", "weights cannot stream, expected none or ping-pong")
    }
    try checkSharing(spec.memory)
    try checkBuffers(spec.memory)
    try checkMapping(spec)
  }

  private static func checkSharing(_ memory: MemorySpec) throws(SpecError) {
    guard memory.dram.ports == .separate, let total = memory.dram.bandwidth.bytesPerSecond else {
      return
    }
    let reads = max(memory.transfers.input.bandwidth, memory.transfers.weight.bandwidth)
    let writes = memory.transfers.output.bandwidth
    let needed = (reads.bytesPerSecond ?? 0) + (writes.bytesPerSecond ?? 0)
    guard needed <= total else {
      throw SpecError(
        "memory.dram.bandwidth",
        "separate ports draw up to \(Bandwidth(bytesPerSecond: needed)) together, found "
          + "\(memory.dram.bandwidth); lower a link or use `ports: shared`")
    }
  }

  /// The chip's rule deals banks out.
  private static func checkMapping(_ spec: ArchitectureSpec) throws(SpecError) {
    guard let mapping = spec.mapping else { return }
    try mapping.check()
    guard mapping.rule != .eyeriss || spec.memory.buffers.contains(where: { $0.banks != nil })
    else {
      throw SpecError(
        "mapping.rule", "`eyeriss` deals banks out, expected a buffer with `banks` or `fastest`")
    }
  }

  private static func checkBanks(of buffer: BufferSpec, at path: String) throws(SpecError) {
    guard let banks = buffer.banks else { return }
    guard banks >= 3, buffer.size.count.isMultiple(of: banks) else {
      throw SpecError(
        "\(path).banks", "expected 3 or more equal parts of \(buffer.size), found \(banks)")
    }
    guard Set(buffer.holds) == [.input, .output], !buffer.pingPong else {
      throw SpecError(
        "\(path).banks", "banks are shared by input and output of a buffer without ping_pong")
    }
  }

  /// Components beside the buffers in breakdowns of traffic, energy and area: no buffer may be called
  /// like one of them, for a breakdown has one entry per name.
  ///
  /// `pattern_buffer` is the memory of a sparse-repetition array.
  public static let reservedNames = [
    "dram", "dram_read", "dram_write", "persistent_buffer", "pattern_buffer", "multiply", "add",
    "register", "leakage", "multipliers", "adders", "registers",
  ]

  private static func checkBuffers(_ memory: MemorySpec) throws(SpecError) {
    var names = Set<String>()
    for (index, buffer) in memory.buffers.enumerated() {
      guard !buffer.name.isEmpty else {
        throw SpecError("memory.buffers[\(index)].name", "must not be empty")
      }
      guard names.insert(buffer.name).inserted else {
        throw SpecError("memory.buffers[\(index)].name", "a second buffer named `\(buffer.name)`")
      }
      guard !reservedNames.contains(buffer.name) else {
        throw SpecError(
          "memory.buffers[\(index)].name",
          "`\(buffer.name)` is a reserved name, that of another component in reports")
      }
      guard buffer.size.count > 0 else {
        throw SpecError("memory.buffers[\(index)].size", "must be more than 0 B")
      }
      guard !buffer.holds.isEmpty, Set(buffer.holds).count == buffer.holds.count else {
        throw SpecError(
          "memory.buffers[\(index)].holds",
          "expected one or more of input, weight, output, each once")
      }
      try checkBanks(of: buffer, at: "memory.buffers[\(index)]")
    }
    for operand in Operand.allCases {
      let holders = memory.buffers.filter { $0.holds.contains(operand) }
      guard holders.count == 1 else {
        throw SpecError(
          "memory.buffers",
          holders.isEmpty
            ? "no buffer holds `\(operand.rawValue)`"
            : "\(holders.count) buffers hold `\(operand.rawValue)`, expected one")
      }
    }
  }
}
