internal import Architectures
internal import Components
internal import CostModel
internal import Documents
internal import Networks
internal import Reports
internal import Serving
internal import Units

/// What a serving experiment reports.
struct ServingReport {
  let spec: ServingSpec
  let table: ProfileTable
  let paths: [String]
  let outcomes: [ServingOutcome]
  /// Squared coefficient of variation of the gaps between arrivals; nil for a closed loop.
  let variation: Double?
  /// Whether the arrivals say what queries ask for.
  let arrivalsAsk: Bool
  /// How many classes queries are of.
  let classes: Int
  /// Queries per second in the long run; nil where it depends on the service.
  let rate: Double?
  /// What a reader should know of the table's energies.
  let tableWarnings: [String]
  let fleet: DeviceFleet
  /// What shares their memories.
  let models: [ServedModel]
  /// What filled the table; nil when it was imported.
  let builder: ProfileBuilder?
  let command: String
  /// What no policy can exceed; nil unless it is asked for.
  let oracle: OracleFigures?

  /// The report.
  var report: Report {
    let pictures = ServingCharts(outcomes: outcomes, energyUnit: table.energyUnit)
    return Report(
      title: spec.name, facts: facts, table: grid,
      conclusions: outcomes.map { ($0.name, $0.settings.isEmpty ? "no options" : $0.settings) }
        + tuning + supply + targets() + memories() + spreads() + comparison() + bounds()
        + (oracle.map { oracle in outcomes.map(oracle.text) } ?? []),
      warnings: warnings, document: document.json, headline: pictures.headline,
      charts: pictures.all, trends: ServingTrends(outcomes: outcomes).all)
  }

  var warnings: [String] {
    tableWarnings
      + ServingLint(
        spec: spec, table: table, outcomes: outcomes, variation: variation,
        arrivalsAsk: arrivalsAsk, classes: classes
      ).warnings
  }

  private var facts: [(String, String)] {
    let seeds = spec.allSeeds.count
    return [
      (
        "arrivals",
        spec.arrivals.kind + (variation.map { ", CV^2 \(ServingLint.text($0))" } ?? "")
      ),
      (
        "queries",
        "\(NumberText.count(spec.options.queries)), \(seeds) seed\(seeds == 1 ? "" : "s"), "
          + "the first \(NumberText.count(spec.options.warmUp)) not measured"
      ),
      (
        "table",
        "\(table.subnets.count) sub-networks x \(table.subgraphs.count) sub-graphs x "
          + "\(table.batches.count) batch sizes"
      ),
    ] + deviceFact + hostFact + [
      ("accuracy", "of queries that meet their deadline; `of all`: of all that are served"),
      ("energy, DRAM", "of all work, finished or not, over the queries that are served"),
    ] + powerFact + (oracle.map { [$0.fact] } ?? [])
      + (table.energyUnit.isAbsolute ? [] : [("energy unit", table.energyUnit.explanation)])
  }

  /// How many devices there are of each kind, where kinds are listed.
  private var deviceFact: [(String, String)] {
    guard fleet.isListed else { return [] }
    return [("devices", fleet.kinds.map { "\($0.count) \($0.name)" }.joined(separator: ", "))]
  }

  /// What runs elsewhere, and what buffers are filled with first where it is not the usual.
  private var hostFact: [(String, String)] {
    (builder?.hostText.map { [("runs elsewhere", $0)] } ?? [])
      + (builder?.question.fill == .bytes
        ? [("sub-graphs", "filled with what saves most bytes first")] : [])
  }

  /// A row per run for people; for programs also a row per run and seed, and each figure's spread.
  private var grid: Table {
    let figures =
      ServingFigure.visible(table.energyUnit).map { Table.Column($0.heading, $0.figure.name) }
      + ServingFigure.further.map { Table.Column(nil, $0.name) }
    let all = ServingFigure.all(table.energyUnit)
    let spreads = all.flatMap { figure in
      ["low", "high", "ci95"].map { Table.Column(nil, "\(figure.name)_\($0)") }
    }
    let head: [Table.Column] =
      [
        .init("run", "run"), .init(nil, "policy"), .init(nil, "caching_policy"), .init(nil, "seed"),
      ] + (hasClasses ? [.init("class", "class")] : [])
      + (fleet.isListed ? [.init("devices", "devices")] : [])
    /// A run's row, or that of a part of it.
    func row(
      _ outcome: ServingOutcome, of whole: ServingOutcome, _ part: ServingFigure.Part
    ) -> [Table.Cell] {
      self.row(whole, seed: nil, part, outcome.name) { $0.value(of: outcome) }
        + all.flatMap {
          $0.spreadCells($0.parts.contains(part) ? outcome.spread($0.value) : nil)
        }
    }
    // Bounds are of whole runs.
    let unbounded: [Table.Cell] = oracle == nil ? [] : OracleFigures.columns.map { _ in .none }
    let columns: [Table.Column] =
      head + figures + spreads + (oracle == nil ? [] : OracleFigures.columns)
    var rows: [[Table.Cell]] = []
    var details: [[Table.Cell]] = []
    let none: [Table.Cell] = spreads.map { _ in .none } + unbounded
    for outcome in outcomes {
      rows.append(row(outcome, of: outcome, .whole) + (oracle?.cells(outcome) ?? []))
      rows += outcome.shownClasses.map { row($0, of: outcome, .classes) + unbounded }
      rows += outcome.kinds.map { row($0, of: outcome, .devices) + unbounded }
      details += outcome.seeds.map { seed in
        self.row(outcome, seed: seed.seed) { $0.value(seed) } + none
      }
    }
    return Table(columns: columns, rows: rows, total: nil, details: details)
  }

