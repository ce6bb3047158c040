internal import Components

extension ServingExecution {
  /// Schedules an outage and the return from it; nothing where there is none of this number.
  mutating func scheduleFailure(_ number: Int) {
    guard let outage = options.failures?.outage(number, devices: devices.count),
      outage.at < .limit
    else { return }
    nextFailure = number + 1
    background += 1
    events.schedule(.failed, at: outage.at, device: outage.device)
    if let back = outage.back, back < .limit {
      background += 1
      events.schedule(.recovered, at: back, device: outage.device)
    }
  }

  /// A device fails: what it runs is lost or waits again, what it held is gone.
  ///
  /// What ends at this instant has ended before.
  mutating func fail(_ device: Int) throws(ServingError) {
    scheduleFailure(nextFailure)
    let state = snapshot.devices[device]
    let isBusy = !state.isIdle
    devices[device].failures += 1
    devices[device].loading = nil
    devices[device].pending = nil
    devices[device].wake = nil
    snapshot.devices[device].activity = .down
    snapshot.devices[device].subnet = nil
    loseMemory(device)
    if isBusy { background += 1 }
    let batch = devices[device].batch
    devices[device].batch = []
    if let service = devices[device].service {
      let share = service.share(at: now)
      meter?.use(service, to: share)
      metrics.interrupted(service, at: now)
      observer.interrupted(batch, service, at: now)
    } else if isBusy {
      metrics.loaded(device, since: devices[device].start, at: now)
    }
    devices[device].service = nil
    metrics.failed(device, lost: batch.count)
    observer.failed(state, at: now)
    for query in batch {
      if options.failures?.inFlight == .lost {
        try drop(query, because: .failure)
      } else {
        snapshot.queue.insert(query, key: policy.key(of: query))
      }
    }
  }

  /// A device comes back: its buffer is empty, and it loads what it held at first.
  mutating func recover(_ device: Int) throws(ServingError) {
    snapshot.devices[device].activity = .idle
    observer.recovered(snapshot.devices[device], at: now)
    try load(simulation.initialSubgraphs[snapshot.devices[device].kind], from: nil, device: device)
  }
}
