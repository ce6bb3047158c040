internal import Components
internal import Documents
package import Inputs
internal import Reports
package import Serving

/// What no policy can exceed on the arrivals of a scenario, seed by seed, beside what each run reached.
package struct OracleFigures: Hashable, Sendable {
  /// In the order of the scenario's seeds.
  package let bounds: [OracleBound]
  /// The seeds.
  let seeds: [Int]

  /// Share of deadlines that can be met at most, the mean over the seeds.
  package var attainment: Double? { Self.mean(bounds.map(\.attainment)) }
  /// Accuracies of the queries in time over all queries, at most, the mean over the seeds.
  package var score: Double? { Self.mean(bounds.map(\.score)) }

  /// Mean latency in seconds of policies that give up nothing, at least, the mean over the seeds.
  package var latency: Double? { Self.mean(bounds.map(\.latencySeconds)) }

  /// What a run reached of `score`.
  package static func score(of outcome: ServingOutcome) -> Double? {
    mean(
      outcome.seeds.map { seed in
        seed.queries == 0
          ? nil : (seed.accuracy ?? 0) * Double(seed.onTime) / Double(seed.queries)
      })
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  private var isExact: Bool { bounds.allSatisfy { $0.method == .exact } }

  /// How the bound was found.
  var fact: (String, String) {
    (
      "oracle bound",
      isExact
        ? "the optimum of a schedule that knows every query, by exhaustive search"
        : "what no schedule that knows every query exceeds, by a linear relaxation: no policy needs to be "
          + "able to reach it"
    )
  }

  /// What a run reached of the bounds.
  func text(_ outcome: ServingOutcome) -> (String, String) {
    func share(_ value: Double?) -> String { value.map(NumberText.share) ?? "-" }
    return (
      "\(outcome.name), oracle bound",
      "SLO \(share(outcome.mean(\.attainment))) of at most \(share(attainment)), accuracy of queries in time "
        + "over all queries \(share(Self.score(of: outcome))) of at most \(share(score))"
        + latencyText(outcome)
    )
  }

  /// Of a run that serves every query; others may be faster than the bound.
  private func latencyText(_ outcome: ServingOutcome) -> String {
    guard outcome.sum(\.dropped) == 0, let latency, let own = outcome.mean(\.latencyMean) else {
      return ""
    }
    func seconds(_ value: Double) -> String { NumberText.quantity(value, unit: "s") }
    return ", mean latency \(seconds(own)) of at least \(seconds(latency))"
  }

  /// Columns after all others.
  static let columns: [Table.Column] = [
    .init("SLO bound", "slo_attainment_bound"), .init("score", "accuracy_score"),
    .init("score bound", "accuracy_score_bound"), .init(nil, "latency_mean_bound_s"),
  ]

  /// The cells of a run.
  func cells(_ outcome: ServingOutcome) -> [Table.Cell] {
    [attainment, Self.score(of: outcome), score].map { $0.map { .share($0) } ?? .none }
      + [latency.map { .quantity($0, unit: "s") } ?? .none]
  }

  /// For programs.
  var document: OracleBoundDocument {
    OracleBoundDocument(
      sloAttainment: attainment, accuracyScore: score, latencyMeanS: latency,
      seeds: zip(seeds, bounds).map { seed, bound in
        .init(
          seed: seed, method: bound.method.rawValue, queries: bound.queries,
          onTime: bound.onTime, sloAttainment: bound.attainment, accuracyScore: bound.score,
          latencyMeanS: bound.latencySeconds)
      })
  }
}

extension ServingExperiment {
  /// What no policy can exceed, for every seed.
  ///
  /// - Throws: `InputError` where arrivals or what counts depend on the policy.
  package func oracle(_ arrivals: any ArrivalProcess) throws(InputError) -> OracleFigures {
    var bounds: [OracleBound] = []
    for seed in spec.allSeeds {
      // Of all runs the same: nothing of a policy enters it.
      let simulation = try simulation(0, arrivals: arrivals, seed: seed, plans: false)
      do throws(SpecError) {
        bounds.append(try simulation.oracleBound())
      } catch {
        throw file.error(error)
      }
    }
    return OracleFigures(bounds: bounds, seeds: spec.allSeeds)
  }
}
