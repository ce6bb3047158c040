internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

/// What some tiles of the layers that matter most do, and when.
struct TileCharts {
  /// Tiles that a picture shows at most.
  private static let shown = 40
  /// Tiles among which those that are shown are searched.
  private static let walked = 5000
  /// Layers that have a picture at most.
  private static let layers = 2

  let run: NetworkCost
  /// The first tiles of a layer by its position, a given number of them at most.
  let opening: (_ layer: Int, _ tiles: Int) -> TileTimeline

  /// A layer and why it is shown.
  private struct Choice {
    let layer: Int
    let reason: String
    /// Whether the tiles in which the array waits longest are shown instead of the first.
    var seeksWaits = false
  }

  /// The longest layer, and the one that waits longest for DRAM or else the second longest.
  ///
  /// Layers of the same shape and cycles are one.
  private var choices: [Choice] {
    func wait(_ index: Int) -> Cycles {
      let cycles = run.entries[index].cost.cycles
      return cycles[.dramRead] + cycles[.dramWrite]
    }
    func sorted(_ value: (Int) -> Cycles) -> [Int] {
      // The vector unit's tiles are all alike.
      run.entries.indices.filter { run.entries[$0].layer != nil }
        .sorted { (value($1), $0) < (value($0), $1) }
    }
    let longest = sorted { run.entries[$0].cost.total }
    guard let first = longest.first else { return [] }
    var found = [Choice(layer: first, reason: "It takes longest of all layers")]
    func isNew(_ layer: Int) -> Bool {
      !found.contains {
        let (shown, other) = (run.entries[$0.layer], run.entries[layer])
        return shown.layer?.shape == other.layer?.shape && shown.cost.cycles == other.cost.cycles
      }
    }
    if let waiting = sorted(wait).first, wait(waiting) > .zero, isNew(waiting) {
      found.append(Choice(layer: waiting, reason: "It waits longest for DRAM", seeksWaits: true))
    } else if let second = longest.first(where: isNew) {
      found.append(Choice(layer: second, reason: "It takes longest after layers like the first"))
    }
    return Array(found.prefix(Self.layers))
  }

  /// A picture per chosen layer.
  var all: [Chart] {
    choices.enumerated().map { chart($1, name: "tiles-\($0 + 1)") }
  }

  private func chart(_ choice: Choice, name: String) -> Chart {
    let timeline = opening(choice.layer, Self.walked)
    let entry = run.entries[choice.layer]
    let window = choice.seeksWaits ? waits(of: timeline) : 0..<min(timeline.tiles, Self.shown)
    let events = (timeline.events ?? []).filter { window.contains($0.tile) }
    let start = events.map(\.start).min() ?? 0
    let tracks = [TileEvent.Track.read, .compute, .write].map { track in
      TrackPlot.Track(
        Self.name(of: track),
        events.filter { $0.track == track }.map { event in
          .init(
            event.tile + 1, start: Double(event.start - start), end: Double(event.end - start),
            tip: tip(event, in: entry))
        })
    }
    let (title, axis) = words(window, of: timeline.tiles)
    let cycles = entry.cost.total.count - entry.cost.cycles[.overhead].count
    let extent = (events.map(\.end).max() ?? 0) - start
    let part =
      window.count == timeline.tiles
      ? ""
      : " These \(window.count)\(choice.seeksWaits ? ", in which the array waits longest," : "") "
        + "take \(NumberText.count(extent)) of the layer's \(NumberText.count(cycles)) cycles; the "
        + "others are not shown."
    return Chart(
      name: name, title: "Tile by tile: \(entry.name), \(title)",
      caption: "\(choice.reason): \(NumberText.share(share(entry.cost.total))) of the time, "
        + "\(NumberText.share(waiting(entry))) of it waiting for DRAM. A tile has the same number "
        + "and colour wherever it is read, computed or written; gaps are idle." + part,
      width: .full,
      plot: .tracks(TrackPlot(axis: Axis(axis, unit: ""), tracks: tracks)))
  }

  /// The tiles that follow one another in which the array is idle longest; the first of several.
  private func waits(of timeline: TileTimeline) -> Range<Int> {
    let computed = (timeline.events ?? []).filter { $0.track == .compute }
    let known = (computed.map(\.tile).max() ?? -1) + 1
    guard known > Self.shown else { return 0..<known }
    var idle = Array(repeating: 0, count: known)
    var free = 0
    for event in computed {
      idle[event.tile] += max(0, event.start - free)
      free = max(free, event.end)
    }
    var sum = idle.prefix(Self.shown).reduce(0, +)
    var (best, most) = (0, sum)
    for first in 1...(known - Self.shown) {
      sum += idle[first + Self.shown - 1] - idle[first - 1]
      if sum > most { (best, most) = (first, sum) }
    }
    return best..<(best + Self.shown)
  }

  /// What the title says of the tiles that are shown, and what the axis counts from.
  private func words(_ window: Range<Int>, of tiles: Int) -> (title: String, axis: String) {
    let start = "cycles since the first transfer"
    if tiles == 1 { return ("its only tile", start) }
    if window.count == tiles { return ("all \(tiles) tiles", start) }
    let all = NumberText.count(tiles)
    return window.lowerBound == 0
      ? ("the first \(window.count) of \(all) tiles", start)
      : (
        "tiles \(NumberText.count(window.lowerBound + 1)) to \(NumberText.count(window.upperBound)) "
          + "of \(all)", "\(start) of these tiles"
      )
  }

  private func share(_ cycles: Cycles) -> Double {
    Double(cycles.count) / Double(max(run.cycles.count, 1))
  }

  private func waiting(_ entry: NetworkCost.Entry) -> Double {
    let cycles = entry.cost.cycles
    return Double((cycles[.dramRead] + cycles[.dramWrite]).count)
      / Double(max(entry.cost.total.count, 1))
  }

  private static func name(of track: TileEvent.Track) -> String {
    switch track {
    case .read: "DRAM reads"
    case .compute: "array"
    case .write: "DRAM writes"
    }
  }

  private func tip(_ event: TileEvent, in entry: NetworkCost.Entry) -> String {
    let clock = run.design.architecture.spec.frequency
    let length = event.end - event.start
    let what =
      switch event.track {
      case .read: "read from DRAM"
      case .compute: "computed"
      case .write: "written to DRAM"
      }
    return "\(entry.name), tile \(event.tile + 1) \(what)\n"
      + "cycle \(NumberText.count(event.start)) to \(NumberText.count(event.end)): "
      + "\(NumberText.count(length)) cycles, "
      + NumberText.quantity(clock.seconds(Cycles(length)), unit: "s")
  }
}
