internal import Documents
internal import FoundationEssentials
internal import Reports

extension Comparison {
  private var hasSameUnit: Bool {
    left.totals.energy.unit.symbol == right.totals.energy.unit.symbol
  }

  /// The totals of the second run as shares of the first one's.
  var headline: [Report.Headline] {
    func change(_ name: String, _ first: Double, _ second: Double, _ unit: String)
      -> Report.Headline
    {
      let texts = [first, second].map { value in
        unit == "B" ? NumberText.bytes(Int(value)) : NumberText.quantity(value, unit: unit)
      }
      return .init(
        name, first > 0 ? "x \(NumberText.ratio(second / first))" : texts[1],
        note: "\(texts[0]) to \(texts[1])")
    }
    let moved = [left, right].map { Double($0.totals.dramReadBytes + $0.totals.dramWriteBytes) }
    let energy = change(
      "energy", left.totals.energy.amount, right.totals.energy.amount,
      left.totals.energy.unit.symbol)
    return [change("latency", left.totals.latencyS, right.totals.latencyS, "s")]
      + (hasSameUnit ? [energy] : []) + [
        change("DRAM traffic", moved[0], moved[1], "B"),
        .init(
          "utilization", NumberText.share(right.totals.utilization),
          note: "from \(NumberText.share(left.totals.utilization))"),
      ]
  }

  /// Bars of both runs for every layer that both have.
  var charts: [Chart] {
    let latency = chart("latency", "s") { $0.latencyS }
    return hasSameUnit
      ? [latency, chart("energy", left.totals.energy.unit.symbol) { $0.energy.amount }] : [latency]
  }

  private func chart(
    _ word: String, _ unit: String, _ value: (WithEnergy<RunLayer>) -> Double
  ) -> Chart {
    let other = Dictionary(right.layers.map { ($0.name, $0) }) { first, _ in first }
    let bars = left.layers.compactMap { layer -> BarPlot.Bar? in
      guard let second = other[layer.name] else { return nil }
      let values = [value(layer), value(second)]
      return BarPlot.Bar(
        layer.name, values,
        note: values[0] > 0 ? "x \(NumberText.ratio(values[1] / values[0]))" : "")
    }
    return Chart(
      name: "layer-\(word)", title: "\(word.capitalized) of each layer in both runs",
      caption: "Layers that both runs have, in the order of the first; the number at a pair is the "
        + "second over the first.", width: .half,
      plot: .bars(
        BarPlot(
          series: [
            .init("first: \(left.label)", SeriesStyle(0)),
            .init("second: \(right.label)", SeriesStyle(1)),
          ], bars: bars, axis: Axis(word, unit: unit), arrangement: .grouped)))
  }
}
