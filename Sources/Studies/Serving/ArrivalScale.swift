internal import Components
internal import Inputs
internal import Serving
internal import Units

/// The arrivals of a scenario at other mean rates, everything else about them kept.
struct ArrivalScale {
  /// Keys whose rates together make the mean rate, by the kinds of arrivals that can be scaled.
  private static let keys: [String: [String]] = [
    PoissonArrivals.kind: ["rate"], DeterministicArrivals.kind: ["rate"],
    GammaArrivals.kind: ["rate"], OnOffArrivals.kind: ["rate"],
    BurstyArrivals.kind: ["base_rate", "variant_rate"], TraceReplay.kind: ["rate"],
    FunctionCountsReplay.kind: ["rate"],
  ]

  private let choice: Choice
  /// Each key with its rate in the scenario.
  private let rates: [(key: String, perSecond: Double)]
  /// Queries per second in the long run, as the scenario has them.
  let mean: Double

  /// Takes the arrivals of a scenario with their files read.
  ///
  /// - Throws: `SpecError` when they have no rate that can be changed.
  init(_ choice: Choice, _ arrivals: any ArrivalProcess) throws(SpecError) {
    guard let keys = Self.keys[choice.kind] else {
      throw SpecError(
        "arrivals.kind",
        "a capacity search changes the rate of the arrivals and \(choice.kind) has none to change, "
          + "expected one of \(Self.keys.keys.sorted().joined(separator: ", "))")
    }
    guard let mean = arrivals.meanRate else {
      throw SpecError("arrivals", "a capacity search needs arrivals of more than one instant")
    }
    self.choice = choice
    self.mean = mean
    // A trace without a rate has its own.
    rates = keys.map { key in
      (key, choice.text(of: key).flatMap { try? ArrivalRate(parsing: $0) }?.perSecond ?? mean)
    }
  }

  /// The arrivals at a mean rate.
  func choice(at rate: Double) -> Choice {
    rates.reduce(choice) { choice, entry in
      // The only rate is the mean itself, without a rounding.
      let value = entry.perSecond == mean ? rate : entry.perSecond * (rate / mean)
      return choice.setting(entry.key, to: "\(value) Hz")
    }
  }
}
