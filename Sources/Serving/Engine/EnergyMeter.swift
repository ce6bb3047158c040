internal import Units

/// What all devices have used from the start of a run, and how long they were idle.
///
/// Only runs with `power` have one.
struct EnergyMeter {
  /// The idle powers that devices have, each once, in picojoules per picosecond.
  private let idlePowers: [Double]
  /// The number of its idle power, by device.
  private let powerOfDevice: [Int]
  /// Whether any device is said to draw something while idle.
  let countsIdle: Bool
  /// In picojoules; nil without a battery.
  private let budget: Double?
  /// By services that are over, loads, changes and idle devices, in picojoules.
  private var used = 0.0
  /// Since the warm-up, over all devices, in picoseconds, by idle power.
  private var idleTimes: [Int128]
  /// When the battery was used up.
  private(set) var emptied: SimulationTime?

  /// Where `power`, or what a kind of `fleet` says itself, draws between services or ends.
  init?(_ fleet: DeviceFleet, _ power: DevicePower?) {
    let kinds = fleet.kinds.map { $0.power ?? power }
    countsIdle = kinds.contains { $0?.idle != nil }
    guard countsIdle || power?.battery != nil else { return nil }
    var powers: [Double] = []
    let numbers = kinds.map { kind in
      let watts = kind?.idleWatts ?? 0
      if let index = powers.firstIndex(of: watts) { return index }
      powers.append(watts)
      return powers.count - 1
    }
    idlePowers = powers
    powerOfDevice = fleet.kindOfDevice.map { numbers[$0] }
    idleTimes = Array(repeating: 0, count: powers.count)
    budget = power?.battery.map { $0.value * 1e12 }
  }

  /// Time that devices were idle, over all of them, in picoseconds.
  var idleTime: Int128 { idleTimes.reduce(0, +) }

  /// Energy of the idle time, in picojoules.
  var idleEnergy: Double { zip(idleTimes, idlePowers).reduce(0) { $0 + Double($1.0) * $1.1 } }

  /// How many devices are idle, by idle power.
  func idle(_ devices: [DeviceState]) -> [Int] {
    var counts = Array(repeating: 0, count: idlePowers.count)
    for device in devices where device.isIdle { counts[powerOfDevice[device.index]] += 1 }
    return counts
  }

  /// Adds energy that is used at once.
  mutating func use(_ energy: Double) { used += energy }

  /// Adds the energy of a service up to a share of it.
  mutating func use(_ service: Service, to share: Double) {
    used += service.energy(from: service.done, to: share)
  }

  /// Lets time pass with `idle` idle devices of each power; from `start` on it is measured.
  mutating func pass(
    from now: SimulationTime, to time: SimulationTime, idle: [Int], since start: SimulationTime?
  ) {
    used = used(with: idle, for: time - now)
    guard let start, time > start else { return }
    for (number, count) in idle.enumerated() {
      idleTimes[number] += Int128((time - max(now, start)).count) * Int128(count)
    }
  }

  /// What is used when idle devices have drawn their power for a time.
  private func used(with idle: [Int], for time: SimulationTime) -> Double {
    var sum = used
    for (power, count) in zip(idlePowers, idle) {
      sum += power * Double(time.count) * Double(count)
    }
    return sum
  }

  /// Notes when the battery was used up.
  mutating func empty(at time: SimulationTime) { emptied = time }

  /// What is used at `time`, `services` running and `idle` devices idle since `now`.
  private func used(
    at time: SimulationTime, from now: SimulationTime, _ services: [Service], idle: [Int]
  ) -> Double {
    var sum = used(with: idle, for: time - now)
    for service in services {
      sum += service.energy(from: service.done, to: service.share(at: time))
    }
    return sum
  }

  /// The first picosecond, from `now` to `time`, at which more than the battery held is used; nil where it
  /// lasts.
  func end(
    from now: SimulationTime, to time: SimulationTime, _ services: [Service], idle: [Int]
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
