internal import Components
internal import Documents
internal import Inputs
public import Reports
internal import Serving
internal import Units

/// Takes every setting that a search tries.
final class TriedSettings {
  private let lines: RecordLines?
  /// Why nothing more can be written.
  private(set) var failure: InputError?
  /// How many there are.
  var count = 0
  /// Whether they are written down.
  var isWriting: Bool { lines != nil }

  init(_ path: String?) throws(InputError) {
    lines = try path.map { path throws(InputError) in
      try RecordLines(path, "setting,cost_s,worst_s,score")
    }
  }

  /// Notes a setting; its words are made only where they are written.
  func note(_ cost: Double, worst: Double?, score: Double?, _ words: () -> String) {
    count += 1
    guard let lines, failure == nil else { return }
    let line =
      "\(CSVText.cell(words())),\(cost),\(worst.map { "\($0)" } ?? ""),"
      + (score.map { "\($0)" } ?? "")
    do throws(InputError) { try lines.add(line) } catch { failure = error }
  }

  func finish() throws(InputError) {
    if let failure { throw failure }
    try lines?.finish()
  }
}

extension GraphExperiment {
  /// Refuses what cannot be searched.
  func checkTune() throws(InputError) {
    guard let tune = spec.tune else { return }
    _ = try search(tune, TriedSettings(nil), isCheck: true)
  }

  /// Searches what the scenario's `tune` says, at the costs of its first run.
  ///
  /// - Parameters:
  ///   - command: The command that asks.
  ///   - settings: A CSV file for a row per setting that is tried; nil where none is wanted.
  /// - Returns: The report.
  /// - Throws: `InputError` where there is nothing to search, or nothing keeps the budget.
  public func tuned(command: String, settings: String? = nil) throws -> Report {
    guard let tune = spec.tune else {
      throw file.error(
        SpecError("", "missing key `tune`, expected what is to be searched: {kind: thresholds}"))
    }
    let tried = try TriedSettings(settings)
    let found = try search(tune, tried, isCheck: false)
    try tried.finish()
    let provenance = Provenance(
      filesAt: paths + (tune.scores.map { [ServingExperiment.path($0, in: folder)] } ?? []),
      command: command, seed: spec.allSeeds[0])
    let document = TuningDocument(
      scenario: spec.name, kind: tune.kind.rawValue, run: spec.runs[0].name, tried: tried.count,
      settings: found, provenance: provenance)
    let isEnsemble = tune.kind == .ensemble
    return Report(
      title: "\(spec.name), \(tune.kind.rawValue)",
      facts: [
        ("costs", "of run `\(spec.runs[0].name)`, on idle devices"),
        ("settings", "\(NumberText.count(tried.count)) tried"),
        ("budget", tune.budget?.text ?? "none"),
      ],
      table: Table(
        columns: [
          .init("setting", "setting"), .init("role", "role"),
          .init(isEnsemble ? "bound" : "work", "cost_s"), .init("worst case", "worst_s"),
          .init(isEnsemble ? "AUC" : "accuracy", "score"),
        ],
        rows: found.map { setting in
          [
            .text(setting.setting), .text(setting.role), .quantity(setting.costS, unit: "s"),
            setting.worstS.map { .quantity($0, unit: "s") } ?? .none,
            setting.score.map { isEnsemble ? .ratio($0) : .share($0) } ?? .none,
          ]
        }, total: nil),
      conclusions: [], warnings: tableWarnings, document: document.json,
      charts: GraphCharts.tuning(
        document, cost: isEnsemble ? "bound of latency" : "work of a query",
        score: isEnsemble ? "AUC" : "accuracy"))
  }

  private func search(
    _ tune: TuneSpec, _ tried: TriedSettings, isCheck: Bool
  ) throws(InputError) -> [TuningDocument.Setting] {
    if let steps = tune.steps {
      guard (1...1000).contains(steps) else {
        throw file.error(SpecError("tune.steps", "expected 1 to 1000, found \(steps)"))
      }
    }
    for (key, time) in [
      ("latency", tune.budget?.latency), ("worst", tune.budget?.worst),
    ] {
      if let time, time.count <= 0 {
        throw file.error(SpecError("tune.budget.\(key)", "expected more than 0 s, found \(time)"))
      }
    }
    for (key, isGiven, kind) in [
      ("steps", tune.steps != nil, [TuneSpec.Kind.thresholds, .cutoffs]),
      ("search", tune.search != nil, [.cutoffs]), ("method", tune.method != nil, [.ensemble]),
      ("queues", tune.queues != nil, [.ensemble]),
      ("scores", tune.scores != nil, [.ensemble]), ("labels", tune.labels != nil, [.ensemble]),
      ("budget.worst", tune.budget?.worst != nil, [.order]),
      ("budget.byte_seconds", tune.budget?.byteSeconds != nil, [.cutoffs]),
      ("budget.stage_byte_seconds", tune.budget?.stageByteSeconds != nil, [.cutoffs]),
      (
        "budget.latency", tune.budget?.latency != nil, [.thresholds, .cutoffs, .ensemble]
      ),
    ] where isGiven && !kind.contains(tune.kind) {
      let words = kind.map(\.rawValue).joined(separator: " or ")
      throw file.error(SpecError("tune.\(key)", "goes with `kind: \(words)`, leave it out"))
    }
    for (key, bytes) in [
      ("byte_seconds", tune.budget?.byteSeconds),
      ("stage_byte_seconds", tune.budget?.stageByteSeconds),
    ] {
      if let bytes, !(bytes > 0 && bytes.isFinite) {
        throw file.error(
          SpecError("tune.budget.\(key)", "expected more than 0, found \(bytes.plain)"))
      }
    }
    if tune.budget?.stageByteSeconds != nil, tune.search != .stages {
      throw file.error(
        SpecError("tune.budget.stage_byte_seconds", "goes with `search: stages`, leave it out"))
    }
    switch tune.kind {
    case .thresholds: return try thresholds(tune, tried, isCheck: isCheck)
    case .cutoffs: return try cutoffs(tune, tried, isCheck: isCheck)
    case .order: return try order(tune, tried, isCheck: isCheck)
    case .ensemble: return try ensemble(tune, tried, isCheck: isCheck)
    }
  }

  /// The nodes of a chain in order, each passed on to the next where it does not know.
  func chain() throws(InputError) -> [Int] {
    var found = graph.starts
    while let last = found.last, let edge = graph.edges.first(where: { $0.from == last }) {
      found.append(edge.to)
    }
    let isChain =
      graph.starts.count == 1 && found.count == graph.nodes.count
      && graph.edges.count == found.count - 1
      && graph.edges.allSatisfy { $0.condition == .unknown }
    guard isChain, found.count > 1 else {
      throw file.error(
        SpecError(
          "tune.kind",
          "expected a graph that is a chain of two nodes or more, whose edges are all `when: unknown`"
        ))
    }
    return found
  }

  func prices() throws(InputError) -> [NodePrice] { try prices(of: 0, fleet(of: 0)) }

  /// An error where no setting keeps the budget.
  func overBudget(_ key: String, least: Double) -> InputError {
    file.error(
      SpecError(
        "tune.budget.\(key)",
        "no setting keeps it: the least is \(SimulationTime(seconds: least))"))
  }
}

extension TuneSpec.Budget {
  /// For people.
  var text: String {
    [
      latency.map { "latency \($0)" }, worst.map { "worst case \($0)" },
      byteSeconds.map { "\($0.plain) B s" },
      stageByteSeconds.map { "\($0.plain) B s in each stage" },
    ].compactMap { $0 }.joined(separator: ", ")
  }
}
