internal import Architectures
internal import CostModel
internal import Documents
internal import Networks
internal import Reports
internal import Units

extension Explanation {
  /// What is stored of `layers`, by their places, and of the one that is explained.
  func document(layers: [Int], study: LayerStudy?) -> ExplanationDocument {
    let prices = run.design.energy.table
    let band = run.design.energy.band(of: run.energy)
    return ExplanationDocument(
      architecture: run.design.architecture.spec.name, workload: run.network.name,
      subnet: run.network.subnet, batch: run.batch, energyTable: prices.spec.name,
      dramPreset: prices.dram.name, mappingRule: run.design.mappingRule,
      totals: Joined(
        ExplainedTotals(
          cycles: run.cycles.count, latencyS: run.seconds,
          dramBytes: (run.dramRead + run.dramWrite).count),
        EnergyFigures(
          run.energy, total: run.totalEnergy, in: unit,
          band: .init(low: unit.amount(band.low), high: unit.amount(band.high)))),
      layers: layers.map(explained), layer: study.map(explanation), warnings: run.allWarnings,
      provenance: provenance)
  }

  private func explained(_ place: Int) -> WithEnergy<ExplainedLayer> {
    let (entry, bound) = (run.entries[place], bounds[place])
    let cost = entry.cost
    return Joined(
      ExplainedLayer(
        name: entry.name,
        operator: entry.layer?.operation.rawValue ?? entry.vectorWork?.operator ?? "",
        cycles: cost.total.count,
        latencyS: run.design.architecture.spec.frequency.seconds(cost.total),
        cyclesShare: share(Double(cost.total.count), of: Double(run.cycles.count)),
        energyShare: share(cost.totalEnergy.value, of: run.totalEnergy.value),
        dramBytes: (cost.dramRead + cost.dramWrite).count,
        distinctBytes: bound?.leastBytes.count, refetch: refetch(cost, bound),
        boundCycles: bound?.cycles.count, limit: bound?.limit.rawValue,
        bound: cost.bound.rawValue),
      EnergyFigures(cost.energy, total: cost.totalEnergy, in: unit))
  }

  private func explanation(_ study: LayerStudy) -> LayerExplanation {
    let cost = study.entry.cost
    return LayerExplanation(
      name: study.entry.name, shape: LayerShapeDocument(study.entry),
      cycleBreakdown: Dictionary(
        uniqueKeysWithValues: run.design.causes.map { ($0.rawValue, cost.cycles[$0].count) }),
      loopNest: study.loops(batch: run.batch),
      traffic: study.traffic.map { entry in
        let least = entry.least.flatMap { $0 > 0 ? $0 : nil }
        return LayerExplanation.Traffic(
          operand: entry.operand.rawValue, bytes: entry.bytes, distinctBytes: entry.least,
          refetch: least.map { Double(entry.bytes) / Double($0) })
      },
      limits: Dictionary(
        (study.bound?.least ?? []).map { ($0.limit.rawValue, $0.cycles.count) }
      ) { first, _ in first },
      fastest: study.distance.map {
        .init(
          cycles: $0.best.cycles.count, dramBytes: $0.best.bytes.count, limit: $0.limit.rawValue)
      },
      room: study.room.map { room in
        .init(
          dramBytes: room.best.count, endlessDramBytes: room.endless.count,
          memories: room.growths.map {
            .init(
              name: $0.memory, bytes: $0.size.count, enoughBytes: $0.enough.count,
              dramBytes: $0.bytes.count)
          })
      },
      bill: study.bill.map { $0.map(line) },
      constants: study.constants.constants.map { constant in
        .init(
          path: constant.path, value: constant.text,
          less: move(constant.less, study.constants.base),
          more: move(constant.more, study.constants.base))
      })
  }

  private func line(_ line: EnergyLine) -> Joined<LayerExplanation.Line, PriceFigures> {
    let band = run.design.energy.band(of: line.component)
    return Joined(
      LayerExplanation.Line(
        component: line.name, counted: line.paid.name, count: line.count, rule: line.rule,
        origins: line.origins.map {
          .init(
            file: $0.file.rawValue, paths: $0.paths, rule: $0.rule,
            sources: $0.sources.filter { !$0.isEmpty })
        }),
      PriceFigures(
        unit: StoredEnergyUnit(unit), price: unit.amount(line.price),
        amount: unit.amount(line.energy),
        band: .init(
          low: unit.amount(line.energy * band.low), high: unit.amount(line.energy * band.high))))
  }

  private func move(
    _ move: MovedConstants.Move, _ base: MovedConstants.Figures
  ) -> LayerExplanation.Move {
    func ratio(_ value: (MovedConstants.Figures) -> Double) -> Double? {
      move.figures.flatMap { value(base) > 0 ? value($0) / value(base) : nil }
    }
    return LayerExplanation.Move(
      value: move.text, cycles: move.figures?.cycles, latencyRatio: ratio(\.seconds),
      energyRatio: ratio(\.energy), refused: move.refusal)
  }
}
