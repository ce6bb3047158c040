internal import Serving
internal import Units

/// Queries of several tenants in order of time, drawn one after the other; of equal cycles the first tenant's
/// come first.
struct ArrivalStream: IteratorProtocol {
  private struct Source {
    var process: any ArrivalProcess
    let tenant: Int
    var left: Int
    let patience: Int
    var last = SimulationTime(0)
    var next: DispatchEngine.Arrival?
  }

  private let frequency: Double
  private var sources: [Source] = []
  /// Whether a query came later than can be counted in cycles, where the stream ended.
  private(set) var isBeyondCount = false

  /// Nobody's queries, on a clock of so many cycles in a second.
  init(frequency: Double) { self.frequency = frequency }

  /// Adds the queries of a tenant, whose process has been started.
  mutating func add(
    _ process: any ArrivalProcess, tenant: Int, queries: Int, latency: SimulationTime
  ) {
    let patience = cycles(latency) ?? 0
    sources.append(Source(process: process, tenant: tenant, left: queries, patience: patience))
    draw(sources.count - 1)
  }

  mutating func next() -> DispatchEngine.Arrival? {
    var first: Int?
    for index in sources.indices {
      guard let own = sources[index].next?.cycle else { continue }
      if let known = first, let cycle = sources[known].next?.cycle, cycle <= own { continue }
      first = index
    }
    guard let first, !isBeyondCount else { return nil }
    let arrival = sources[first].next
    draw(first)
    return arrival
  }

  private mutating func draw(_ index: Int) {
    sources[index].next = nil
    guard sources[index].left > 0,
      let time = sources[index].process.next(after: sources[index].last)
    else { return }
    sources[index].left -= 1
    sources[index].last = time
    guard let cycle = cycles(time) else { return }
    sources[index].next = DispatchEngine.Arrival(
      cycle: cycle, tenant: sources[index].tenant, deadline: cycle + sources[index].patience)
  }

  /// Whole cycles until a time; nil beyond what can be added up.
  private mutating func cycles(_ time: SimulationTime) -> Int? {
    let cycles = (time.seconds * frequency).rounded(.up)
    guard cycles < 0x1p60 else {
      isBeyondCount = true
      return nil
    }
    return Int(cycles)
  }
}
