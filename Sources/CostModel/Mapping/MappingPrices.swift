internal import Architectures
internal import Units

/// Energy of a layer as a linear function of what it counts, for bounds of many mappings.
///
/// The energy model is linear but for bits that it rounds up to bytes, so the function is below it but for
/// the rounding of doubles, which a small share less makes up for. Gated work, whose counts are rounded to
/// whole operations, is not priced so.
struct MappingPrices {
  private let fixed: Double
  private let perCycle: Double
  /// By the places of actions and of kinds of traffic, with those that cost nothing left out.
  private let actions: [(action: Action, price: Double)]
  private let traffic: [(kind: DRAMTraffic.Kind, price: Double)]

  /// The prices of `request`'s layer on its design, for mappings like `sample`.
  ///
  /// Each count is priced alone, large enough that what is rounded is below the share that is left out.
  init(_ request: MappingRequest, like sample: Mapping) {
    func energy(_ change: (inout TimedMapping) -> Void) -> Double {
      var timed = TimedMapping(sample)
      change(&timed)
      return request.energy(timed)
    }
    let unit = 1 << 36
    let nothing = energy { _ in }
    func price(_ change: (inout TimedMapping) -> Void) -> Double {
      (energy(change) - nothing) / Double(unit)
    }
    fixed = nothing
    perCycle = price { $0.summary.total = unit }
    actions = Action.allCases.map { action in
      (action, price { $0.work[action] = unit })
    }.filter { $0.1 > 0 }
    traffic = DRAMTraffic.Kind.allCases.map { kind in
      (kind, price { $0.traffic[kind] = Bits(unit) })
    }.filter { $0.1 > 0 }
  }

  /// Picojoules at least.
  func least(cycles: Int, _ moved: DRAMTraffic, _ work: ActionCounts) -> Double {
    var sum = fixed + perCycle * Double(cycles)
    for (action, price) in actions { sum += price * Double(work[action]) }
    for (kind, price) in traffic { sum += price * Double(moved[kind].count) }
    return sum * (1 - 1e-12)
  }
}
