internal import Components

extension ServingExecution {
  /// Lets time pass until `time`, or until the battery is used up before it; gives whether it is.
  @inline(__always)
  mutating func pass(to time: SimulationTime) throws(ServingError) -> Bool {
    if meter != nil { return try passMetered(to: time) }
    snapshot.now = time
    return false
  }

  private mutating func passMetered(to time: SimulationTime) throws(ServingError) -> Bool {
    let idle = meter?.idle(snapshot.devices) ?? []
    let (start, since) = (now, metrics.measuredSince)
    let services = devices.compactMap(\.service)
    let end = meter?.end(
      from: start, to: time, services, idle: idle)
    meter?.pass(from: start, to: end ?? time, idle: idle, since: since)
    snapshot.now = end ?? time
    guard let end else { return false }
    meter?.empty(at: end)
    try stopDevices()
    return true
  }

  /// Whether the battery is used up.
  var isWithoutPower: Bool { meter?.emptied != nil }

  /// Every device stops for good: what it runs, and all that waits, is given up.
  private mutating func stopDevices() throws(ServingError) {
    var given: [Query] = []
    for device in devices.indices where snapshot.devices[device].activity != .down {
      if !snapshot.devices[device].isIdle { background += 1 }
      given += stop(device)
    }
    while !snapshot.queue.isEmpty {
      snapshot.queue.take(.range(0..<1), into: &given)
    }
    for query in given { try drop(query, because: .battery) }
  }

  /// What a device serves is over; gives its queries.
  private mutating func stop(_ device: Int) -> [Query] {
    let batch = devices[device].batch
    let state = snapshot.devices[device]
    // Events of what it did are void.
    devices[device].failures += 1
    devices[device].loading = nil
    devices[device].pending = nil
    devices[device].wake = nil
    devices[device].batch = []
    if let service = devices[device].service {
      let share = service.share(at: now)
      meter?.use(service, to: share)
      metrics.interrupted(service, at: now)
      observer.interrupted(batch, service, at: now)
    } else if snapshot.devices[device].activity == .loading {
      metrics.loaded(device, since: devices[device].start, at: now)
    }
    devices[device].service = nil
    snapshot.devices[device].activity = .down
    snapshot.devices[device].subnet = nil
    loseMemory(device)
    observer.stopped(state, at: now)
    return batch
  }
}
