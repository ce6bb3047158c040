internal import Architectures
internal import Units

/// Cores that pass partial sums on until the first one has all of them, cycle by cycle.
struct SumMachine {
  /// One of them.
  private struct Core {
    /// When its own sums are there.
    let ready: Int
    /// The core that it passes its sums to.
    let next: Int
    /// Cores whose sums have not arrived.
    var missing = 0
    /// When the last of those that have arrived did.
    var arrived = 0
    /// Sets of sums that are left to add, and additions that are left of the first of them.
    var sets = 0
    var additions = 0
    /// When its sums are added up.
    var added: Int?
    /// Bits that are left to send, times the cycles of the link's rate; nil once all are sent.
    var left: Int?
  }

  private var cores: [Core]
  private let count: Int
  private let lanes: Int
  private let hop: Int
  private let isBus: Bool
  /// Bits in each cycle times the cycles of the rate; zero where sending takes no time.
  private let perCycle: Int
  private let store: Int

  init(
    ready: [Int], count: Int, lanes: Int, _ routes: CoreRoutes, _ network: NetworkOnChipSpec,
    _ spec: ArchitectureSpec
  ) {
    let rate = network.bandwidth.perCycle(at: spec.frequency)
    let bits = count * spec.precision.accumulator.count
    perCycle = rate.bytes * 8
    hop = network.hopLatency?.count ?? 1
    isBus = network.kind == .bus
    self.count = count
    self.lanes = lanes
    let output = spec.memory.transfers.output.bandwidth.perCycle(at: spec.frequency)
    store = output.cycles(for: Bits(count * spec.precision.output.count)).count
    cores = ready.indices.map { Core(ready: ready[$0], next: routes.next(from: $0)) }
    for core in cores.indices.dropFirst() {
      cores[core].left = bits * rate.cycles
      cores[cores[core].next].missing += 1
      cores[cores[core].next].sets += 1
    }
    for core in cores.indices { cores[core].additions = count }
  }

  /// The cycle in which the last result is stored.
  mutating func run() -> Int {
    var time = 0
    while true {
      // Sums are passed towards the first core, so those behind it are asked first.
      for core in cores.indices.reversed() { settle(core, at: time) }
      if let end = cores[0].added, end <= time { return end + store }
      for core in cores.indices where isAdding(core, at: time) { add(core, at: time) }
      send(at: time)
      time += 1
    }
  }

  private func isAdding(_ core: Int, at time: Int) -> Bool {
    let own = cores[core]
    return own.added == nil && own.missing == 0 && time >= max(own.ready, own.arrived)
  }

  /// What takes no time.
  private mutating func settle(_ core: Int, at time: Int) {
    if isAdding(core, at: time), cores[core].sets == 0 { cores[core].added = time }
    if perCycle == 0, cores[core].left != nil, let added = cores[core].added, added <= time {
      arrive(from: core, at: time)
    }
  }

  private mutating func add(_ core: Int, at time: Int) {
    cores[core].additions -= lanes
    guard cores[core].additions <= 0 else { return }
    cores[core].additions = count
    cores[core].sets -= 1
    if cores[core].sets == 0 { cores[core].added = time + 1 }
  }

  private mutating func send(at time: Int) {
    guard perCycle > 0 else { return }
    var senders = cores.indices.filter {
      cores[$0].left != nil && cores[$0].added.map { $0 <= time } ?? false
    }
    // On a bus the one that was ready first sends all before the next one does.
    if isBus {
      let first = senders.min { (cores[$0].added ?? 0, $0) < (cores[$1].added ?? 0, $1) }
      senders = first.map { [$0] } ?? []
    }
    for core in senders {
      let left = (cores[core].left ?? 0) - perCycle
      cores[core].left = left
      if left <= 0 { arrive(from: core, at: time + 1) }
    }
  }

  private mutating func arrive(from core: Int, at time: Int) {
    cores[core].left = nil
    let next = cores[core].next
    cores[next].missing -= 1
    cores[next].arrived = max(cores[next].arrived, time + hop)
  }
}