  private var hasClasses: Bool { outcomes.contains { !$0.shownClasses.isEmpty } }

  /// `name` is that of the class, empty for queries of none, or of the kind of devices whose row it is.
  private func row(
    _ outcome: ServingOutcome, seed: Int?, _ part: ServingFigure.Part = .whole,
    _ name: String = "", _ value: (ServingFigure) -> Double?
  ) -> [Table.Cell] {
    let group = Table.Cell.text(name.isEmpty ? ServingOutcome.unclassed : name)
    return [
      .text(outcome.name), .text(outcome.policy), .text(outcome.caching),
      seed.map { .count($0) } ?? .none,
    ] + (hasClasses ? [part == .classes ? group : .none] : [])
      + (fleet.isListed ? [part == .devices ? .text(name) : .none] : [])
      + ServingFigure.all(table.energyUnit).map { figure in
        figure.parts.contains(part) ? figure.cell(value(figure)) : .none
      }
  }

  /// What came into memories and left them, where devices have a limit.
  private func memories() -> [(String, String)] {
    guard hasMemory else { return [] }
    return outcomes.map { outcome in
      let bytes = Double(outcome.sum(\.modelBytes))
      return (
        "\(outcome.name), memory",
        "\(NumberText.count(outcome.sum(\.modelLoads))) models loaded, "
          + "\(NumberText.quantity(bytes, unit: "B")), "
          + "\(NumberText.count(outcome.sum(\.modelEvictions))) evicted for them"
      )
    }
  }

  /// Whether the memory of any device has a limit.
  var hasMemory: Bool { fleet.kinds.contains { $0.memory != nil } }

  /// The target of a class; nil where it has none.
  func target(of name: String) -> Double? {
    spec.demands.classes?.first { $0.name == name }?.attainment
  }

  /// Whether each class of each run meets its target.
  private func targets() -> [(String, String)] {
    outcomes.flatMap { outcome in
      outcome.shownClasses.compactMap { group -> (String, String)? in
        guard let target = target(of: group.name) else { return nil }
        let aim = "its target, \(NumberText.share(target)) of deadlines"
        guard let share = group.mean(\.attainment) else {
          return ("\(outcome.name), \(group.name)", "no query shows whether it meets \(aim)")
        }
        return (
          "\(outcome.name), \(group.name)",
          "\(share >= target ? "meets" : "misses") \(aim): \(NumberText.share(share))"
        )
      }
    }
  }

  /// Half the width of the 95 % interval of the figures that are compared most.
  private func spreads() -> [(String, String)] {
    let figures: [(word: String, figure: ServingFigure)] = [
      ("latency", ServingFigure.latency), ("p99", ServingFigure.p99),
      ("SLO", ServingFigure.attainment), ("accuracy", ServingFigure.accuracy),
      ("energy", ServingFigure.energy(table.energyUnit)),
    ]
    return outcomes.compactMap { outcome -> (String, String)? in
      let parts = figures.compactMap { entry -> String? in
        guard let spread = outcome.spread(entry.figure.value), let width = spread.interval else {
          return nil
        }
        if entry.figure.form == .share { return "\(entry.word) \(Self.points(width))" }
        return spread.mean == 0 ? nil : "\(entry.word) \(Self.percent(width / spread.mean))"
      }
      return parts.isEmpty
        ? nil : ("\(outcome.name), +- in 95 %", parts.joined(separator: ", "))
    }
  }

  /// The windows that were chosen.
  private var tuning: [(String, String)] {
    zip(spec.runs, outcomes).compactMap { run, outcome in
      run.tune.map { ("\(outcome.name), window", $0.text(outcome.tuned)) }
    }
  }

  private static func percent(_ value: Double) -> String {
    "\(((value * 10_000).rounded() / 100).plain) %"
  }

  private static func points(_ value: Double) -> String {
    "\(((value * 10_000).rounded() / 100).plain) points"
  }

  /// Every run against the first one, on the same arrivals.
  private func comparison() -> [(String, String)] {
    guard let first = outcomes.first else { return [] }
    let figures: [(word: String, figure: ServingFigure)] = [
      ("latency", ServingFigure.latency), ("energy", ServingFigure.energy(table.energyUnit)),
      ("DRAM bytes", ServingFigure.dram),
    ]
    return outcomes.dropFirst().compactMap { outcome -> (String, String)? in
      let parts = figures.compactMap { entry -> String? in
        guard let change = outcome.difference(from: first, entry.figure.value),
          let base = first.mean(entry.figure.value), base != 0
        else { return nil }
        let width = change.interval.map { " +- \(Self.percent($0 / base))" } ?? ""
        return "\(entry.word) \(NumberText.share(change.mean / base))\(width)"
      }
      return parts.isEmpty
        ? nil : ("\(outcome.name) / \(first.name)", parts.joined(separator: ", "))
    }
  }

  /// The bound of each run beside the largest latency that was simulated.
  private func bounds() -> [(String, String)] {
    outcomes.compactMap { outcome in
      guard let bound = outcome.spread(\.bound)?.high else { return nil }
      let largest = outcome.spread(\.latencyMax)?.high
      return (
        "\(outcome.name), bound",
        "network calculus \(NumberText.quantity(bound, unit: "s")), largest simulated "
          + (largest.map { NumberText.quantity($0, unit: "s") } ?? "none")
      )
    }
  }
}
