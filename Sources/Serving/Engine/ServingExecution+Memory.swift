internal import Components
internal import Units

extension ServingExecution {
  /// The memories of all devices, with what is pinned in each; none where none is limited.
  static func memories(_ simulation: ServingSimulation) -> [ByteAccount?] {
    let fleet = simulation.fleet
    guard fleet.kinds.contains(where: { $0.memory != nil }) else { return [] }
    return fleet.kindOfDevice.map { kind in
      guard let capacity = fleet.kinds[kind].memory else { return nil }
      var account = ByteAccount(capacity: capacity)
      for (number, model) in simulation.models.models.enumerated() where model.isPinned {
        _ = account.take(model, numbered: number)
      }
      return account
    }
  }

  /// Brings the model of a sub-network into the memory of a device.
  ///
  /// - Returns: What that costs: nothing where it is there, or where the memory has no limit.
  mutating func admit(_ subnet: Int, _ device: Int) throws(ServingError) -> ProfileTable.Load {
    let number = simulation.models.modelOfRow[subnet]
    guard var account = snapshot.memories[device] else { return ProfileTable.Load() }
    // In place: no second copy of the list.
    snapshot.memories[device] = nil
    defer { snapshot.memories[device] = account }
    if account.use(number) { return ProfileTable.Load() }
    let model = simulation.models.models[number]
    guard let left = account.take(model, numbered: number) else {
      throw .noRoom(model: model.name, device: device, time: now)
    }
    let kind = simulation.fleet.kinds[snapshot.devices[device].kind]
    let time = kind.link.map { Actuation.time(model.bytes, $0) } ?? SimulationTime(0)
    guard time < .limit else { throw .serviceBeyondClock(start: now) }
    metrics.swapped(model, evicting: left.count, device)
    observer.swapped(number, evicting: left, snapshot.devices[device], at: now)
    return ProfileTable.Load(bytes: model.bytes, time: time)
  }

  /// A device that fails loses what is in its memory.
  mutating func loseMemory(_ device: Int) {
    guard !snapshot.memories.isEmpty else { return }
    _ = snapshot.memories[device]?.clear()
  }
}
