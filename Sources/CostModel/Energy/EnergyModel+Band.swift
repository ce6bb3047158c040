public import Architectures
public import Units

extension EnergyModel {
  /// The DRAM preset's low and high reads over its read; what costs nothing has no ratio to it.
  private var dramBand: (low: Double, high: Double) {
    let (dram, read) = (table.dram, table.dram.read.amount.value)
    return read > 0 ? (dram.low.amount.value / read, dram.high.amount.value / read) : (1, 1)
  }

  /// Between which multiples of its price a component's may be: the table's band, assumed or supported by
  /// open sources, and for DRAM that of its preset.
  public func band(of component: ComponentID) -> (low: Double, high: Double) {
    switch component {
    case .multiply, .add, .register, .vector, .weightDecoder:
      (table.spec.band.arithmetic[0], table.spec.band.arithmetic[1])
    case .dram, .dramRead, .dramWrite: dramBand
    case .buffer, .level, .persistentBuffer, .mapBuffer, .localBuffer, .vectorBuffer, .leakage,
      .idle,
      .network:
      (table.spec.band.sram[0], table.spec.band.sram[1])
    }
  }

  /// The totals within the table's band, assumed or supported by open sources: low and high.
  public func band(of shares: [Share<Picojoules>]) -> (low: Picojoules, high: Picojoules) {
    var (low, high) = (0.0, 0.0)
    for share in shares {
      let factors = band(of: share.component)
      low += share.amount.value * factors.low
      high += share.amount.value * factors.high
    }
    return (Picojoules(low), Picojoules(high))
  }
}
