internal import Components
internal import Inputs
internal import Networks

/// Runs design points.
protocol PointEvaluator: Sendable {
  /// The figures of a point that runs, in column order.
  var metrics: [Metric] { get }
  /// The supernet whose sub-networks a space axis draws, where there is one.
  var supernet: Supernet? { get }
  /// Axes that the target has whether or not the file names them, after the others.
  var implied: [SweepDimension.Member] { get }
  /// What a reader should know before trusting the figures.
  var notes: [String] { get }
  /// What makes the figures those of something else than they seem to be of.
  var warnings: [String] { get }
  /// The files that were read.
  var inputs: [String] { get }
  /// Whether the whole model is for points alone that may be on the front, see `PromisingPoints`.
  var searchesPromising: Bool { get }
  /// By how much of every objective points without a search may be better than those with one.
  var tolerance: Double { get }
  /// Checks every path a point writes to, before the first point runs.
  ///
  /// `settings` holds every value of every axis, and the derived values of the first point.
  mutating func check(_ settings: [DesignPoint.Setting]) throws(SpecError)
  /// Notes what a reader should know of designs like those of `points`, a few of the sweep's.
  mutating func look(at points: [DesignPoint])
  /// A worker with caches of its own; one thread uses it at a time.
  func worker() -> any PointWorker
}

extension PointEvaluator {
  /// It is for every point, unless an evaluator says otherwise.
  var searchesPromising: Bool { false }

  /// None.
  var tolerance: Double { 0 }

  /// Nothing, unless an evaluator makes designs itself.
  mutating func look(at points: [DesignPoint]) {}
}

/// Runs design points one after the other.
protocol PointWorker: Sendable {
  /// The figures of `point`, or why it has none.
  mutating func evaluate(_ point: DesignPoint, effort: PointEffort) -> PointResult
}

/// How much work a point is worth.
enum PointEffort: Sendable {
  /// An estimate that ranks points.
  case estimate
  /// The whole model.
  case full
  /// The whole model with the largest tiles in place of a search.
  case largest
  /// A bound that no mapping of a search goes below, for figures of `PromisingPoints.bounded` alone.
  case least
  /// A closer bound of these figures, for the time of a search in endless buffers.
  case closelyLeast
}

/// What a worker says of a point.
enum PointResult: Hashable, Sendable {
  /// One value per metric, not a number where there is none.
  case ran([Double])
  /// The design cannot execute the workload.
  case infeasible(String)
  /// The values make no sense together.
  case error(String)
}

/// A sentence about a point that cannot run.
struct PointFailure: Error, Hashable, Sendable {
  let message: String
  let isInfeasible: Bool
  let isUnknownKey: Bool

  init(_ message: String, isInfeasible: Bool = false, isUnknownKey: Bool = false) {
    self.message = message
    self.isInfeasible = isInfeasible
    self.isUnknownKey = isUnknownKey
  }

  /// The error without the place in a file, which every point shares.
  init(_ error: InputError) {
    // A key that nothing asks for is wrong whatever the other values are.
    let first = error.all.first { $0.kind == .unknownKey } ?? error
    self.init(
      first.path.isEmpty ? first.message : "\(first.path): \(first.message)",
      isUnknownKey: first.kind == .unknownKey)
  }

  /// What `body` says, as a failure of the point.
  static func located<Value>(
    _ body: () throws(InputError) -> Value
  ) throws(PointFailure) -> Value {
    do {
      return try body()
    } catch {
      throw PointFailure(error)
    }
  }

  var result: PointResult { isInfeasible ? .infeasible(message) : .error(message) }
}
