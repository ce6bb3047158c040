internal import Architectures
internal import Components
internal import Networks
internal import Reports
internal import Serving

/// What a reader should know before trusting a serving experiment.
///
/// The rules follow "On Evaluating Performance of LLM Inference Serving Systems" in spirit, not in
/// numbering. Runs share devices, table, demands and arrivals by construction, and attainment is
/// never printed without accuracy and drops, so that no rule is needed for these.
struct ServingLint {
  /// Fewer seeds show no spread.
  static let fewestSeeds = 3
  /// From this share of busy time on a device counts as saturated.
  static let saturation = 0.99
  /// Up to this squared coefficient of variation, arrivals are no burstier than Poisson ones.
  static let calm = 1.1
  /// Options that say what is compared, not how it is tuned.
  private static let subjects = ["subnet", "subgraph"]

  let spec: ServingSpec
  let table: ProfileTable
  let outcomes: [ServingOutcome]
  /// Squared coefficient of variation of the gaps; nil for a closed loop.
  let variation: Double?
  /// Whether the arrivals say what queries ask for, beside the scenario's demands.
  let arrivalsAsk: Bool
  /// How many classes queries are of.
  var classes = 0

  /// One sentence for each finding.
  var warnings: [String] {
    experiment() + stream() + load() + unknown()
      + unequalOptions("policy", \.policy, \.policyOptions)
      + unequalOptions("caching", \.caching, \.cachingOptions) + fullBatches()
      + outcomes.flatMap(run)
  }

  /// Seeds, warm-up, and how the queries vary.
  private func experiment() -> [String] {
    var found: [String] = []
    let seeds = spec.allSeeds.count
    if seeds < Self.fewestSeeds {
      found.append(
        "\(seeds) seed\(seeds == 1 ? "" : "s"): at least \(Self.fewestSeeds) are needed to show a "
          + "spread")
    }
    if outcomes.count == 1 { found.append("one run: there is nothing to compare it with") }
    if classes > DemandMix.mostClasses {
      found.append(
        "\(NumberText.count(classes)) classes: more than \(DemandMix.mostClasses) have no figures of "
          + "their own")
    }
    if spec.options.warmUp == 0 { found.append("no warm-up is left out of the figures") }
    let demands = spec.demands
    let isConstant =
      !arrivalsAsk && demands.classes == nil && demands.latency?.low == demands.latency?.high
      && demands.accuracy.map { $0.low == $0.high } ?? true
      && (demands.subnetWeights ?? []).count { $0 > 0 } <= 1
    if let variation, variation < Self.calm, isConstant {
      found.append(
        "every query asks for the same and arrivals are no burstier than Poisson "
          + "(CV^2 \(Self.text(variation))): real streams vary")
    }
    return found
  }

  /// Arrivals that end before as many queries as the scenario asks for have come.
  private func stream() -> [String] {
    guard spec.options.until == nil else { return [] }
    let arrived = outcomes.flatMap(\.seeds).map(\.arrivals).min() ?? 0
    guard arrived < spec.options.queries else { return [] }
    return [
      "the arrivals end after \(NumberText.count(arrived)) queries, options.queries asks for "
        + NumberText.count(spec.options.queries)
    ]
  }

  /// What the table does not know.
  private func unknown() -> [String] {
    var found: [String] = []
    if !table.hasEnergy {
      found.append("the table has no energies: nothing is said about energy")
    }
    if !table.hasTraffic {
      found.append("the table has no DRAM bytes: nothing is said about traffic")
    }
    if table.hasEnergy, table.loadEnergyPerByte == nil, spec.options.energyPerLoadedByte == nil,
      outcomes.contains(where: { $0.seeds.contains(where: \.hasLoads) })
    {
      found.append(
        "loads of sub-graphs count without energy: the table does not say what a byte costs, "
          + "options.energy_per_loaded_byte does")
    }
    return found
  }

  /// One load says little, least of all when nothing saturates.
  private func load() -> [String] {
    guard variation != nil else { return [] }
    let busiest = outcomes.flatMap(\.seeds).compactMap(\.utilization).max() ?? 0
    let advice = "at least three, one of them past saturation, show where a policy breaks"
    guard busiest < Self.saturation else { return ["one load only: \(advice)"] }
    return [
      "one load only, none past saturation (busiest run \(NumberText.share(busiest))): \(advice)"
    ]
  }

  /// Options that different kinds share but set differently, and kinds that are tried more often.
  private func unequalOptions(
    _ role: String, _ kind: KeyPath<ServingOutcome, String>,
    _ options: KeyPath<ServingOutcome, [ServingOutcome.Option]>
  ) -> [String] {
    func unique(_ texts: [String]) -> [String] {
      texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    let tuned = outcomes.map { outcome in
      (
        kind: outcome[keyPath: kind],
        options: outcome[keyPath: options].filter { !Self.subjects.contains($0.name) }
      )
    }
    let kinds = unique(tuned.filter { !$0.options.isEmpty }.map(\.kind))
    var found: [String] = []
    for name in unique(tuned.flatMap { $0.options.map(\.name) }) {
      let values = kinds.map { kind in
        unique(
          tuned.filter { $0.kind == kind }.flatMap { $0.options }.filter { $0.name == name }
            .map(\.value))
      }
      let known = values.filter { !$0.isEmpty }
      guard known.contains(where: { Set($0) != Set(known.first ?? []) }) else { continue }
      let text = zip(kinds, values).filter { !$0.1.isEmpty }
        .map { "\($0.0) \($0.1.joined(separator: " and "))" }.joined(separator: ", ")
      found.append("\(role) option `\(name)` differs between kinds: \(text)")
    }
    let tries = kinds.map { kind in
      unique(
        tuned.filter { $0.kind == kind }.map { entry in
          entry.options.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        }
      ).count
    }
    if let most = tries.max(), tries.contains(where: { $0 < most }) {
      let text = zip(kinds, tries).map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      found.append("\(role) kinds are tried with unequal numbers of settings: \(text)")
    }
    return found
  }

  /// What makes the figures of one run less than they seem.
  private func run(_ outcome: ServingOutcome) -> [String] {
    guard outcome.served else {
      return [
        "\(outcome.name): no query is served, so that there is no latency, accuracy or energy"
      ]
    }
    var found: [String] = []
    for (percent, text) in [(99, "99"), (99.9, "99.9")] {
      let isReliable = outcome.seeds.allSatisfy {
        LatencyDistribution.isReliable(percentile: percent, count: $0.completed)
      }
      if !isReliable { found.append("\(outcome.name): too few queries for a \(text)th percentile") }
    }
    let drops = outcome.sum(\.dropped)
    if drops > 0 {
      found.append(
        "\(outcome.name) gives up "
          + NumberText.share(Double(drops) / Double(outcome.sum(\.queries)))
          + " of its queries: latency and accuracy are those of the others")
    }
    let inFlight = outcome.sum(\.inFlight)
    if inFlight > 0 {
      let overdue = outcome.sum(\.overdue)
      found.append(
        "\(outcome.name): \(NumberText.count(inFlight)) queries are in flight at the end and in no "
          + "figure"
          + (overdue == 0
            ? "" : " but SLO, which counts the \(NumberText.count(overdue)) past their deadline"))
    }
    if outcome.sum(\.onTime) == 0 { found.append("\(outcome.name): no query meets its deadline") }
    if outcome.sum(\.accurateEnough) == 0 {
      found.append("\(outcome.name): no query gets the accuracy it asks for")
    }
    return found
  }

  static func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
