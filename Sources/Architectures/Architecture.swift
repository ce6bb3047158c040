public import Components
public import Inputs
public import Units

/// An accelerator whose file passed every check; nothing in it is optional lookup any more.
public struct Architecture: Sendable {
  /// The decoded file.
  public let spec: ArchitectureSpec
  /// What the persistent buffer has for weights, zero where there is none; maps may have a part of it.
  public let persistentBytes: Bytes

  /// Checks that the values make sense together; throws one error that says everything that is wrong.
  public init(_ file: SpecFile) throws(InputError) {
    let reading = SpecReading(file)
    let spec = Self.read(reading)
    self.init(checked: try reading.finish(spec))
  }

  /// Checks what `edited` was decoded to, `file` with other values in it; the places of what is wrong
  /// are those in `edited`.
  init(
    _ spec: ArchitectureSpec, of file: SpecFile, edited: () throws(InputError) -> SpecFile
  ) throws(InputError) {
    var reading = SpecReading(file)
    Self.checkValues(spec, reading)
    if !reading.faults.isEmpty {
      reading = SpecReading(try edited())
      Self.checkValues(spec, reading)
    }
    self.init(checked: try reading.finish(spec))
  }

  init(checked spec: ArchitectureSpec) {
    self.spec = spec
    persistentBytes =
      (spec.memory.persistentBuffer?.size ?? .zero) - spec.mapsInPersistentBuffer
  }

  /// Decodes and checks a file, and leaves what is wrong in `reading`.
  ///
  /// Where something is wrong, the specification has placeholders for it.
  public static func read(_ reading: SpecReading) -> ArchitectureSpec? {
    guard let spec = reading.decode(ArchitectureSpec.self) else { return nil }
    check(spec, reading)
    return spec
  }

  /// The buffer that holds `operand`.
  public func buffer(for operand: Operand) -> BufferSpec {
    guard let buffer = spec.memory.buffers.first(where: { $0.holds.contains(operand) }) else {
      preconditionFailure("every operand has a buffer once the architecture is checked")
    }
    return buffer
  }

  private static func check(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    checkValues(spec, reading)
    AssumedSpec.check(spec.assumed, reading)
  }

  /// Checks what the model reads.
  private static func checkValues(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    reading.expect(
      (1_000_000...100_000_000_000).contains(spec.frequency.count), "frequency",
      "expected 1 MHz to 100 GHz, found \(spec.frequency)")
    for (key, overhead) in [
      ("layer_overhead", spec.layerOverhead),
      ("depthwise_overhead", spec.depthwiseOverhead ?? .zero),
    ] {
      reading.expect(
        overhead.count <= 1_000_000_000_000, key, "expected at most 1e12 cycles, found \(overhead)")
    }
    let widths = [
      ("input", spec.precision.input), ("weight", spec.precision.weight),
      ("output", spec.precision.output), ("accumulator", spec.precision.accumulator),
    ]
    for (key, bits) in widths {
      reading.expect(
        (1...64).contains(bits.count), "precision.\(key)",
        "expected 1 bit to 64 bit, found \(bits)")
    }
    if let power = spec.idlePower {
      reading.expect(
        EnergyTable.isPriced(power.value), "idle_power",
        "expected 0 or 1e-12 to 1e12 mW, found \(power)")
    }
    checkTransfers(spec.memory, reading)
    checkCompression(spec, reading)
    checkSharing(spec.memory, reading)
    checkBuffers(spec.memory.buffers, at: "memory.buffers", reading)
    checkLevels(spec, reading)
    checkVectorUnit(spec, reading)
    checkActivations(spec, reading)
    checkCores(spec, reading)
    checkCalibration(spec, reading)
    checkWeightDecoder(spec, reading)
  }

  private static func checkTransfers(_ memory: MemorySpec, _ reading: SpecReading) {
    let transfers = memory.transfers
    for (key, transfer) in [
      ("input", transfers.input), ("weight", transfers.weight), ("output", transfers.output),
    ] {
      let path = "memory.transfers.\(key)"
      reading.expect(
        (1...4096).contains(transfer.channelAlignment), "\(path).channel_alignment",
        "expected 1 to 4096, found \(transfer.channelAlignment)")
      let source = Operand(rawValue: key).flatMap { memory.source(of: $0, inside: nil) }
      let place = source.map { "memory.levels[\($0)]" } ?? "memory.dram"
      let supply = memory.supply(source).bandwidth
      reading.expect(
        transfer.bandwidth <= supply, "\(path).bandwidth",
        "\(transfer.bandwidth) is more than the \(supply) of \(place)", restsOn: [place])
    }
    for (key, transfer) in [("weight", transfers.weight), ("output", transfers.output)] {
      reading.expect(
        transfer.gather == .rows, "memory.transfers.\(key).gather",
        "only inputs have windows, leave it out")
    }
    let weight = transfers.weight
    reading.expect(
      weight.channelAlignment == 1 || !(1...4096).contains(weight.channelAlignment),
      "memory.transfers.weight.channel_alignment", "weights are dense, expected 1")
    reading.expect(
      weight.overlap != .streaming, "memory.transfers.weight.overlap",
      "weights cannot stream, expected none or ping-pong")
  }

