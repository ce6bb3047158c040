package import Architectures
package import Serving

/// One combination of policies and what it achieved, seed by seed.
package struct ServingOutcome {
  /// One option of a policy, every default filled in.
  package struct Option: Hashable {
    package let name: String
    package let value: String
  }

  /// Percentiles that are kept: every half per cent, and the last one in a thousand.
  static let percents: [Double] = (1...199).map { Double($0) / 2 } + [99.9]

  package let name: String
  package let policy: String
  let policyOptions: [Option]
  package let caching: String
  let cachingOptions: [Option]
  /// What the energies of the table are multiples of.
  package let energyUnit: EnergyUnit
  /// The window that was chosen for each seed; empty where none was.
  package var tuned: [TunedWindow] = []
  /// Names of the kinds of devices.
  private let kindNames: [String]
  /// In the order of the scenario's seeds.
  package private(set) var seeds: [SeedFigures] = []
  /// By class, the last of queries of no class; none where there are no classes.
  package private(set) var classes: [ServingOutcome] = []
  /// By kind of devices; none unless kinds are listed.
  package private(set) var kinds: [ServingOutcome] = []
  /// By device; none unless kinds are listed.
  private(set) var devices: [ServingOutcome] = []
  /// Sums over the seeds that served queries, at `percents`, in seconds.
  private var curveSums: [Double] = []
  private var curves = 0

  package init(
    name: String, policy: String = "", policyOptions: [Option] = [], caching: String = "",
    cachingOptions: [Option] = [], energyUnit: EnergyUnit, kinds: [String] = []
  ) {
    kindNames = kinds
    self.energyUnit = energyUnit
    self.name = name
    self.policy = policy
    self.policyOptions = policyOptions
    self.caching = caching
    self.cachingOptions = cachingOptions
  }

  /// Adds the run of one seed.
  package mutating func add(_ run: ServingRun, seed: Int) {
    let curve = run.metrics.latency.percentiles(Self.percents).map(\.seconds)
    add(SeedFigures(seed: seed, run, energyUnit: energyUnit, curve: curve), curve)
    if classes.isEmpty {
      classes = run.metrics.classes.map {
        ServingOutcome(name: $0.name ?? "", energyUnit: energyUnit)
      }
    }
    for (index, metrics) in run.metrics.classes.enumerated() {
      let curve = metrics.latency.percentiles(Self.percents).map(\.seconds)
      classes[index].add(SeedFigures(seed: seed, metrics, curve: curve), curve)
    }
    addDevices(run.metrics, seed: seed)
  }

  /// How reports call queries of no class.
  static let unclassed = "no class"

  /// The classes that reports show: all that have a name, and queries of none where there are any.
  var shownClasses: [ServingOutcome] {
    classes.filter { !$0.name.isEmpty || $0.sum(\.queries) > 0 }
  }

  private mutating func addDevices(_ metrics: ServingMetrics, seed: Int) {
    guard let last = metrics.perDevice.last else { return }
    if devices.isEmpty {
      devices = metrics.perDevice.map { _ in ServingOutcome(name: "", energyUnit: energyUnit) }
      kinds = kindNames.prefix(last.kind + 1).map {
        ServingOutcome(name: $0, energyUnit: energyUnit)
      }
    }
    for (index, device) in metrics.perDevice.enumerated() {
      devices[index].add(
        SeedFigures(seed: seed, [device], span: metrics.span, energyUnit: energyUnit), [])
    }
    for kind in kinds.indices {
      kinds[kind].add(
        SeedFigures(
          seed: seed, metrics.perDevice.filter { $0.kind == kind }, span: metrics.span,
          energyUnit: energyUnit), [])
    }
  }

  private mutating func add(_ figures: SeedFigures, _ curve: [Double]) {
    seeds.append(figures)
    guard !curve.isEmpty else { return }
    curves += 1
    curveSums = curveSums.isEmpty ? curve : zip(curveSums, curve).map { $0 + $1 }
  }

  /// All options for people.
  package var settings: String {
    (policyOptions + cachingOptions).map { "\($0.name): \($0.value)" }.joined(separator: ", ")
  }

  /// Whether any query was served with any seed.
  package var served: Bool { curves > 0 }

  /// `value` over the seeds that have one; nil when none has.
  package func spread(_ value: (SeedFigures) -> Double?) -> Spread? {
    Spread(seeds.compactMap(value))
  }

  /// The mean of `value` over the seeds that have one; nil when none has.
  package func mean(_ value: (SeedFigures) -> Double?) -> Double? { spread(value)?.mean }

  /// The sum of `value` over the seeds.
  package func sum(_ value: (SeedFigures) -> Int) -> Int { seeds.reduce(0) { $0 + value($1) } }

  /// What `value` is above that of `other`, seed by seed, over the seeds in which both have one; nil
  /// when none is.
  ///
  /// Arrivals and demands of a seed are the same for both, so that the differences vary less than the
  /// figures.
  package func difference(from other: ServingOutcome, _ value: (SeedFigures) -> Double?) -> Spread?
  {
    Spread(
      zip(seeds, other.seeds).compactMap { own, base in
        guard let own = value(own), let base = value(base) else { return nil }
        return own - base
      })
  }

  /// The latency in seconds that a share of the queries, in per cent, does not exceed: the mean over
  /// the seeds that served queries; nil when none did.
  package func latency(at percent: Double) -> Double? {
    curves == 0
      ? nil : Self.value(of: curveSums, at: percent).map { $0 / Double(curves) }
  }

  /// The value of a curve at one of `percents`.
  package static func value(of curve: [Double], at percent: Double) -> Double? {
    guard !curve.isEmpty else { return nil }
    return percents.firstIndex(of: percent).map { curve[$0] }
  }

  /// The options that a specification written as YAML holds; those that are tuned stand as such.
  package static func options(_ specification: String, tuned: [String] = []) -> [Option] {
    specification.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let name = String(parts[0])
      return Option(
        name: name,
        value: tuned.contains(name) ? "tuned" : String(parts[1].drop { $0 == " " }))
    }
  }
}
