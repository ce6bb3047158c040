internal import Architectures
internal import CostModel
internal import Networks
internal import Units

/// Layers and DRAM transfers of one inference over time.
struct RunTimeline {
  let run: NetworkCost

  private static let causes: [CycleCause] = [
    .compute, .overhead, .dramRead, .dramWrite, .network, .level,
  ]
  private static let operands: [Operand] = [.input, .weight, .output]

  private static let series: [BarPlot.Series] = [
    .init("compute", SeriesStyle(0)), .init("fixed cost of layers", SeriesStyle(7)),
    .init("waiting for DRAM reads", SeriesStyle(1)),
    .init("waiting for DRAM writes", SeriesStyle(3)),
    .init("waiting for other cores", SeriesStyle(6)),
    .init("waiting for memories on chip", SeriesStyle(6)), .init("inputs", SeriesStyle(4)),
    .init("weights", SeriesStyle(2)), .init("outputs", SeriesStyle(5)),
  ]

  var chart: Chart {
    let isShared = run.design.architecture.spec.memory.dram.ports == .shared
    let transfers =
      isShared
      ? [transferLane("DRAM port", [.input, .weight, .output])]
      : [transferLane("DRAM reads", [.input, .weight]), transferLane("DRAM writes", [.output])]
    let lanes = [arrayLane] + transfers
    let used = Set(lanes.flatMap { $0.spans.flatMap { $0.parts.map(\.series) } })
    // Series that never occur are left out of the legend.
    let kept = Self.series.indices.filter(used.contains)
    let renamed = Dictionary(zip(kept, kept.indices)) { first, _ in first }
    return Chart(
      name: "timeline", title: "What the array and the DRAM do over time",
      caption: "A column per layer, as wide as the layer is long. Heights are shares of that time: "
        + "what the array spends it on, and how long each kind of transfer keeps its port busy at "
        + "full bandwidth. Within a layer tiles overlap, which this picture does not show.",
      width: .full,
      plot: .timeline(
        TimelinePlot(
          axis: Axis("time", unit: "s"), series: kept.map { Self.series[$0] },
          lanes: lanes.map { lane in
            TimelinePlot.Lane(
              lane.name,
              lane.spans.map { span in
                TimelinePlot.Span(
                  span.name, start: span.start, end: span.end,
                  parts: span.parts.compactMap { part in
                    renamed[part.series].map { .init(series: $0, share: part.share) }
                  }, tip: span.tip)
              })
          })))
  }

  /// Layers one after the other; `parts` says what a layer's time is spent on.
  private func spans(
    _ parts: (NetworkCost.Entry) -> [TimelinePlot.Part], tip: (NetworkCost.Entry) -> String
  ) -> [TimelinePlot.Span] {
    let clock = run.design.architecture.spec.frequency
    var passed = Cycles.zero
    return run.entries.map { entry in
      let start = clock.seconds(passed)
      passed = passed + entry.cost.total
      return TimelinePlot.Span(
        entry.name, start: start, end: clock.seconds(passed), parts: parts(entry),
        tip: "\(entry.name)\n\(tip(entry))")
    }
  }

  private func share(_ cycles: Cycles, of entry: NetworkCost.Entry) -> Double {
    Double(cycles.count) / Double(max(entry.cost.total.count, 1))
  }

  private var arrayLane: TimelinePlot.Lane {
    let clock = run.design.architecture.spec.frequency
    return TimelinePlot.Lane(
      "array",
      spans { entry in
        Self.causes.enumerated().compactMap { index, cause in
          let cycles = entry.cost.cycles[cause]
          return cycles > .zero ? .init(series: index, share: share(cycles, of: entry)) : nil
        }
      } tip: {
        NumberText.quantity(clock.seconds($0.cost.total), unit: "s")
      })
  }

  private func transferLane(_ name: String, _ operands: [Operand]) -> TimelinePlot.Lane {
    let spec = run.design.architecture.spec
    func moved(_ operand: Operand, _ entry: NetworkCost.Entry) -> Bytes {
      let traffic = entry.cost.traffic(.dram, operand)
      return traffic.read + traffic.write
    }
    return TimelinePlot.Lane(
      name,
      spans { entry in
        operands.compactMap { operand in
          let link = spec.memory.links(of: operand)[0]
          let cycles = link.perCycle(at: spec.frequency).cycles(for: moved(operand, entry).bits)
          guard cycles > .zero, let index = Self.operands.firstIndex(of: operand) else {
            return nil
          }
          return .init(series: Self.causes.count + index, share: share(cycles, of: entry))
        }
      } tip: { entry in
        operands.map { "\($0.rawValue): \(NumberText.bytes(moved($0, entry).count))" }
          .joined(separator: ", ")
      })
  }
}
