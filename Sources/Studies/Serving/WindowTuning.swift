internal import Architectures
public import Components
internal import Documents
package import Inputs
internal import Reports
package import Serving

/// How the window of a run's caching policy is chosen: on queries that no figure is about.
public struct WindowTuning: Codable, Hashable, Sendable {
  /// What the best window has.
  public enum Goal: String, Codable, CaseIterable, Sendable {
    /// The least mean latency.
    case latency
    /// The least energy per query.
    case energy
    /// The most mean accuracy of all queries served.
    case accuracy
    /// The most deadlines met.
    case attainment

    /// Whether more is better.
    var prefersLarge: Bool { self == .accuracy || self == .attainment }

    func value(_ figures: SeedFigures) -> Double? {
      switch self {
      case .latency: figures.latencyMean
      case .energy: figures.energy
      case .accuracy: figures.servedAccuracy
      case .attainment: figures.attainment
      }
    }
  }

  /// Windows that are tried, in queries; of equally good ones the first is taken.
  public let windows: [Int]
  /// Queries that they are tried on.
  public let queries: Int
  /// Seed of a stream of its own that they are tried on; when left out, the first queries of each seed's
  /// own stream, which belong to the warm-up.
  public let seed: Int?
  /// What the best window has, `latency` when left out.
  public let by: Goal?

  /// Policies that look at a window.
  static let kinds = [AverageCaching.kind, MostFrequentCaching.kind]
  /// Arrivals that are recorded: the same with every seed.
  private static let recorded = [TraceReplay.kind, FunctionCountsReplay.kind]

  /// The goal.
  var goal: Goal { by ?? .latency }

  /// Refuses what cannot be tuned, and queries that would be trained on and judged; paths start at the run.
  func check(_ run: ServingSpec.Run, _ spec: ServingSpec, table: ProfileTable) throws(SpecError) {
    guard Self.kinds.contains(run.caching.kind) else {
      throw SpecError(
        "tune",
        "\(run.caching.kind) has no window, expected caching of kind "
          + Self.kinds.joined(separator: " or "))
    }
    guard !run.caching.has("window") else {
      throw SpecError("caching.window", "`tune` chooses the window, leave out")
    }
    guard queries >= 1, queries <= 1_000_000_000 else {
      throw SpecError("tune.queries", "expected 1 to 1e9, found \(queries)")
    }
    guard !windows.isEmpty else { throw SpecError("tune.windows", "expected at least one window") }
    for (index, window) in windows.enumerated() {
      let place = "tune.windows[\(index)]"
      guard (1...1_000_000).contains(window) else {
        throw SpecError(place, "expected 1 to 1000000, found \(window)")
      }
      guard windows.firstIndex(of: window) == index else {
        throw SpecError(place, "\(window) is listed twice")
      }
      guard window <= queries else {
        throw SpecError(
          place, "a window of \(window) is never full in the \(queries) queries it is tried on")
      }
    }
    if goal == .energy, !table.hasEnergy {
      throw SpecError("tune.by", "the table has no energies")
    }
    try checkTraining(spec)
  }

  private func checkTraining(_ spec: ServingSpec) throws(SpecError) {
    guard let seed else {
      guard queries <= spec.options.warmUp else {
        throw SpecError(
          "tune.queries",
          "expected at most the \(spec.options.warmUp) queries of `options.warm_up`, found \(queries): "
            + "no query may be trained on and judged; or a `seed` of its own")
      }
      return
    }
    guard seed >= 0 else { throw SpecError("tune.seed", "must not be negative, found \(seed)") }
    guard !spec.allSeeds.contains(seed) else {
      throw SpecError(
        "tune.seed", "\(seed) is a seed of the scenario, whose queries are judged: expected another"
      )
    }
    guard !Self.recorded.contains(spec.arrivals.kind) else {
      throw SpecError(
        "tune.seed",
        "a recorded stream is the same with every seed, leave out and train on the warm-up")
    }
  }
}

extension WindowTuning: DescribedKeys {
  /// What each key says.
  public static let notes: [KeyNote] = [
    KeyNote(
      "windows", "Windows that are tried, in queries; of equally good ones the first is taken"),
    KeyNote("queries", "Queries that they are tried on, 1 to 1e9"),
    KeyNote(
      "seed", "Seed of a stream of its own that they are tried on, none of the scenario's",
      default: "the first queries of each seed's own stream, within the warm-up"),
    KeyNote(
      "by",
      "What the best window has: the least mean latency or energy per query, the most mean accuracy "
        + "or attainment",
      default: "latency"),
  ]
}

