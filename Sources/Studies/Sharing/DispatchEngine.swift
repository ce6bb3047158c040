internal import CostModel
internal import Serving

/// Runs the layers of queries on one array, or on a part of it for every tenant.
///
/// Layers run one after the other, or several as one. Those of one tenant and one place in the network share
/// their weights and are a larger batch; others share folds. What runs as one takes the cycles of all, less what
/// shared folds save, and no less than the bytes of all take on the busiest port of DRAM (assumed: what
/// transfers expose stays exposed).
struct DispatchEngine {
  /// The network of a tenant.
  struct Tenant: Sendable {
    /// Operations in order, of one image, two images, and so on.
    let batches: [[SharedOperation]]
    /// Cycles of one image from each operation on.
    let rest: [Int]

    init(_ batches: [[SharedOperation]]) {
      self.batches = batches
      var rest = [0]
      for operation in batches[0].reversed() {
        rest.append(rest[rest.count - 1] + operation.cycles)
      }
      self.rest = rest.reversed()
    }

    var count: Int { batches[0].count }
  }

  /// A query that comes.
  struct Arrival: Sendable {
    let cycle: Int
    let tenant: Int
    let deadline: Int
  }

  /// What became of the queries.
  struct Outcome: Sendable {
    /// Cycles from arrival to answer.
    var latency = LatencyDistribution()
    var met = 0
    /// The cycle of the last answer, and cycles in which the array had work.
    var end = 0
    var busy = 0
    var macs = 0
    var dramBytes = 0
    /// Layers, and how often the array was started.
    var layers = 0
    var starts = 0
    /// Last folds, and the sum of the shares of the array that they use.
    var folds = 0
    var foldUse = 0.0
  }

  let tenants: [Tenant]
  let array: SharedArray
  let mostLayers: Int
  let window: Int
  private var savings: [[Int]: Saving] = [:]

  /// What shared folds save, and how the folds are used.
  private struct Saving {
    let cycles: Int
    let folds: Int
    let use: Double
  }

  /// One layer at a time where `mostLayers` is 1.
  init(_ tenants: [Tenant], _ array: SharedArray, mostLayers: Int = 1, window: Int = 0) {
    self.tenants = tenants
    self.array = array
    self.mostLayers = mostLayers
    self.window = window
  }

  private struct Ready {
    let deadline: Int
    let query: Int
    let arrival: Int
    let tenant: Int
    var layer: Int
    var since: Int
  }

  private struct Pack {
    var members: [Int]
    var cycles: Int
    var dramBytes: Int
    var macs: Int
    var saving: Saving
    var gains: Bool
  }

  /// Runs everything that comes, in order of time; memory grows with what waits alone.
  ///
  /// `answered` is told of every query, numbered as they come, and the cycles from its arrival to its answer.
  mutating func run(
    _ arrivals: inout some IteratorProtocol<Arrival>,
    answered: (_ query: Int, _ latency: Int) -> Void = { _, _ in }
  ) -> Outcome {
    var outcome = Outcome()
    var ready: [Ready] = []
    var (now, queries) = (0, 0)
    var next = arrivals.next()
    while next != nil || !ready.isEmpty {
      if ready.isEmpty { now = max(now, next?.cycle ?? now) }
      while let arrival = next, arrival.cycle <= now {
        insert(
          Ready(
            deadline: arrival.deadline, query: queries, arrival: arrival.cycle,
            tenant: arrival.tenant, layer: 0, since: now), into: &ready)
        queries += 1
        next = arrivals.next()
      }
      let pack = choose(ready, now)
      outcome.layers += pack.members.count
      outcome.starts += 1
      outcome.busy += pack.cycles
      outcome.macs += pack.macs
      outcome.dramBytes += pack.dramBytes
      outcome.folds += pack.saving.folds
      outcome.foldUse += pack.saving.use
      now += pack.cycles
      var done: [Ready] = []
      for place in pack.members.sorted(by: >) {
        var entry = ready[place]
        entry.layer += 1
        entry.since = now
        if entry.layer < tenants[entry.tenant].count {
          ready[place] = entry
        } else {
          ready.remove(at: place)
          done.append(entry)
        }
      }
      for entry in done {
        outcome.latency.record(SimulationTime(now - entry.arrival))
        answered(entry.query, now - entry.arrival)
        if now <= entry.deadline { outcome.met += 1 }
      }
      outcome.end = now
    }
    return outcome
  }

