/// How long devices have been idle or loading, so that the wait of any query is told apart in constant
/// time.
struct WaitingClock {
  /// Readings of both sums.
  struct Reading {
    /// Time during which some device was idle.
    var idle = SimulationTime(0)
    /// Time during which none was idle and some loaded a sub-graph.
    var loading = SimulationTime(0)
    /// When they were read.
    var time = SimulationTime(0)
  }

  private var sums = Reading()
  private var busy = 0
  private var loads = 0
  private let devices: Int

  init(devices: Int) { self.devices = devices }

  /// The sums at a time that is not before the last one.
  mutating func read(at time: SimulationTime) -> Reading {
    let passed = time - sums.time
    if busy < devices {
      sums.idle = sums.idle + passed
    } else if loads > 0 {
      sums.loading = sums.loading + passed
    }
    sums.time = time
    return sums
  }

  /// A device becomes busy.
  mutating func begin(at time: SimulationTime, isLoad: Bool) {
    _ = read(at: time)
    busy += 1
    if isLoad { loads += 1 }
  }

  /// A device becomes idle.
  mutating func end(at time: SimulationTime, isLoad: Bool) {
    _ = read(at: time)
    busy -= 1
    if isLoad { loads -= 1 }
  }

  /// Adds a wait since `start` to the parts of a query's time.
  mutating func add(
    since start: Reading, to parts: inout QueryRecord.Parts, at time: SimulationTime
  ) {
    Self.add(from: start, to: read(at: time), &parts)
  }

  /// Adds a wait between two readings to the parts of a query's time.
  static func add(from start: Reading, to end: Reading, _ parts: inout QueryRecord.Parts) {
    let idle = end.idle - start.idle
    let loading = end.loading - start.loading
    parts.batching = parts.batching + idle
    parts.load = parts.load + loading
    parts.queueing = parts.queueing + (end.time - start.time - idle - loading)
  }
}
