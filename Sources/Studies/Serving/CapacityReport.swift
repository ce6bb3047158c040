internal import Architectures
internal import Components
internal import Documents
internal import Networks
internal import Reports
internal import Serving

/// What a capacity search reports.
struct CapacityReport {
  /// What was found for one run.
  struct Entry {
    let name: String
    let style: SeriesStyle
    let found: CapacitySearch.Result
    /// At the highest rate that meets the deadlines; nil where none does.
    let outcome: ServingOutcome?
  }

  let spec: ServingSpec
  let paths: [String]
  /// The share of deadlines that must be met.
  let attainment: Double
  let entries: [Entry]
  /// What runs elsewhere; nil where nothing does.
  let host: String?
  let command: String

  var report: Report {
    let pictures = CapacityCharts(
      attainment: attainment,
      runs: entries.map { entry in
        CapacityCharts.Run(
          name: entry.name, style: entry.style, rate: entry.found.highest,
          accuracy: entry.outcome?.mean(\.accuracy) ?? 0, failing: entry.found.lowestFailing)
      })
    let seeds = spec.allSeeds.map { "\($0)" }
    return Report(
      title: "\(spec.name), capacity at \(NumberText.share(attainment)) of deadlines met",
      facts: [
        ("arrivals", spec.arrivals.kind),
        (seeds.count == 1 ? "seed" : "mean over seeds", seeds.joined(separator: ", ")),
        ("width", "2.5 %"),
      ] + (host.map { [("runs elsewhere", $0)] } ?? []),
      table: Table(
        columns: [
          .init("run", "run"), .init("rate", "rate_hz"), .init("SLO", "slo_attainment"),
          .init(nil, "slo_attainment_low"), .init(nil, "slo_attainment_high"),
          .init(nil, "slo_attainment_ci95"), .init("accuracy", "mean_accuracy"),
          .init("of all", "mean_accuracy_completed"), .init("trials", "trials"),
        ], rows: entries.map(row), total: nil),
      conclusions: entries.filter { $0.found.highest == nil }.map {
        ($0.name, "no rate meets it")
      }, warnings: [], document: document.json, headline: pictures.headline, charts: pictures.all)
  }

  private func row(_ entry: Entry) -> [Table.Cell] {
    let spread = entry.outcome?.spread(\.attainment)
    let shares = [
      spread?.mean, spread?.low, spread?.high, spread?.interval, entry.outcome?.mean(\.accuracy),
      entry.outcome?.mean(\.servedAccuracy),
    ]
    return [
      .text(entry.name), entry.found.highest.map { .quantity($0, unit: "Hz") } ?? .none,
    ] + shares.map { $0.map { .share($0) } ?? .none } + [.count(entry.found.trials)]
  }

  private var document: CapacityDocument {
    CapacityDocument(
      scenario: spec.name, attainment: attainment, seeds: spec.allSeeds,
      policies: entries.map { entry in
        CapacityDocument.Policy(
          name: entry.name, rateHz: entry.found.highest,
          lowestFailingHz: entry.found.lowestFailing,
          sloAttainment: entry.outcome?.mean(\.attainment),
          spread: CapacityDocument.Spreads(
            sloAttainment: entry.outcome?.spread(\.attainment)?.document),
          meanAccuracy: entry.outcome?.mean(\.accuracy),
          meanAccuracyCompleted: entry.outcome?.mean(\.servedAccuracy), trials: entry.found.trials)
      },
      provenance: Provenance(filesAt: paths, command: command, seed: spec.allSeeds[0]))
  }
}
