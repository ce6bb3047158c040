internal import Units

/// What all devices have used from the start of a run, and how long they were idle.
///
/// Only runs with `power` have one.
struct EnergyMeter {
  /// In picojoules per picosecond.
  private let idlePower: Double
  /// In picojoules; nil without a battery.
  private let budget: Double?
  /// By services that are over, loads, changes and idle devices, in picojoules.
  private var used = 0.0
  /// Since the warm-up, over all devices, in picoseconds.
  private(set) var idleTime = Int128(0)
  /// When the battery was used up.
  private(set) var emptied: SimulationTime?

  init?(_ power: DevicePower?) {
    guard let power, power.idle != nil || power.battery != nil else { return nil }
    idlePower = power.idleWatts
    budget = power.battery.map { $0.value * 1e12 }
  }

  /// Energy of the idle time, in picojoules.
  var idleEnergy: Double { Double(idleTime) * idlePower }

  /// Adds energy that is used at once.
  mutating func use(_ energy: Double) { used += energy }

  /// Adds the energy of a service up to a share of it.
  mutating func use(_ service: Service, to share: Double) {
    used += service.energy(from: service.done, to: share)
  }

  /// Lets time pass with `idle` idle devices; from `start` on it is measured.
  mutating func pass(
    from now: SimulationTime, to time: SimulationTime, idle: Int, since start: SimulationTime?
  ) {
    used += idlePower * Double((time - now).count) * Double(idle)
    guard let start, time > start else { return }
    idleTime += Int128((time - max(now, start)).count) * Int128(idle)
  }

  /// Notes when the battery was used up.
  mutating func empty(at time: SimulationTime) { emptied = time }

  /// What is used at `time`, `services` running and `idle` devices idle since `now`.
  private func used(
    at time: SimulationTime, from now: SimulationTime, _ services: [Service], idle: Int
  ) -> Double {
    var sum = used + idlePower * Double((time - now).count) * Double(idle)
    for service in services {
      sum += service.energy(from: service.done, to: service.share(at: time))
    }
    return sum
  }

  /// The first picosecond, from `now` to `time`, at which more than the battery held is used; nil where it
  /// lasts.
  func end(
    from now: SimulationTime, to time: SimulationTime, _ services: [Service], idle: Int
  ) -> SimulationTime? {
    guard let budget, emptied == nil, used(at: time, from: now, services, idle: idle) > budget
    else { return nil }
    // What is used never falls as time goes on.
    var (low, high) = (now.count, time.count)
    while low < high {
      let middle = low + (high - low) / 2
      let spent = used(at: SimulationTime(middle), from: now, services, idle: idle)
      if spent > budget { high = middle } else { low = middle + 1 }
    }
    return SimulationTime(low)
  }
}