  /// Checks that no memory is drawn on by more than it gives.
  private static func checkSharing(_ memory: MemorySpec, _ reading: SpecReading) {
    for source in [nil] + memory.levels.indices.map(Optional.some) {
      let (bandwidth, ports) = memory.supply(source)
      let draws = memory.draws(on: source)
      // One link of a memory that takes turns is compared by itself.
      guard let total = bandwidth.bytesPerSecond, draws.count > 1 || ports == .separate else {
        continue
      }
      // A link that is faster than the memory on its own is said already.
      guard draws.allSatisfy({ max($0.load, $0.store) <= bandwidth }) else { continue }
      let needed = draws.reduce(0) { sum, draw in
        let (load, store) = (draw.load.bytesPerSecond ?? 0, draw.store.bytesPerSecond ?? 0)
        return sum + (ports == .separate ? load + store : max(load, store))
      }
      let place = source.map { "memory.levels[\($0)]" } ?? "memory.dram"
      let draw =
        "draw up to \(Bandwidth(bytesPerSecond: needed)) together, found \(bandwidth); lower a link"
      reading.expect(
        needed <= total, "\(place).bandwidth",
        draws.count > 1
          ? "the links of \(draws.count) memories " + draw
          : "separate ports " + draw + " or use `ports: shared`",
        restsOn: ["memory.transfers", "memory.levels", place])
    }
  }

  static func checkBanks(
    of buffer: BufferSpec, at path: String, _ reading: SpecReading
  ) {
    guard let banks = buffer.banks else { return }
    let isDivided = banks >= 3 && buffer.size.count.isMultiple(of: banks)
    reading.expect(
      isDivided, "\(path).banks",
      "expected 3 or more equal parts of \(buffer.size), found \(banks)",
      restsOn: ["\(path).size"])
    reading.expect(
      !isDivided || Set(buffer.holds) == [.input, .output] && !buffer.pingPong, "\(path).banks",
      "banks are shared by input and output of a buffer without ping_pong",
      restsOn: ["\(path).holds", "\(path).ping_pong"])
  }

  /// Components beside the buffers in breakdowns of traffic, energy and area: no buffer may be called
  /// like one of them, for a breakdown has one entry per name.
  ///
  /// `pattern_buffer` is the memory of a sparse-repetition array.
  public static let reservedNames =
    ComponentID.named.map(\.name)
    + ["pattern_buffer", "multipliers", "adders", "registers"]

  /// Checks buffers that hold every operand once, at `path`.
  static func checkBuffers(
    _ buffers: [BufferSpec], at path: String, reserved: [String] = reservedNames,
    _ reading: SpecReading
  ) {
    var names = Set<String>()
    for (index, buffer) in buffers.enumerated() {
      let own = "\(path)[\(index)]"
      reading.expect(!buffer.name.isEmpty, "\(own).name", "must not be empty")
      reading.expect(
        names.insert(buffer.name).inserted || buffer.name.isEmpty, "\(own).name",
        "a second buffer named `\(buffer.name)`")
      checkName(buffer.name, at: own, reserved: reserved, reading)
      reading.expect(buffer.size.count > 0, "\(own).size", "must be more than 0 B")
      checkHolds(buffer.holds, at: own, reading)
      checkBanks(of: buffer, at: own, reading)
    }
    for operand in Operand.allCases {
      let holders = buffers.count { $0.holds.contains(operand) }
      reading.expect(
        holders == 1, path,
        holders == 0
          ? "no buffer holds `\(operand.rawValue)`"
          : "\(holders) buffers hold `\(operand.rawValue)`, expected one")
    }
  }

  /// Checks that a memory at `path` is not called like another component.
  static func checkName(
    _ name: String, at path: String, reserved: [String] = reservedNames, _ reading: SpecReading
  ) {
    reading.expect(
      !reserved.contains(name), "\(path).name",
      "`\(name)` is a reserved name, that of another component in reports")
  }

  /// Checks the operands of a memory at `path`; gives whether it holds some, each once.
  @discardableResult
  static func checkHolds(_ holds: [Operand], at path: String, _ reading: SpecReading) -> Bool {
    let isHolding = !holds.isEmpty && Set(holds).count == holds.count
    reading.expect(
      isHolding, "\(path).holds", "expected one or more of input, weight, output, each once")
    return isHolding
  }
}
