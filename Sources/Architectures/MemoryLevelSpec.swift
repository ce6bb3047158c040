public import Components
public import Units

/// A memory between DRAM and the buffers of the array.
public struct MemoryLevelSpec: Codable, Hashable, Sendable {
  /// Name in reports.
  public let name: String
  /// The operands that stop here on their way; others pass it by.
  public let holds: [Operand]
  /// Capacity, both halves together.
  public let size: Bytes
  /// Whether half of it is filled while the other half is used.
  public let pingPong: Bool
  /// Rate of the transfers between it and the next memory outside that holds their operand.
  public let link: Bandwidth
  /// What all links to the inside together may draw.
  public let bandwidth: Bandwidth
  /// Whether what goes inside and what comes from there have ports of their own or take turns on one.
  public let ports: DRAMSpec.Ports
}

extension MemoryLevelSpec: DescribedKeys {
  /// What its keys do.
  public static let notes = [
    KeyNote("name", "Its name in reports"),
    KeyNote(
      "holds", "Operands that stop here on their way: input, weight, output; others pass it by"),
    KeyNote("size", "Capacity of all operands together, both halves where there are two"),
    KeyNote("ping_pong", "Whether one half is filled while the other is used"),
    KeyNote(
      "link", "Rate of the transfers between it and the next memory outside that holds the operand"),
    KeyNote("bandwidth", "What all links to the inside together may draw"),
    KeyNote(
      "ports", "Whether reads from inside and writes from there proceed side by side or take turns"),
  ]
}

extension MemorySpec {
  /// The memory outside of a level or, with `nil`, of the buffers, that holds `operand`: a place in
  /// `levels`, nil for DRAM.
  public func source(of operand: Operand, inside level: Int?) -> Int? {
    levels.indices.prefix(level ?? levels.count).last { levels[$0].holds.contains(operand) }
  }

  /// The rates of the links that an operand passes between DRAM and its buffer, from DRAM inwards.
  public func links(of operand: Operand) -> [Bandwidth] {
    let own =
      switch operand {
      case .input: transfers.input.bandwidth
      case .weight: transfers.weight.bandwidth
      case .output: transfers.output.bandwidth
      }
    return levels.filter { $0.holds.contains(operand) }.map(\.link) + [own]
  }

  /// What the links of a memory to its inside may draw together, and whether reads and writes take turns.
  public func supply(_ source: Int?) -> (bandwidth: Bandwidth, ports: DRAMSpec.Ports) {
    source.map { (levels[$0].bandwidth, levels[$0].ports) } ?? (dram.bandwidth, dram.ports)
  }
}

extension MemorySpec {
  /// What a memory to the inside draws on one outside, and gives to it.
  struct Draw {
    var load = Bandwidth(bytesPerSecond: 0)
    var store = Bandwidth(bytesPerSecond: 0)
  }

  /// What each memory inside of `source` that has a link to it draws.
  func draws(on source: Int?) -> [Draw] {
    func draw(_ inside: Int?, _ rate: (Operand) -> Bandwidth?) -> Draw? {
      var (draw, isLinked) = (Draw(), false)
      for operand in Operand.allCases {
        guard let rate = rate(operand), self.source(of: operand, inside: inside) == source else {
          continue
        }
        isLinked = true
        if operand == .output {
          draw.store = max(draw.store, rate)
        } else {
          draw.load = max(draw.load, rate)
        }
      }
      return isLinked ? draw : nil
    }
    let first = source.map { $0 + 1 } ?? 0
    let inner = (first..<max(first, levels.count)).compactMap { index in
      draw(index) { levels[index].holds.contains($0) ? levels[index].link : nil }
    }
    let buffers = draw(nil) { links(of: $0).last }
    return inner + (buffers.map { [$0] } ?? [])
  }
}

extension Architecture {
  /// The most levels between DRAM and the buffers: more than any chip has (assumed).
  static let mostLevels = 4

  /// Checks the levels between DRAM and the buffers, and what a design that has some cannot have.
  static func checkLevels(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    let memory = spec.memory
    guard !memory.levels.isEmpty else { return }
    reading.expect(
      memory.levels.count <= mostLevels, "memory.levels",
      "expected at most \(mostLevels), found \(memory.levels.count)")
    for index in memory.levels.indices { checkLevel(index, memory, reading) }
    reading.expect(
      (memory.persistentBuffer?.size ?? .zero) == .zero, "memory.persistent_buffer",
      "weights that stay across inferences come from DRAM, leave it out or leave `levels` out",
      restsOn: ["memory.levels"])
    reading.expect(
      spec.activations.map { $0.policy == .none } ?? true, "activations.policy",
      "maps that stay on chip are known beside DRAM only, expected `none` with `memory.levels`",
      restsOn: ["memory.levels"])
    reading.expect(
      spec.coreCount == 1, "cores.count",
      "every core would have levels of its own, expected 1 with `memory.levels`",
      restsOn: ["memory.levels"])
    for (key, transfer) in [("input", memory.transfers.input), ("output", memory.transfers.output)]
    {
      reading.expect(
        transfer.compression == nil, "memory.transfers.\(key).compression",
        "maps are coded on their way to DRAM, not to a level, leave it out",
        restsOn: ["memory.levels"])
    }
    for (index, buffer) in memory.buffers.enumerated() {
      reading.expect(
        buffer.banks == nil, "memory.buffers[\(index)].banks",
        "banks are filled from DRAM, leave them out with `memory.levels`",
        restsOn: ["memory.levels"])
    }
  }

  private static func checkLevel(_ index: Int, _ memory: MemorySpec, _ reading: SpecReading) {
    let (level, path) = (memory.levels[index], "memory.levels[\(index)]")
    reading.expect(!level.name.isEmpty, "\(path).name", "must not be empty")
    let names = memory.buffers.map(\.name) + memory.levels.prefix(index).map(\.name)
    reading.expect(
      !names.contains(level.name) || level.name.isEmpty, "\(path).name",
      "a second memory named `\(level.name)`", restsOn: ["memory.buffers"])
    checkName(level.name, at: path, reading)
    reading.expect(level.size.count > 0, "\(path).size", "must be more than 0 B")
    let isHolding = checkHolds(level.holds, at: path, reading)
    guard isHolding, level.size.count > 0 else { return }
    let needed = bytesInside(index, memory)
    reading.expect(
      level.size >= needed, "\(path).size",
      "expected at least the \(needed) of what it feeds, found \(level.size)",
      restsOn: ["memory.buffers", "memory.levels"])
  }

  /// Bytes of the memories that a level fills, twice where it has two halves and they have one.
  ///
  /// A level of that size has room for everything that they have.
  private static func bytesInside(_ index: Int, _ memory: MemorySpec) -> Bytes {
    let level = memory.levels[index]
    func copies(_ pingPong: Bool) -> Int { level.pingPong && !pingPong ? 2 : 1 }
    var counted: Set<String> = []
    var bytes = Bytes.zero
    for operand in level.holds {
      let inner = memory.levels.dropFirst(index + 1).first { $0.holds.contains(operand) }
      let buffer = memory.buffers.first { $0.holds.contains(operand) }
      let next =
        inner.map { ($0.name, $0.size, $0.pingPong) }
        ?? buffer.map { ($0.name, $0.size, $0.pingPong) }
      guard let (name, size, pingPong) = next, counted.insert(name).inserted,
        size.count < 1 << 50
      else { continue }
      bytes = bytes + size * copies(pingPong)
    }
    return bytes
  }
}
