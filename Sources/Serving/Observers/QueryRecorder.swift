public import Inputs
internal import Units

/// Follows every query from its arrival to its end and gives a record of each, in the order of the ends.
///
/// Memory grows with the queries in the system, not with those that have left it. Energy and bytes of a
/// piece are shared equally by its batch, those of a load by the batch whose completion asked for it, or
/// else by the batch that starts next, so that the records of a run without a warm-up add up to its
/// figures. With a warm-up, figures count work by its time and records by its query.
public struct QueryRecorder<Sink: QueryRecordSink>: SimulationObserver {
  /// What is known of a query in the system.
  private struct Progress {
    var since: WaitingClock.Reading
    var parts = QueryRecord.Parts()
    var start: SimulationTime?
    var pieces = 0
    /// Since when it is served; nil while it waits.
    var piece: SimulationTime?
    /// When the change before its piece is over.
    var work = SimulationTime(0)
    var device: Int?
    var subnet: Int?
    var subgraph: Int?
    var members: [Int] = []
    var chain: [PieceRecord] = []
    var loaded = 0
    var swapped = 0
    var bytes = 0
    var energy = 0.0
  }

  /// A load, from a reading of the clock to an end.
  private struct Load {
    let start: WaitingClock.Reading
    let end: SimulationTime
  }

  /// Where the records go.
  public private(set) var sink: Sink
  /// Why the sink takes no more.
  public private(set) var failure: InputError?
  private let simulation: ServingSimulation
  private let fastest: Int
  private var clock: WaitingClock
  /// Loads that no finished batch asked for, by device.
  private var loads: [Int: Load] = [:]
  private var queries: [Int: Progress] = [:]
  /// Records that a load may still follow, all of one device.
  private var pending: [QueryRecord] = []
  /// The record before those.
  private var last: QueryRecord?
  /// Loads that no batch asked for.
  private var unasked = LoadedBytes()

  /// Follows a run of `simulation`.
  public init(_ simulation: ServingSimulation, sink: Sink) {
    self.simulation = simulation
    self.sink = sink
    clock = WaitingClock(devices: simulation.options.devices)
    let table = simulation.table
    fastest =
      table.subnets.indices.flatMap { row in
        table.subgraphs.indices.map { table.latency(row, $0, batch: 0) }
      }.min() ?? 0
  }

  /// Ends the run early where nothing can be written any more.
  public var isFinished: Bool { failure != nil }

  /// Begins to follow a query.
  public mutating func arrived(_ query: Query) {
    flush()
    queries[query.id] = Progress(since: clock.read(at: query.arrival))
  }

  /// Notes who is served by what, and charges a change of sub-network.
  public mutating func started(_ batch: [Query], _ service: Service) {
    flush()
    let members = batch.map(\.id)
    let device = service.device.index
    let load = loads.removeValue(forKey: device).flatMap { $0.end == service.start ? $0 : nil }
    for query in batch {
      guard var progress = queries[query.id] else { continue }
      wait(&progress, until: service.start, for: load)
      progress.start = progress.start ?? service.start
      progress.pieces += 1
      progress.piece = service.start
      progress.work = service.work
      progress.device = device
      progress.subnet = service.subnet
      if simulation.hasChains { progress.chain.append(PieceRecord(service)) }
      progress.subgraph = service.device.subgraph
      progress.members = members
      queries[query.id] = progress
    }
    if service.swap.bytes.count > 0 {
      for (index, member) in members.enumerated() {
        queries[member]?.swapped += Self.part(
          service.swap.bytes.count, index, of: members.count)
      }
    }
    unasked.add(
      service.actuation.bytes.count, price: simulation.loadPrice(of: service.device))
    share(loaded: unasked, among: members)
    unasked = LoadedBytes()
    clock.begin(at: service.start, isLoad: false)
  }

  /// Shares the work of a piece and adds up its time.
  public mutating func finished(_ batch: [Query], _ service: Service) {
    leave(batch, service, at: service.end)
  }

  /// Shares the work that a device did until it failed.
  public mutating func interrupted(_ batch: [Query], _ service: Service, at time: SimulationTime) {
    leave(batch, service, at: time)
  }

