internal import Components
internal import Crypto
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs the points of a sweep on several threads and stores them.
///
/// The result does not depend on the number of threads, nor on interruptions.
public final class SweepRunner: Sendable {
  /// How the run goes on.
  public struct Options: Sendable {
    /// Threads.
    public var jobs = 1
    /// The part that is run; nil for the whole sweep.
    public var shard: SweepManifest.Shard?
    /// Seconds after which no further point is begun; nil for none.
    public var deadline: Double?

    /// One thread, everything.
    public init() {}
  }

  /// How far a run is.
  public struct Progress: Sendable {
    /// Points in the store.
    public let done: Int
    /// Points that the run is to have.
    public let total: Int
    /// Points that were in the store when the run began.
    public let before: Int
  }

  /// What is known when a run begins.
  public struct Beginning: Sendable {
    /// Seconds that the whole run may take; nil for a search that chooses as it goes.
    public let seconds: Double?
    /// Points that ended the program before and are errors now, with the signal.
    public let crashed: [Int: Int32]
  }

  /// How a run ended.
  public enum Ending: Hashable, Sendable {
    /// Every point is stored.
    case complete
    /// It was told to stop; the rest can be resumed.
    case interrupted
    /// The deadline passed; the rest can be resumed.
    case deadline
  }

  let sweep: Sweep
  let options: Options
  private let stopped = Atomic<Bool>(false)
  /// Notes of the points that run, once the run has begun.
  private let notes = Mutex<PointsUnderway?>(nil)
  let workers: [WorkerBox]

  /// A worker that goes from thread to thread inside its lock.
  final class WorkerBox: Sendable {
    let worker: Mutex<any PointWorker>
    init(_ worker: any PointWorker) { self.worker = Mutex(worker) }
  }

  /// Seconds between two transactions, about: what an interruption can cost.
  private static let blockSeconds = 0.25
  /// The most points between two transactions.
  private static let largestBlock = 8192
  /// Points that a thread takes at a time.
  static let chunkSize = 16

  /// Prepares to run `sweep`.
  public init(_ sweep: Sweep, options: Options) {
    self.sweep = sweep
    self.options = options
    workers = (0..<max(1, options.jobs)).map { _ in WorkerBox(sweep.evaluator.worker()) }
  }

  /// Lets the points that are under way finish, stores them, and ends the run.
  public func stop() { stopped.store(true, ordering: .relaxed) }

  /// Positions of the sweep that this run is to have.
  var range: Range<Int> {
    let points = sweep.manifest.points
    guard let shard = options.shard else { return 0..<points }
    return points * (shard.index - 1) / shard.count..<points * shard.index / shard.count
  }

  /// Number of points that this run is to have; the most it may have where a search chooses.
  public var pointCount: Int { range.count }

  // MARK: Estimating

  /// Seconds that the whole run may take, from a few points spread over it; nil where what is run depends on
  /// earlier points.
  private func estimatedSeconds() -> Double? {
    guard case .listed(_, let picks) = sweep.plan, !range.isEmpty,
      !sweep.evaluator.searchesPromising
    else { return nil }
    let start = DispatchTime.now().uptimeNanoseconds
    var tried = 0
    while tried < 32 {
      let index = range.lowerBound + (range.count - 1) * tried / 31
      workers[0].worker.withLock { worker in
        let made = sweep.space.point(picks(index))
        _ = noted(index, thread: 0) { Self.run(sweep, made, &worker, .full) }
      }
      tried += 1
      if DispatchTime.now().uptimeNanoseconds - start > 300_000_000 { break }
    }
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    return seconds / Double(tried) * Double(range.count) / Double(workers.count)
  }

  /// What the worker says of a point, or why it is none.
  static func run(
    _ sweep: Sweep, _ made: (point: DesignPoint, failure: SpecError?),
    _ worker: inout any PointWorker, _ effort: PointEffort
  ) -> PointOutcome {
    if let failure = made.failure { return sweep.outcome(.error("\(failure.message)")) }
    return sweep.outcome(worker.evaluate(made.point, effort: effort))
  }

  // MARK: Running