/// The window that was chosen for one seed, and what every window gave.
package struct TunedWindow: Hashable, Sendable {
  /// What one window gave.
  package struct Trial: Hashable, Sendable {
    /// In queries.
    package let window: Int
    /// What is wanted; nil where no query was served.
    package let value: Double?
  }

  /// The seed that it was chosen for.
  package let seed: Int
  /// What was chosen.
  package let window: Int
  /// In the order of the file.
  package let trials: [Trial]

  /// The first of the best ones.
  init(seed: Int, trials: [Trial], prefersLarge: Bool) {
    self.seed = seed
    self.trials = trials
    let sign = prefersLarge ? -1.0 : 1
    let known = trials.enumerated().filter { $0.element.value != nil }
    let best = known.min {
      (sign * ($0.element.value ?? 0), $0.offset) < (sign * ($1.element.value ?? 0), $1.offset)
    }
    window = (best?.element ?? trials.first)?.window ?? 1
  }
}

extension ServingSpec.Run {
  /// The caching policy, with the first window to try where it is tuned.
  package var cachingChoice: Choice {
    guard let tune, WindowTuning.kinds.contains(caching.kind) else { return caching }
    return caching(window: tune.windows.first ?? 1)
  }

  /// Options that tuning chooses: without an interval of its own a policy decides once per window.
  var tunedOptions: [String] {
    tune == nil ? [] : ["window"] + (caching.has("interval") ? [] : ["interval"])
  }

  /// The caching policy with a window, or as it is.
  func caching(window: Int?) -> Choice {
    window.map { caching.setting("window", to: "\($0)") } ?? caching
  }
}

extension Choice {
  /// Whether a parameter is given.
  fileprivate func has(_ key: String) -> Bool { replacing(key, with: "") != nil }
}

extension ServingExperiment {
  /// The window of a run for a seed, found by serving the training queries with each; nil where the run
  /// is not tuned.
  package func tunedWindow(
    _ index: Int, arrivals: any ArrivalProcess, seed: Int
  ) throws(InputError) -> TunedWindow? {
    guard let tune = spec.runs[index].tune else { return nil }
    var options = spec.options
    options.queries = tune.queries
    options.warmUp = 0
    options.until = nil
    options.seed = tune.seed ?? seed
    var trials: [TunedWindow.Trial] = []
    for window in tune.windows {
      let simulation = try simulation(
        index, arrivals: arrivals, options: options, window: window, plans: true)
      var outcome = ServingOutcome(name: "", energyUnit: table.energyUnit)
      do {
        outcome.add(try simulation.run(), seed: seed)
      } catch {
        throw located(error, in: index)
      }
      trials.append(TunedWindow.Trial(window: window, value: outcome.mean(tune.goal.value)))
    }
    return TunedWindow(seed: seed, trials: trials, prefersLarge: tune.goal.prefersLarge)
  }

  /// Refuses what cannot be tuned.
  func checkTuning() throws(InputError) {
    for (index, run) in spec.runs.enumerated() {
      guard let tune = run.tune else { continue }
      do throws(SpecError) {
        try tune.check(run, spec, table: table)
      } catch {
        throw file.error(SpecError("runs[\(index)].\(error.path)", error.message))
      }
    }
  }
}

extension WindowTuning {
  /// Which windows were chosen, and on what.
  func text(_ tuned: [TunedWindow]) -> String {
    let windows = tuned.map { "\($0.window)" }
    let seeds = tuned.map { "\($0.seed)" }.joined(separator: ", ")
    let isOne = Set(windows).count == 1
    let chosen =
      (isOne ? windows.first ?? "" : windows.joined(separator: ", "))
      + (tuned.count == 1 ? " with seed \(seeds)" : " with seeds \(seeds)")
    let stream = seed.map { "of seed \($0)" } ?? "of the warm-up"
    return "\(chosen): \(goal.prefersLarge ? "most" : "least") \(goal.rawValue) of windows "
      + "\(self.windows.map { "\($0)" }.joined(separator: ", ")) over \(NumberText.count(queries)) "
      + "queries \(stream), which no figure is about"
  }

  /// Every window that was tried, with what it gave.
  func document(_ tuned: [TunedWindow]) -> TunedRunDocument {
    TunedRunDocument(
      by: goal.rawValue, queries: queries, seed: seed,
      chosen: tuned.map { entry in
        .init(
          seed: entry.seed, window: entry.window,
          tried: entry.trials.map { .init(window: $0.window, value: $0.value) })
      })
  }
}
