internal import Architectures
internal import CostModel
internal import Networks
internal import Studies
internal import Units

/// What is known of a point that was run, or only estimated.
struct InferenceFigures {
  /// How much the model was asked.
  enum Answer {
    /// The whole model.
    case cost(NetworkCost)
    /// An estimate that ranks points.
    case estimate(RooflineEstimate)
  }

  let answer: Answer
  let resolved: Resolved
  /// Estimates accuracies that nobody published.
  let accuracies: AccuracyEstimate?
  /// Whether its mappings are those of the sweep's rule, and not the largest tiles in their place.
  let isSearched: Bool

  private var unit: EnergyUnit { resolved.design.energy.table.spec.unit }

  /// A figure that only the whole model has.
  func full(_ value: (NetworkCost) -> Double) -> Double {
    if case .cost(let cost) = answer { value(cost) } else { .nan }
  }

  /// A figure of either.
  func any(
    _ full: (NetworkCost) -> Double, _ rough: (RooflineEstimate) -> Double
  ) -> Double {
    switch answer {
    case .cost(let cost): full(cost)
    case .estimate(let estimate): rough(estimate)
    }
  }

  var seconds: Double {
    any({ $0.seconds }, { $0.cycles / Double(resolved.design.architecture.spec.frequency.count) })
  }

  /// In the unit of the energy table.
  var energy: Double {
    switch answer {
    case .cost(let cost): unit.amount(cost.totalEnergy)
    case .estimate(let estimate): unit.amount(estimate.energy)
    }
  }

  /// Only absolute energies have a product with time, or a power.
  func absolute(_ value: Double) -> Double { unit.isAbsolute ? value : .nan }

  var accuracy: Double {
    let network = resolved.network
    return network.top1?.value ?? accuracies?.accuracy(macs: network.macs) ?? .nan
  }
}

extension InferenceFigures {
  /// What a point of an inference sweep gives, in column order.
  static func measures(_ unit: EnergyUnit) -> [Measure<InferenceFigures>] {
    typealias Figure = Measure<InferenceFigures>
    let first = [
      Figure(Metric("cycles", "cycles", .cycles)) {
        $0.any({ Double($0.cycles.count) }, { $0.cycles })
      },
      Figure(Metric("latency_s", "latency", .seconds)) { $0.seconds },
      Figure(.energy(in: unit)) { $0.energy },
      Figure(Metric("area_mm2", "area", .squareMillimetres)) { $0.resolved.totalArea },
      Figure(Metric("dram_bytes", "dram_bytes", .bytes)) {
        $0.any({ Double($0.totals.dramBytes.count) }, { $0.dramBytes })
      },
      Figure(Metric("utilization", "utilization", .share, prefersLarge: true)) {
        $0.full(\.utilization)
      },
      Figure(Metric("edp_js", "edp", .jouleSeconds)) { $0.absolute($0.energy * $0.seconds) },
      Figure(Metric("power_w", "power", .watts)) {
        $0.absolute($0.seconds > 0 ? $0.energy / $0.seconds : .nan)
      },
      Figure(Metric("accuracy", "accuracy", .share, prefersLarge: true)) { $0.accuracy },
      Figure(Metric("on_chip_bytes", "on_chip_bytes", .bytes)) {
        Double($0.resolved.design.onChipBytes.count)
      },
      Figure(Metric("macs", "macs", .count)) { figures in
        figures.any({ Double($0.macs) }, { _ in Double(figures.resolved.network.ownMACs) })
      },
    ]
    return first + modelled
  }

  /// Figures that only the whole model has.
  private static var modelled: [Measure<InferenceFigures>] {
    typealias Figure = Measure<InferenceFigures>
    return [
      Figure(Metric("weight_bytes", "weight_bytes", .bytes)) {
        $0.full { Double($0.weightBytes.count) }
      },
      Figure(
        Metric("cached_weight_bytes", "cached_weight_bytes", .bytes, prefersLarge: true)
      ) { $0.full { Double($0.cachedWeightBytes.count) } },
      Figure(Metric("dram_read_bytes", "dram_read_bytes", .bytes)) {
        $0.full { Double($0.dramRead.count) }
      },
      Figure(Metric("dram_write_bytes", "dram_write_bytes", .bytes)) {
        $0.full { Double($0.dramWrite.count) }
      },
    ]
      + CycleCause.allCases.map { cause in
        let name = "\(cause.rawValue)_cycles"
        return Figure(Metric(name, name, .cycles)) { $0.full { Double($0.cycles(cause).count) } }
      } + [
        Figure(Metric("network_bytes", "network_bytes", .bytes)) {
          $0.full { Double($0.totals[.linkBytes]) }
        }
      ]
  }

  /// Whether a point's mappings were searched, where not all are.
  static let searched = Measure<InferenceFigures>(Metric("searched", "searched", .count)) {
    $0.isSearched ? 1 : 0
  }
}