  /// Runs every point that `folder` does not hold yet.
  ///
  /// `folder` must not hold a sweep unless `resumes` is set; then it must hold this one.
  ///
  /// `began` is called before the first point; what it is told takes a third of a second to find.
  public func run(
    into folder: String, resumes: Bool, began: ((Beginning) -> Void)? = nil,
    _ progress: @Sendable (Progress) -> Void
  ) throws(StoreError) -> Ending {
    var manifest = sweep.manifest
    manifest.shard = options.shard
    let store: ResultStore
    if ResultStore.exists(in: folder) {
      guard resumes else { throw .occupied(folder) }
      store = try ResultStore.open(in: folder, isWriter: true)
      var reasons = manifest.differences(from: store.manifest)
      if manifest.shard != store.manifest.shard {
        reasons.append(
          "it holds \(store.manifest.shard.map { "shard \($0.text)" } ?? "the whole sweep")")
      }
      guard reasons.isEmpty else { throw .changed(folder, reasons) }
    } else {
      store = try ResultStore.create(in: folder, manifest)
    }
    let underway = try PointsUnderway(folder, threads: workers.count)
    notes.withLock { $0 = underway }
    began?(Beginning(seconds: estimatedSeconds(), crashed: underway.crashed))
    let ending: Ending
    switch sweep.plan {
    case .listed(_, let picks):
      ending =
        sweep.evaluator.searchesPromising
        ? try runPromising(store, picks, progress)
        : options.deadline == nil
          ? try runAll(store, picks, progress) : try runBest(store, picks, progress)
    case .generations(_, let search):
      ending = try runGenerations(store, search, progress)
    }
    if ending == .complete {
      try manifest.write(to: folder)
      underway.remove()
    }
    try store.close()
    return ending
  }

  /// In order of position, block by block, so that memory does not grow with the sweep.
  private func runAll(
    _ store: ResultStore, _ picks: @escaping @Sendable (Int) -> [Int],
    _ progress: @Sendable (Progress) -> Void
  ) throws(StoreError) -> Ending {
    let range = range
    let before = try store.count()
    var done = before
    let writer = BlockWriter(store)
    var start = range.lowerBound
    var size = Self.chunkSize * workers.count
    while start < range.upperBound, !isStopped {
      let block = start..<min(start + size, range.upperBound)
      start = block.upperBound
      // An empty store holds nothing to skip, and asking it would wait for the last block's rows.
      let known =
        before == 0
        ? [] : try writer.exclusively { store throws(StoreError) in try store.stored(in: block) }
      let missing = block.filter { !known.contains($0) }
      guard !missing.isEmpty else { continue }
      let begin = DispatchTime.now().uptimeNanoseconds
      let rows = evaluate(missing.map { ($0, picks($0)) })
      done += rows.count
      try writer.write(rows)
      progress(Progress(done: done, total: range.count, before: before))
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - begin) * 1e-9
      let due = Double(missing.count) * Self.blockSeconds / max(seconds, 1e-6)
      size = max(Self.chunkSize, Int(min(due, Double(Self.largestBlock))))
    }
    try writer.finish()
    return done == range.count ? .complete : .interrupted
  }

  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// The rows of these points, in their order, without those that a stop or the limit left out.
  func evaluate(
    _ points: [(index: Int, picks: [Int])], _ effort: PointEffort = .full,
    until limit: DispatchTime? = nil
  ) -> [ResultStore.Row] {
    parallel(points.count, until: limit) { position, thread, worker in
      let (index, picks) = points[position]
      let made = self.sweep.space.point(picks)
      let outcome = self.noted(index, thread: thread) {
        Self.run(self.sweep, made, &worker, effort)
      }
      return ResultStore.Row(
        point: index, key: Self.key(made.point), axes: made.point.columns, outcome: outcome)
    }.compactMap(\.self)
  }

  /// Values of `body` for `0..<count`, nil for those that a stop or the limit left out.
  func parallel<Value: Sendable>(
    _ count: Int, until limit: DispatchTime?,
    _ body: @Sendable (Int, Int, inout any PointWorker) -> Value
  ) -> [Value?] {
    let results = Mutex<[Value?]>(Array(repeating: nil, count: count))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(workers.count, count)) { number in
      workers[number].worker.withLock { worker in
        while !isStopped, limit.map({ DispatchTime.now() < $0 }) ?? true {
          let first = next.wrappingAdd(Self.chunkSize, ordering: .relaxed).oldValue
          guard first < count else { return }
          let chunk = first..<min(first + Self.chunkSize, count)
          let values = chunk.map { body($0, number, &worker) }
          results.withLock { list in
            for (index, value) in zip(chunk, values) { list[index] = value }
          }
        }
      }
    }
    return results.withLock { $0 }
  }

  /// What `body` says of point `index`, or that the point ended the program before.
  func noted(_ index: Int, thread: Int, _ body: () -> PointOutcome) -> PointOutcome {
    guard let underway = notes.withLock({ $0 }) else { return body() }
    if let signal = underway.crashed[index] {
      return sweep.outcome(
        .error("ended the program with signal \(signal), a bug of umemaki, please report it"))
    }
    return underway.note(index, thread: thread, body)
  }

  /// Digest of a point's content: 128 bits are plenty for any sweep.
  static func key(_ point: DesignPoint) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in SHA256.hash(data: Data(point.content.utf8)).prefix(16) {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
