internal import Architectures
public import Components
public import Units

/// What devices draw between services, what they may draw during one, and how much there is for all of them.
///
/// A kind of devices may say its own `idle` and `cap` in place of those of all.
/// Nothing of this is known of the shipped designs: every value is the user's, and without it nothing is drawn
/// between services, nothing is limited, and nothing runs out.
public struct DevicePower: Codable, Hashable, Sendable {
  /// What each device draws while it neither serves nor loads and has not failed; nothing unless given.
  ///
  /// What a device draws during services is in the table, an architecture's `idle_power` too.
  public let idle: Milliwatts?
  /// The most that a device draws on average over a service; no limit unless given.
  ///
  /// A service that would draw more takes longer, `energy / cap`, at a lower clock with the same energy. With
  /// `idle` the time that is added draws that as well. Loads of sub-graphs and changes of sub-network are not
  /// limited. Assumed: voltage stays as it is.
  public let cap: Milliwatts?
  /// The energy that all devices together may use from the start of a run, its warm-up included; no end
  /// unless given.
  ///
  /// Services use it as they go on, loads and changes when they start. When it is used up, every device stops
  /// for good, and what is not served then is given up.
  public let battery: Joules?

  /// Makes a power supply.
  public init(idle: Milliwatts? = nil, cap: Milliwatts? = nil, battery: Joules? = nil) {
    self.idle = idle
    self.cap = cap
    self.battery = battery
  }

  /// What an idle device draws, in picojoules per picosecond, which are watts.
  var idleWatts: Double { (idle?.value ?? 0) * 1e-3 }

  /// Refuses what says nothing and what cannot be.
  func check() throws(SpecError) {
    guard idle != nil || cap != nil || battery != nil else {
      throw SpecError("power", "expected at least one of `idle`, `cap` and `battery`")
    }
    if let idle, !EnergyTable.isPriced(idle.value) {
      throw SpecError("power.idle", "expected 0 or 1e-12 to 1e12 mW, found \(idle.value.plain) mW")
    }
    if let cap {
      guard (1e-12...1e12).contains(cap.value) else {
        throw SpecError("power.cap", "expected 1e-12 to 1e12 mW, found \(cap.value.plain) mW")
      }
      guard cap.value > idle?.value ?? 0 else {
        throw SpecError("power.cap", "expected more than `idle` draws, found \(cap.value.plain) mW")
      }
    }
    guard let battery, !(1e-12...1e12).contains(battery.value) else { return }
    throw SpecError("power.battery", "expected 1e-12 to 1e12 J, found \(battery.value.plain) J")
  }

  /// Refuses a table whose energies are not known in joules.
  func check(_ table: ProfileTable) throws(SpecError) {
    guard table.hasEnergy else {
      throw SpecError("power", "the table has no energies to add to or to limit")
    }
    guard table.energyUnit.isAbsolute else {
      throw SpecError(
        "power", "needs energies in joules, those of the table are in \(table.energyUnit.rawValue)")
    }
  }
}

extension DevicePower: DescribedKeys {
  /// What each key says.
  public static let notes: [KeyNote] = [
    KeyNote(
      "idle", "What each device draws while it neither serves nor loads and has not failed",
      default: "nothing"),
    KeyNote(
      "cap",
      "The most that a device draws on average over a service, which takes longer where it would draw more",
      default: "no limit"),
    KeyNote(
      "battery",
      "The energy for all devices and the whole run, after which they stop and queries count as not served",
      default: "no end"),
  ]
}

extension ProfileTable {
  /// The table of a device whose services draw at most `power.cap`.
  ///
  /// With energy E, time T, cap P and idle power I a service takes max(T, (E - I T) / (P - I)), in whole
  /// picoseconds rounded up, and uses I more for every picosecond that is added, so that it draws P on average.
  /// - Throws: `SpecError` where energies are not known, or a service would take longer than a table can say.
  func limited(by power: DevicePower) throws(SpecError) -> ProfileTable {
    try power.check(self)
    guard let cap = power.cap else { return self }
    let (watts, idle) = (cap.value * 1e-3, power.idleWatts)
    var limited: [Cell] = []
    for cell in cells {
      let time = Double(cell.latency.count)
      // A quotient that misses the whole number it means by its rounding is that number.
      let exact = (cell.energy.value - idle * time) / (watts - idle)
      let longer = (exact * (1 - 1e-12)).rounded(.up)
      guard longer > time else {
        limited.append(cell)
        continue
      }
      guard longer < 0x1p60 else {
        throw SpecError("power.cap", "a service takes more than 1e6 s, expected a higher cap")
      }
      limited.append(
        Cell(
          latency: SimulationTime(Int(longer)),
          energy: Picojoules(cell.energy.value + idle * (longer - time)),
          dramBytes: cell.dramBytes))
    }
    return try ProfileTable(
      subnets: subnets, subgraphs: subgraphs, batches: batches, cells: limited, resident: resident,
      transitions: transitions, encodings: encodings, energyUnit: energyUnit, hasEnergy: hasEnergy,
      hasTraffic: hasTraffic, loadEnergyPerByte: loadEnergyPerByte)
  }
}

extension DevicePower {
  /// What holds for one kind of devices, the `number`th: what it says itself, else what is said of all.
  ///
  /// - Throws: `SpecError` at the kind's own keys.
  static func merged(
    _ all: DevicePower?, own: DevicePower?, kind number: Int
  ) throws(SpecError) -> DevicePower? {
    guard let own else { return all }
    let place = "devices[\(number)]."
    guard own.battery == nil else {
      throw SpecError(
        "\(place)power.battery",
        "the battery is that of all devices: expected it in `options.power`, found one of a kind")
    }
    guard own.idle != nil || own.cap != nil else {
      throw SpecError("\(place)power", "expected at least one of `idle` and `cap`")
    }
    let merged = DevicePower(
      idle: own.idle ?? all?.idle, cap: own.cap ?? all?.cap, battery: all?.battery)
    do throws(SpecError) {
      try own.check()
      try merged.check()
    } catch {
      throw SpecError("\(place)\(error.path)", error.message)
    }
    return merged
  }
}

extension DeviceFleet {
  /// The same devices with services that draw at most what a supply allows, kind by kind; each kind then says
  /// what holds for it.
  ///
  /// - Throws: `SpecError` where energies are not known, or a service would take longer than a table can say.
  func limited(by power: DevicePower?) throws(SpecError) -> DeviceFleet {
    try power?.check()
    guard power != nil || kinds.contains(where: { $0.power != nil }) else { return self }
    guard isListed else {
      guard let power else { return self }
      return DeviceFleet(try table.limited(by: power), count: count)
    }
    var limited: [DeviceKind] = []
    for (number, kind) in kinds.enumerated() {
      let merged = try DevicePower.merged(power, own: kind.power, kind: number)
      var table = kind.table
      if let merged {
        do throws(SpecError) {
          table = try table.limited(by: merged)
        } catch {
          // At the key that is wrong: the kind's own, or that of all.
          guard kind.power != nil, error.path == "power" || kind.power?.cap != nil else {
            throw error
          }
          throw SpecError("devices[\(number)].\(error.path)", error.message)
        }
      }
      limited.append(
        DeviceKind(
          name: kind.name, count: kind.count, table: table, actuation: kind.actuation,
          memory: kind.memory, link: kind.link, power: merged))
    }
    return try DeviceFleet(limited)
  }
}
