internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

/// Every layer under the two limits of the design.
///
/// Source: Williams et al., "Roofline", CACM 2009.
struct RooflineChart {
  let run: NetworkCost

  /// Layers that are named in the picture.
  private static let named = 4

  private static let causes: [(cause: CycleCause, name: String, style: SeriesStyle)] = [
    (.compute, "most time computing", SeriesStyle(0)),
    (.dramRead, "most time waiting for reads", SeriesStyle(1)),
    (.dramWrite, "most time waiting for writes", SeriesStyle(3)),
    (.overhead, "most time at fixed cost", SeriesStyle(7)),
    (.network, "most time waiting for other cores", SeriesStyle(4)),
    (.level, "most time waiting for memories on chip", SeriesStyle(5)),
  ]

  /// The fastest rate at which bytes can move to and from DRAM; nil where nothing limits it.
  var bandwidth: Double? {
    let memory = run.design.architecture.spec.memory
    guard let input = memory.links(of: .input)[0].bytesPerSecond,
      let weight = memory.links(of: .weight)[0].bytesPerSecond,
      let output = memory.links(of: .output)[0].bytesPerSecond
    else { return nil }
    let reads = max(input, weight)
    return Double(memory.dram.ports == .shared ? max(reads, output) : reads + output)
  }

  /// Operations per second with every multiplier busy.
  var peak: Double {
    Double(run.design.lanes) * Double(run.design.architecture.spec.frequency.count)
  }

  /// Operations per byte and per second of a layer; nil where no byte moves.
  private func position(_ entry: NetworkCost.Entry) -> (x: Double, y: Double)? {
    let bytes = (entry.cost.dramRead + entry.cost.dramWrite).count
    let seconds = run.design.architecture.spec.frequency.seconds(entry.cost.total)
    guard entry.layer != nil, bytes > 0, seconds > 0 else { return nil }
    let operations = Double(entry.cost.work[.laneOperations])
    return (operations / Double(bytes), operations / seconds)
  }

  var chart: Chart {
    let places = run.entries.map(position)
    let known = places.compactMap { $0?.x }.filter { $0 > 0 }
    let ridge = bandwidth.map { peak / $0 }
    let low = ([known.min(), ridge].compactMap { $0 }.min() ?? 1) / 1.6
    let high = ([known.max(), ridge].compactMap { $0 }.max() ?? 1) * 1.6
    var series: [PointPlot.Series] = []
    let compute = "compute roof, \(NumberText.quantity(peak, unit: "op/s"))"
    if known.isEmpty { return wrapped([]) }
    series.append(
      .init(
        compute, SeriesStyle(2), .line,
        [.init(ridge ?? low, peak), .init(high, peak)]))
    if let bandwidth, let ridge {
      series.append(
        .init(
          "DRAM roof, \(NumberText.quantity(bandwidth, unit: "B/s"))", SeriesStyle(5), .line,
          [.init(low, low * bandwidth), .init(ridge, peak)]))
    }
    let slowest = Set(
      run.entries.indices.sorted {
        (run.entries[$1].cost.total, $0) < (run.entries[$0].cost.total, $1)
      }.prefix(Self.named))
    let longest = run.entries.map { Double($0.cost.total.count) }.max() ?? 1
    for group in Self.causes {
      let points = run.entries.indices.compactMap { index -> PointPlot.Point? in
        let entry = run.entries[index]
        guard entry.cost.bound == group.cause, let place = places[index] else { return nil }
        return PointPlot.Point(
          place.x, place.y, tip: tip(entry, place),
          label: slowest.contains(index) ? entry.name : "",
          weight: max(0.2, Double(entry.cost.total.count) / longest))
      }
      if !points.isEmpty {
        series.append(.init(group.name, group.style, .points(radius: 7), points))
      }
    }
    return wrapped(series)
  }

  private func tip(_ entry: NetworkCost.Entry, _ place: (x: Double, y: Double)) -> String {
    let roof = min(peak, bandwidth.map { $0 * place.x } ?? peak)
    let seconds = run.design.architecture.spec.frequency.seconds(entry.cost.total)
    return """
      \(entry.name)
      \(NumberText.quantity(place.y, unit: "op/s")), \(NumberText.share(place.y / roof)) of its roof
      \(NumberText.quantity(place.x, unit: "op/B")), \(NumberText.quantity(seconds, unit: "s"))
      """
  }

  private func wrapped(_ series: [PointPlot.Series]) -> Chart {
    let missing = run.entries.count { position($0) == nil }
    let note = missing == 0 ? "" : " \(missing) layers move no byte and are not shown."
    return Chart(
      name: "roofline", title: "Roofline: every layer under the limits of the design",
      caption:
        "Operations of the multipliers per byte of DRAM traffic, and per second. The area of a "
        + "marker is the layer's share of the time; the slowest layers are named." + note,
      width: .half,
      plot: .points(
        PointPlot(
          x: Axis("operations per byte", unit: "op/B", kind: .logarithmic(base: 10)),
          y: Axis("operations per second", unit: "op/s", kind: .logarithmic(base: 10)),
          series: series)))
  }
}