  /// Keeps queries by their deadlines, equal ones as they came.
  private func insert(_ entry: Ready, into ready: inout [Ready]) {
    var (low, high) = (0, ready.count)
    while low < high {
      let middle = (low + high) / 2
      if ready[middle].deadline <= entry.deadline { low = middle + 1 } else { high = middle }
    }
    ready.insert(entry, at: low)
  }

  /// What runs next: the first layer by deadline that has partners or was held long enough, with these.
  private mutating func choose(_ ready: [Ready], _ now: Int) -> Pack {
    let first = pack(ready, head: 0, now)
    guard window > 0, mostLayers > 1, !first.gains, first.members.count < mostLayers else {
      return first
    }
    for head in 0..<min(ready.count, 2 * mostLayers) {
      let entry = ready[head]
      let slack = entry.deadline - now - tenants[entry.tenant].rest[entry.layer]
      let held = now - entry.since
      guard slack > held, held < window else {
        return head == 0 ? first : pack(ready, head: head, now)
      }
      let pack = head == 0 ? first : pack(ready, head: head, now)
      // What it waits for must not cost its slack.
      if pack.gains, head == 0 || pack.cycles <= slackBefore(head, ready, now) { return pack }
    }
    // The array would idle.
    return first
  }

  /// The least slack of the layers before `head`.
  private func slackBefore(_ head: Int, _ ready: [Ready], _ now: Int) -> Int {
    ready[..<head].reduce(.max) { least, entry in
      min(least, entry.deadline - now - tenants[entry.tenant].rest[entry.layer])
    }
  }

  /// The layer of `head` with those that make it longer by less than they take alone, by deadline.
  private mutating func pack(_ ready: [Ready], head: Int, _ now: Int) -> Pack {
    var best = measured([head], ready)
    guard mostLayers > 1 else { return best }
    let entry = ready[head]
    let alone = best.cycles
    let slack = entry.deadline - now - tenants[entry.tenant].rest[entry.layer]
    for place in ready.indices.prefix(4 * mostLayers) where place != head {
      guard best.members.count < mostLayers else { break }
      let candidate = measured(best.members + [place], ready)
      let own = tenants[ready[place].tenant].batches[0][ready[place].layer].cycles
      guard candidate.cycles < best.cycles + own else { continue }
      // A query that is late anyway has no slack to lose.
      guard slack < 0 || candidate.cycles - alone <= slack else { continue }
      best = candidate
      best.gains = true
    }
    return best
  }

  /// What layers take as one.
  private mutating func measured(_ members: [Int], _ ready: [Ready]) -> Pack {
    // Layers by tenant and place, in one number.
    var keys = members.map { ready[$0].tenant << 32 | ready[$0].layer }
    if keys.count > 1 { keys.sort() }
    var (cycles, transfers, bytes, macs) = (0, 0, 0, 0)
    var groups: [Int] = []
    var place = 0
    while place < keys.count {
      var end = place + 1
      while end < keys.count, keys[end] == keys[place] { end += 1 }
      let tenant = tenants[keys[place] >> 32]
      let operation = tenant.batches[end - place - 1][keys[place] & 0xffff_ffff]
      cycles += operation.cycles
      transfers += operation.transferCycles
      bytes += operation.dramBytes
      macs += operation.macs
      groups.append(keys[place])
      groups.append(end - place - 1)
      place = end
    }
    let saving = saving(groups)
    return Pack(
      members: members, cycles: max(transfers, cycles - saving.cycles), dramBytes: bytes,
      macs: macs, saving: saving, gains: false)
  }

  private mutating func saving(_ groups: [Int]) -> Saving {
    if let known = savings[groups] { return known }
    var kernels: [KernelExtent] = []
    for place in stride(from: 0, to: groups.count, by: 2) {
      let operation = tenants[groups[place] >> 32].batches[groups[place + 1]][
        groups[place] & 0xffff_ffff]
      if let kernel = operation.kernel { kernels.append(kernel) }
    }
    let made: Saving
    if mostLayers > 1 {
      let packing = KernelPacking(kernels, rows: array.rows, columns: array.columns)
      made = Saving(
        cycles: array.saving(kernels), folds: packing.count,
        use: array.columns == .max
          ? 0
          : packing.utilization(rows: array.rows, columns: array.columns) * Double(packing.count))
    } else {
      let folds = kernels.reduce(0) { $0 + $1.count }
      let lanes = Double(array.rows) * Double(array.columns)
      let use = kernels.reduce(0.0) { $0 + Double($1.rows * $1.columns * $1.count) / lanes }
      made = Saving(cycles: 0, folds: folds, use: use)
    }
    if savings.count >= 1 << 16 { savings.removeAll(keepingCapacity: true) }
    savings[groups] = made
    return made
  }
}