  /// Ends a query that was served.
  public mutating func completed(_ query: Query, _ service: Service, batch: Int) {
    let outcome: QueryRecord.Outcome = service.end <= query.deadline ? .met : .late
    end(
      query, outcome, at: service.end,
      accuracy: simulation.table.subnets[service.subnet].accuracy)
  }

  /// Ends a query that was given up.
  public mutating func dropped(
    _ query: Query, at time: SimulationTime, because reason: DropReason
  ) {
    flush()
    end(query, .dropped, at: time, reason: reason)
    flush()
  }

  /// Charges a load to the batch that asked for it.
  public mutating func loading(
    _ subgraph: Int, _ device: DeviceState, at time: SimulationTime, cost: ProfileTable.Load
  ) {
    let asked = pending.indices.filter {
      pending[$0].device == device.index && pending[$0].end == time
    }
    let price = simulation.loadPrice(of: device)
    if asked.isEmpty {
      unasked.add(cost.bytes.count, price: price)
      loads[device.index] = Load(start: clock.read(at: time), end: time + cost.time)
    }
    for (place, index) in asked.enumerated() {
      let bytes = Self.part(cost.bytes.count, place, of: asked.count)
      charge(&pending[index], bytes, price: price)
    }
    if cost.time.count > 0 { clock.begin(at: time, isLoad: true) }
    flush()
  }

  /// A device is idle again.
  public mutating func loaded(
    _ device: DeviceState, since start: SimulationTime, at time: SimulationTime
  ) {
    flush()
    clock.end(at: time, isLoad: true)
  }

  /// A device that is down is not idle.
  public mutating func failed(_ device: DeviceState, at time: SimulationTime) {
    flush()
    loads[device.index] = nil
    if device.activity == .loading { clock.end(at: time, isLoad: true) }
    clock.begin(at: time, isLoad: false)
  }

  /// A device is there again.
  public mutating func recovered(_ device: DeviceState, at time: SimulationTime) {
    flush()
    clock.end(at: time, isLoad: false)
  }

  /// Ends the queries that are in the system, and gives the last records.
  public mutating func ended(_ snapshot: Snapshot, _ underWay: [UnderWay]) {
    flush()
    for work in underWay {
      if let service = work.service {
        share(work.batch, service, to: service.share(at: snapshot.now))
      }
      for query in work.batch { end(query, .unfinished, at: snapshot.now) }
    }
    for position in 0..<snapshot.queue.count {
      end(snapshot.queue[position], .unfinished, at: snapshot.now)
      flush()
    }
    flush()
    guard var record = last else { return }
    last = nil
    // Loads after which nothing started.
    charge(&record, unasked.count, price: unasked.price)
    unasked = LoadedBytes()
    give(record)
  }

  private func charge(_ record: inout QueryRecord, _ bytes: Int, price: Double) {
    record.bytesLoaded += bytes
    record.dramBytes? += bytes
    record.energy?.value += Double(bytes) * price
  }

  /// Adds up a wait, that for a load which was started for the query apart.
  private mutating func wait(
    _ progress: inout Progress, until time: SimulationTime, for load: Load?
  ) {
    guard let load, load.start.time >= progress.since.time else {
      clock.add(since: progress.since, to: &progress.parts, at: time)
      return
    }
    WaitingClock.add(from: progress.since, to: load.start, &progress.parts)
    progress.parts.load = progress.parts.load + (time - load.start.time)
    _ = clock.read(at: time)
  }

  /// The queries of a batch that is through or lost wait again.
  private mutating func leave(_ batch: [Query], _ service: Service, at time: SimulationTime) {
    flush()
    clock.end(at: time, isLoad: false)
    share(batch, service, to: service.share(at: time))
    for query in batch { leave(query.id, at: time) }
  }

  /// Energy and bytes of a piece as far as it got.
  private mutating func share(_ batch: [Query], _ service: Service, to share: Double) {
    let energy = service.energy(from: service.done, to: share) / Double(batch.count)
    let bytes = service.dramBytes(from: service.done, to: share)
    for (index, query) in batch.enumerated() {
      queries[query.id]?.energy += energy
      queries[query.id]?.bytes += Self.part(bytes, index, of: batch.count)
    }
  }

