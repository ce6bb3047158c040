package import Reports

/// Policies side by side on the same arrivals.
package struct ServingDocument: Document, Hashable {
  package static let schema = "umemaki.serving/1"

  /// How queries come.
  package struct Arrivals: Codable, Hashable, Sendable {
    package let kind: String
    /// Nil where it depends on the service.
    @OrNull package var rateHz: Double?
    package let queries: Int
    /// Squared coefficient of variation of the gaps; nil where it depends on the service.
    @OrNull package var cv2: Double?

    package init(
      kind: String, rateHz: Double?, queries: Int, cv2: Double?
    ) {
      self.kind = kind
      self.rateHz = rateHz
      self.queries = queries
      self.cv2 = cv2
    }
  }

  package let scenario: String
  package let arrivals: Arrivals
  /// Queries that no figure counts.
  package let warmUp: Int
  /// The runs, in order.
  package let policies: [Joined<RunFigures<Double, Int>, ServedRun>]
  package let warnings: [String]
  package let provenance: Provenance
  /// What runs elsewhere; nil where nothing does.
  package let host: [HostWorkDocument]?
  /// What no policy can exceed; nil unless it was asked for.
  package let oracleBound: OracleBoundDocument?

  package init(
    scenario: String, arrivals: Arrivals, warmUp: Int,
    policies: [Joined<RunFigures<Double, Int>, ServedRun>], warnings: [String],
    provenance: Provenance, host: [HostWorkDocument]? = nil, oracleBound: OracleBoundDocument? = nil
  ) {
    self.scenario = scenario
    self.arrivals = arrivals
    self.warmUp = warmUp
    self.policies = policies
    self.warnings = warnings
    self.provenance = provenance
    self.host = host
    self.oracleBound = oracleBound
  }
}

/// A run beside its figures.
package struct ServedRun: Codable, Hashable, Sendable {
  /// What failures of devices did, of all seeds.
  package struct Failures: Codable, Hashable, Sendable {
    package let devices: Int
    package let queriesInterrupted: Int
    package let queriesLost: Int

    package init(
      devices: Int, queriesInterrupted: Int, queriesLost: Int
    ) {
      self.devices = devices
      self.queriesInterrupted = queriesInterrupted
      self.queriesLost = queriesLost
    }
  }

  /// Of which run the figures are subtracted.
  package struct Against: Codable, Hashable, Sendable {
    package let against: String

    package init(
      against: String
    ) {
      self.against = against
    }
  }

  package let name: String
  package let policy: String
  package let cachingPolicy: String
  /// Of both policies.
  package let options: String
  /// Different settings of the same policies in this experiment.
  package let settingsTried: Int
  /// Nil where there is none.
  @OrNull package var networkCalculusBoundS: Double?
  /// By variant; nil without a frame period.
  @OrNull package var fluidity: [String: Double?]?
  /// Nil where devices do not fail.
  package let failures: Failures?
  /// The window that was chosen; nil where none was.
  package let tuned: TunedRunDocument?
  /// Accuracies of the queries in time over all queries; left out without a bound.
  @OrAbsent package var accuracyScore: Double??
  /// Queries that found no room to wait, of all seeds; nil where there is no limit.
  package let queriesRefused: Int?
  /// Nil where the scenario says nothing of it.
  package let power: PowerDocument?
  /// Nil where there is only one.
  package let classes: [Joined<QueryFigures<Double, Int>, ServedClass>]?
  /// Nil where no model shares a memory.
  package let memory: ModelMemoryDocument?
  /// By kind; nil where the scenario lists none.
  package let devices: [Joined<DeviceFigures<Double, Int>, ServedDevices>]?
  package let spread: RunFigures<SpreadFigures, SpreadFigures>
  package let seeds: [Joined<RunFigures<Double, Int>, SeedNumber>]
  /// What the figures are above those of the first run, seed by seed; nil for the first.
  @OrNull package var paired: Joined<RunFigures<SpreadFigures, SpreadFigures>, Against>?

  package init(
    name: String, policy: String, cachingPolicy: String, options: String, settingsTried: Int,
    networkCalculusBoundS: Double?, fluidity: [String: Double?]?, failures: Failures? = nil,
    tuned: TunedRunDocument? = nil, accuracyScore: Double?? = nil, queriesRefused: Int? = nil,
    power: PowerDocument? = nil,
    classes: [Joined<QueryFigures<Double, Int>, ServedClass>]? = nil,
    memory: ModelMemoryDocument? = nil,
    devices: [Joined<DeviceFigures<Double, Int>, ServedDevices>]? = nil,
    spread: RunFigures<SpreadFigures, SpreadFigures>,
    seeds: [Joined<RunFigures<Double, Int>, SeedNumber>],
    paired: Joined<RunFigures<SpreadFigures, SpreadFigures>, Against>?
  ) {
    self.name = name
    self.policy = policy
    self.cachingPolicy = cachingPolicy
    self.options = options
    self.settingsTried = settingsTried
    self.networkCalculusBoundS = networkCalculusBoundS
    self.fluidity = fluidity
    self.failures = failures
    self.tuned = tuned
    self.accuracyScore = accuracyScore
    self.queriesRefused = queriesRefused
    self.power = power
    self.classes = classes
    self.memory = memory
    self.devices = devices
    self.spread = spread
    self.seeds = seeds
    self.paired = paired
  }
}

/// A class of queries beside its figures.
package struct ServedClass: Codable, Hashable, Sendable {
  /// Nil for queries of none.
  @OrNull package var `class`: String?
  /// Share of deadlines that should be met; nil where nobody says.
  package let target: Double?
  /// Left out without a target, nil where no query says.
  @OrAbsent package var meetsTarget: Bool??
  package let spread: QueryFigures<SpreadFigures, SpreadFigures>
  package let seeds: [Joined<QueryFigures<Double, Int>, SeedNumber>]

  package init(
    `class`: String?, target: Double? = nil, meetsTarget: Bool?? = nil,
    spread: QueryFigures<SpreadFigures, SpreadFigures>,
    seeds: [Joined<QueryFigures<Double, Int>, SeedNumber>]
  ) {
    self.class = `class`
    self.target = target
    self.meetsTarget = meetsTarget
    self.spread = spread
    self.seeds = seeds
  }
}

/// The devices of a kind beside their figures.
package struct ServedDevices: Codable, Hashable, Sendable {
  /// Which device figures are of.
  package struct Device: Codable, Hashable, Sendable {
    package let device: Int
    /// Nil where the kind has no limit.
    package let memory: ModelMemoryDocument?

    package init(
      device: Int, memory: ModelMemoryDocument? = nil
    ) {
      self.device = device
      self.memory = memory
    }
  }

  package let kind: String
  package let count: Int
  package let spread: DeviceFigures<SpreadFigures, SpreadFigures>
  package let seeds: [Joined<DeviceFigures<Double, Int>, SeedNumber>]
  package let each: [Joined<DeviceFigures<Double, Int>, Device>]

  package init(
    kind: String, count: Int, spread: DeviceFigures<SpreadFigures, SpreadFigures>,
    seeds: [Joined<DeviceFigures<Double, Int>, SeedNumber>],
    each: [Joined<DeviceFigures<Double, Int>, Device>]
  ) {
    self.kind = kind
    self.count = count
    self.spread = spread
    self.seeds = seeds
    self.each = each
  }
}
