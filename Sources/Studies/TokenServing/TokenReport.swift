internal import Architectures
internal import Components
internal import Documents
public import Reports
internal import Serving

extension TokenExperiment {
  /// Serves the requests under every policy and reports.
  ///
  /// - Parameters:
  ///   - command: The command that asks.
  ///   - iterations: A CSV file for a row per iteration; nil where none is wanted.
  ///   - requests: One for a row per request.
  /// - Returns: The report.
  /// - Throws: `InputError` where the parts do not fit together, or a run cannot go on.
  public func report(
    command: String, iterations: String? = nil, requests: String? = nil
  ) throws -> Report {
    let rows = try TokenRecords(iterations: iterations, requests: requests)
    var outcomes: [TokenReport.Outcome] = []
    var known = KnownCosts()
    for index in spec.runs.indices {
      let costs = try known.costs(of: index, in: self)
      var metrics: [TokenMetrics] = []
      for seed in spec.allSeeds {
        let simulation = try simulation(index, seed: seed, costs: costs)
        metrics.append(
          try rows.run(simulation, spec.runs[index].name, seed) { failure($0, in: index) })
      }
      outcomes.append(
        TokenReport.Outcome(
          name: spec.runs[index].name, policy: spec.runs[index].policy.kind, metrics: metrics,
          unit: try energyUnit(of: index)))
    }
    try rows.finish()
    return TokenReport(
      spec: spec, blocks: blocks, outcomes: outcomes,
      provenance: Provenance(filesAt: paths, command: command, seed: spec.allSeeds[0])
    ).report
  }
}

/// What serving a language model reports.
struct TokenReport {
  /// One policy, a value per seed.
  struct Outcome {
    let name: String
    let policy: String
    let metrics: [TokenMetrics]
    let unit: EnergyUnit?
  }

  let spec: TokenScenarioSpec
  let blocks: CacheBlocks
  let outcomes: [Outcome]
  let provenance: Provenance

  var report: Report {
    let pictures = TokenCharts(outcomes: outcomes, targets: hasTargets)
    return Report(
      title: spec.name, facts: facts, table: grid, conclusions: conclusions, warnings: warnings,
      document: document.json, headline: pictures.headline, charts: pictures.all)
  }

  private var hasTargets: Bool {
    spec.targets?.asksForAnything ?? false
  }

  private var facts: [(String, String)] {
    let seeds = spec.allSeeds.count
    let first = outcomes[0].metrics[0]
    return [
      ("model", spec.model),
      (
        "requests",
        "\(NumberText.count(spec.requests.count)), \(seeds) seed\(seeds == 1 ? "" : "s"), "
          + "the first \(NumberText.count(spec.requests.warmUp ?? 0)) not measured"
      ),
      ("arrivals", "\(spec.requests.arrivals.kind), lengths \(spec.requests.lengths.kind)"),
      (
        "cache",
        "\(NumberText.count(blocks.count)) blocks of \(blocks.size) tokens, \(blocks.watermark) kept free"
      ),
      (
        "devices",
        first.devices == 1 && spec.devices == nil
          ? "1"
          : "\(first.devices) groups of \(spec.devices?.tensor ?? 1) x \(spec.devices?.stages ?? 1)"
      ),
    ] + (unit.map { $0.isAbsolute ? [] : [("energy unit", $0.explanation)] } ?? [])
  }

  /// The unit of all energies; nil where no costs have one, or where they differ.
  private var unit: EnergyUnit? {
    guard let unit = outcomes[0].unit, outcomes.allSatisfy({ $0.unit == unit }) else { return nil }
    return unit
  }

  private var figures: [TokenFigure] {
    TokenFigure.all(unit, classes: (spec.targets?.classes ?? []).map(\.name))
  }

  private func spread(_ figure: TokenFigure, _ outcome: Outcome) -> Spread? {
    Spread(outcome.metrics.compactMap(figure.value))
  }

  private var grid: Table {
    // What nobody asked for is not shown.
    let shown = figures.map { figure in
      let isTarget = figure.name == "kept" || figure.name == "goodput_per_s"
      let isOfDesign = figure.name.hasSuffix("_utilization")
      let isShown =
        isTarget
        ? hasTargets
        : figure.name == "swaps"
          ? spec.cache.swap != nil
          : !isOfDesign || outcomes.contains { spread(figure, $0) != nil }
      return Table.Column(isShown ? figure.heading : nil, figure.name)
    }
    func row(_ outcome: Outcome, seed: Int?, _ value: (TokenFigure) -> Double?) -> [Table.Cell] {
      [.text(outcome.name), .text(outcome.policy), seed.map { .count($0) } ?? .none]
        + figures.map { $0.cell(value($0), unit) }
    }
    var details: [[Table.Cell]] = []
    for outcome in outcomes {
      for (seed, metrics) in zip(spec.allSeeds, outcome.metrics) {
        details.append(row(outcome, seed: seed) { $0.value(metrics) })
      }
    }
    return Table(
      columns: [.init("run", "run"), .init(nil, "policy"), .init(nil, "seed")] + shown,
      rows: outcomes.map { outcome in
        row(outcome, seed: nil) { spread($0, outcome)?.mean }
      }, total: nil, details: details)
  }

  private var conclusions: [(String, String)] {
    outcomes.map { outcome in
      let metrics = outcome.metrics[0]
      let count = max(metrics.iterationCount, 1)
      func share(_ part: Int) -> String { NumberText.share(Double(part) / Double(count)) }
      return (
        outcome.name,
        "\(outcome.policy); iterations of decodes \(share(metrics.iterations.decodes)), of prompts "
          + "\(share(metrics.iterations.prompts)), of both \(share(metrics.iterations.mixed))"
      )
    }
  }

  private var warnings: [String] {
    var found: [String] = []
    for outcome in outcomes {
      let refused = outcome.metrics.reduce(0) { $0 + $1.refused }
      if refused > 0 {
        found.append(
          "\(outcome.name): \(NumberText.count(refused)) requests are refused, which no cache, policy or "
            + "number of positions here can serve")
      }
      for metrics in outcome.metrics.prefix(1)
      where !metrics.firstToken.isReliable(percentile: 99) {
        found.append(
          "\(outcome.name): \(metrics.measured) requests are few for a 99th percentile")
      }
    }
    return found
  }

  private var document: TokenServingDocument {
    TokenServingDocument(
      scenario: spec.name, model: spec.model, seeds: spec.allSeeds, requests: spec.requests.count,
      warmUp: spec.requests.warmUp ?? 0,
      runs: outcomes.map { outcome in
        TokenServingDocument.Run(
          name: outcome.name, policy: outcome.policy, blocks: blocks.count,
          figures: Dictionary(
            figures.compactMap { figure in
              spread(figure, outcome).map { (figure.name, $0.document) }
            }, uniquingKeysWith: { first, _ in first }))
      }, provenance: provenance)
  }
}