  /// Bytes of a load or a change, shared.
  private mutating func share(loaded bytes: LoadedBytes, among members: [Int]) {
    guard bytes.count > 0 else { return }
    for (index, query) in members.enumerated() {
      let part = Self.part(bytes.count, index, of: members.count)
      let energy = Double(part) * bytes.price
      queries[query]?.loaded += part
      queries[query]?.bytes += part
      queries[query]?.energy += energy
    }
  }

  /// A share of a whole number; the shares add up to it.
  private static func part(_ whole: Int, _ index: Int, of count: Int) -> Int {
    whole / count + (index < whole % count ? 1 : 0)
  }

  /// Adds up a piece up to now, after which the query waits.
  private mutating func leave(_ query: Int, at time: SimulationTime) {
    guard var progress = queries[query], let start = progress.piece else { return }
    let work = min(progress.work, time)
    progress.parts.load = progress.parts.load + (work - start)
    progress.parts.service = progress.parts.service + (time - work)
    progress.piece = nil
    progress.since = clock.read(at: time)
    queries[query] = progress
  }

  /// What is known at once of a query that was given up; nil where the policy did it.
  private static func cause(of reason: DropReason) -> QueryRecord.Cause? {
    switch reason {
    case .policy: nil
    case .failure: .failure
    case .battery: .battery
    case .full: .full
    }
  }

  private mutating func end(
    _ query: Query, _ outcome: QueryRecord.Outcome, at time: SimulationTime,
    reason: DropReason = .policy, accuracy: Double? = nil
  ) {
    let isRunning = queries[query.id]?.piece != nil
    if isRunning { leave(query.id, at: time) }
    guard var progress = queries.removeValue(forKey: query.id) else { return }
    clock.add(since: progress.since, to: &progress.parts, at: time)
    var record = QueryRecord(
      query: query, start: progress.start, end: time, outcome: outcome,
      cause: Self.cause(of: reason)
        ?? cause(query, outcome, progress.parts, isRunning: isRunning, at: time),
      accuracy: accuracy, parts: progress.parts,
      isMeasured: query.id >= simulation.options.warmUp)
    record.pieces = progress.pieces
    record.device = progress.device
    record.subnet = progress.subnet
    record.subgraph = progress.subgraph
    record.members = progress.members
    record.chain = progress.chain
    record.bytesLoaded = progress.loaded
    record.modelBytes = progress.swapped
    let table = simulation.table
    if table.hasTraffic { record.dramBytes = progress.bytes }
    if table.hasEnergy { record.energy = Picojoules(progress.energy) }
    if let row = progress.subnet, let column = progress.subgraph, !table.resident.isEmpty {
      record.bytesHit = table.resident[row * table.subgraphs.count + column].count
    }
    pending.append(record)
  }

  private func cause(
    _ query: Query, _ outcome: QueryRecord.Outcome, _ parts: QueryRecord.Parts, isRunning: Bool,
    at time: SimulationTime
  ) -> QueryRecord.Cause {
    switch outcome {
    case .met: .none
    case .late: parts.longest
    case .unfinished: isRunning ? .running : .waiting
    case .dropped: time + SimulationTime(least(query)) > query.deadline ? .tooLate : .policy
    }
  }

  /// The least time, in picoseconds, that the rest of a query's service may take.
  private func least(_ query: Query) -> Int {
    guard let row = query.startedSubnet, let boundaries = simulation.boundaries else {
      return fastest
    }
    return simulation.table.subgraphs.indices.map { column in
      let whole = simulation.table.latency(row, column, batch: 0)
      return whole - boundaries.elapsed(row, segments: query.completedSegments, of: whole)
    }.min() ?? 0
  }

  /// Gives the records after which no load can come, but for the last of all.
  private mutating func flush() {
    for record in pending {
      if let last { give(last) }
      last = record
    }
    pending.removeAll(keepingCapacity: true)
  }

  private mutating func give(_ record: QueryRecord) {
    guard failure == nil else { return }
    do {
      try sink.take(record)
    } catch {
      failure = error
    }
  }
}
