public import Components
public import Inputs

/// A scheduler of the user's own: a process that speaks lines of JSON.
///
/// Every run starts one process. What it may say is described in the article on schedulers of one's own.
/// Source: the interface that Revati (2026) and Maya (EuroSys 2026) argue for, real control code against
/// an emulated device.
public struct ProcessPolicy: SchedulerPolicy {
  /// The parameters.
  public typealias Spec = ProcessSpec

  /// `process`.
  public static let kind = "process"
  /// One sentence.
  public static let summary =
    "A scheduler of your own, in any language: a process that speaks JSON lines."

  /// A choice that is still being thought about, in virtual time.
  private struct Pending {
    let choice: DecisionReader.Choice
    /// When it may be carried out.
    let ready: SimulationTime
  }

  private let spec: Spec
  private var folder = ""
  /// What shares memories.
  private var models: [ServedModel] = []
  /// The kind of each device, by name; none where all are equal.
  private var kinds: [String] = []
  private var table: ProfileTable?
  private var session: PolicySession?
  /// One device has at most one.
  private var pending: [Pending] = []

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try spec.check()
    self.spec = spec
  }

  /// Takes the folder that relative paths start from.
  public mutating func load(
    folder: String, _ read: (String) throws(InputError) -> String
  ) throws(InputError) { self.folder = folder }

  /// Files that the command names.
  public func files(in folder: String) -> [String] { ProcessFiles.named(spec.command, in: folder) }

  /// Takes the table.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) { self.table = table }

  /// Takes what kind each device is of, which the process is told.
  public mutating func prepare(on fleet: DeviceFleet, serving models: [ServedModel]) {
    self.models = models
    kinds = fleet.isListed ? fleet.kindOfDevice.map { fleet.kinds[$0].name } : []
  }

  /// By arrival or by deadline, as `order` says.
  public func key(of query: Query) -> Int {
    spec.order == .deadline ? query.deadline.count : query.arrival.count
  }

  /// Starts the process.
  public mutating func begin(seed: Int, devices: Int) throws(PolicyError) {
    guard let table else { return }
    session = try PolicySession(
      spec, folder: folder, role: "scheduler", table: table, seed: seed, devices: devices,
      kinds: kinds, models: models)
  }

  /// The process is told what each query names, and the engine refuses another choice.
  public var servesNamed: Bool { true }
  /// Where the process wants them.
  public var wantsEvents: Bool { session?.wantsDone ?? false }
  /// Tells the process.
  public mutating func finished(_ batch: [Query], _ service: Service) throws(PolicyError) {
    guard let session, let table else { return }
    try session.tell(PolicyText.done(batch, service, table), at: service.end)
  }

  /// Says `bye`.
  public mutating func finish() throws(PolicyError) { try session?.finish() }

  /// From each question to its answer.
  public var thinking: ThinkingTime? { session?.thinking }

  /// Asks the process, or carries out what it has said before.
  public mutating func decide(_ snapshot: Snapshot) throws(PolicyError) -> Decision {
    guard let session, let table else { return .wait(until: nil) }
    // A device that failed while its choice was thought about gives the queries back.
    pending.removeAll { !snapshot.devices[$0.choice.device].isIdle }
    if let index = pending.firstIndex(where: { $0.ready <= snapshot.now }) {
      return run(pending.remove(at: index).choice, snapshot.queue)
    }
    if let own = pending.first(where: { $0.choice.device == snapshot.asking }) {
      return .wait(until: own.ready)
    }
    let reserved = Set(pending.flatMap(\.choice.queries))
    let offered = offer(snapshot.queue, without: reserved)
    guard !offered.isEmpty else { return .wait(until: nil) }
    let taken = Set(pending.map(\.choice.device))
    let question = PolicyText.decide(
      snapshot, taken: taken, queue: offered, waiting: snapshot.queue.count - reserved.count, table,
      models)
    let reader = DecisionReader(
      table: table, now: snapshot.now, asking: snapshot.asking,
      devices: snapshot.devices.map { $0.isIdle && !taken.contains($0.index) },
      offered: offered.map(\.id))
    let (answer, seconds) = try session.ask(question, at: snapshot.now) {
      (node) throws(InputError) in
      try reader.read(node)
    }
    switch answer {
    case .wait(let until): return .wait(until: until)
    case .drop(let queries): return .drop(positions: Self.positions(of: queries, snapshot.queue))
    case .choose(let choice):
      let ready = snapshot.now + charge(seconds)
      guard ready > snapshot.now else { return run(choice, snapshot.queue) }
      pending.append(Pending(choice: choice, ready: ready))
      return .wait(until: ready)
    }
  }

  /// The first waiting queries that no pending choice holds.
  private func offer(_ queue: QueryQueue, without reserved: Set<Int>) -> [Query] {
    var offered: [Query] = []
    for position in 0..<queue.count where offered.count < spec.queueLimit {
      let query = queue[position]
      if reserved.isEmpty || !reserved.contains(query.id) { offered.append(query) }
    }
    return offered
  }

  private func charge(_ seconds: Double) -> SimulationTime {
    switch spec.charge {
    case .none: SimulationTime(0)
    case .fixed: spec.chargedTime ?? SimulationTime(0)
    case .measured: SimulationTime(seconds: seconds)
    }
  }

  private func run(_ choice: DecisionReader.Choice, _ queue: QueryQueue) -> Decision {
    .run(
      positions: Self.positions(of: choice.queries, queue), subnet: choice.subnet,
      device: choice.device, loading: choice.load)
  }

  /// Where queries stand in the queue.
  private static func positions(of queries: [Int], _ queue: QueryQueue) -> QueuePositions {
    let wanted = Set(queries)
    var positions: [Int] = []
    for position in 0..<queue.count where positions.count < wanted.count {
      if wanted.contains(queue[position].id) { positions.append(position) }
    }
    return .list(positions)
  }
}
