public import Architectures
public import Units

/// A line of a bill: what was paid for, how often, and at which price.
public struct EnergyLine: Hashable, Sendable {
  /// What is counted.
  public enum Paid: Hashable, Sendable {
    /// Times that an action happened.
    case action(Action)
    /// Bits read from the component.
    case bitsRead
    /// Bits written to it.
    case bitsWritten
    /// Seconds.
    case seconds

    /// What reports call it.
    public var name: String {
      switch self {
      case .action(.macs): "macs"
      case .action(.laneOperations): "lane_operations"
      case .action(.multiplications): "multiplications"
      case .action(.additions): "additions"
      case .action(.narrowAdditions): "narrow_additions"
      case .action(.inputReads): "input_reads"
      case .action(.weightReads): "weight_reads"
      case .action(.outputReads): "output_reads"
      case .action(.outputWrites): "output_writes"
      case .action(.registerAccesses): "register_accesses"
      case .action(.localReads): "local_reads"
      case .action(.localWrites): "local_writes"
      case .action(.vectorOperations): "vector_operations"
      case .action(.linkBytes): "link_bytes"
      case .action(.decodedWeights): "decoded_weights"
      case .bitsRead: "bits_read"
      case .bitsWritten: "bits_written"
      case .seconds: "seconds"
      }
    }
  }

  /// Who is paid.
  public let component: ComponentID
  /// What reports call it.
  public let name: String
  /// What is counted.
  public let paid: Paid
  /// How many of them, or how many seconds.
  public let count: Double
  /// The price of each, or of each second.
  public let price: Picojoules
  /// Their product.
  public let energy: Picojoules
  /// Where the price comes from.
  public let origins: [PriceOrigin]
  /// How the price is made of several of these; empty for one.
  public let rule: String
}

extension EnergyModel {
  /// What an operation was paid for, line by line: the lines of a component add up to its energy in `cost`.
  ///
  /// Lines without a count are left out. Costs of cores of several kinds are priced each by its own kind,
  /// which this model knows nothing of.
  public func bill(of cost: LayerCost) -> [EnergyLine] {
    let moved = MovedBits(cost.traffic)
    var lines: [EnergyLine] = []
    for entry in entries {
      for term in entry.terms {
        let paid: (EnergyLine.Paid, Double, Picojoules)
        switch term {
        case .action(let action, let price):
          paid = (.action(action), Double(cost.work[action]), price)
        case .readBit(let price): paid = (.bitsRead, moved.read[entry.level], price)
        case .writtenBit(let price): paid = (.bitsWritten, moved.written[entry.level], price)
        case .time(let power):
          // Milliwatts are 1e9 picojoules each second.
          paid = (.seconds, frequency.seconds(cost.total), Picojoules(power.value * 1e9))
        }
        guard paid.1 > 0 else { continue }
        let (origins, rule) = origins(of: paid.0, entry)
        lines.append(
          EnergyLine(
            component: entry.component, name: entry.name, paid: paid.0, count: paid.1,
            price: paid.2, energy: paid.2 * paid.1, origins: origins, rule: rule))
      }
    }
    return lines
  }

  /// Where the price of what is `paid` to a component comes from.
  private func origins(
    of paid: EnergyLine.Paid, _ entry: Entry
  ) -> (origins: [PriceOrigin], rule: String) {
    let operand = max(precision.input.count, precision.weight.count)
    let sum = precision.accumulator.count
    switch (entry.component, paid) {
    case (.multiply, _): return ([table.multiplyOrigin(bits: operand)], "")
    case (.add, .action(.narrowAdditions)):
      return ([table.addOrigin(bits: local?.width.count ?? precision.input.count)], "")
    case (.add, _): return ([table.addOrigin(bits: sum)], "")
    case (.register, _):
      guard let sums = pads.last else { return ([table.registerOrigin(bits: operand)], "") }
      return (
        pads.map { table.bufferOrigin(size: $0.size, "read") }
          + [table.bufferOrigin(size: sums.size, "write")],
        "mean of the four accesses of a multiply-accumulate to the memories of an element"
      )
    case (.vector, _):
      return (
        [table.multiplyOrigin(bits: operand), table.addOrigin(bits: sum)],
        "assumed: what a multiply-accumulate takes"
      )
    case (.dramRead, _): return ([table.dramOrigin("read")], "")
    case (.dramWrite, _): return ([table.dramOrigin("write")], "")
    case (.leakage, _):
      let sizes = entries.compactMap(\.size)
      return (
        sizes.map { table.bufferOrigin(size: $0, "leakage") },
        "sum over all buffers and their copies"
      )
    case (.idle, _): return ([stated("idle_power")], "")
    case (.network, _): return ([stated("cores.network.energy_per_byte_hop")], "")
    case (.weightDecoder, _): return ([stated("weight_decoder.energy_per_weight")], "")
    case (_, .bitsWritten), (_, .action(.localWrites)):
      return ([table.bufferOrigin(size: entry.size ?? .zero, "write")], perSum(paid))
    default: return ([table.bufferOrigin(size: entry.size ?? .zero, "read")], perSum(paid))
    }
  }

  private func perSum(_ paid: EnergyLine.Paid) -> String {
    guard case .action = paid, let local else { return "" }
    return "times \(local.width) of a sum"
  }

  private func stated(_ path: String) -> PriceOrigin {
    PriceOrigin(.architecture, [path], rule: "as the file says", sources: [])
  }
}
