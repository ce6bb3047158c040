internal import Serving
internal import Units

extension ServingExperiment {
  /// Squared coefficient of variation of the gaps between the first arrivals with the first seed, a
  /// million at most; nil for a closed loop and for fewer than two gaps.
  func variation(of arrivals: any ArrivalProcess) -> Double? {
    guard arrivals.population == nil else { return nil }
    var arrivals = arrivals
    arrivals.start(seed: UInt64(spec.allSeeds[0]), name: "arrivals")
    guard var last = arrivals.next(after: SimulationTime(0)), last < .limit else { return nil }
    // Welford's sums.
    var (count, mean, squares) = (0.0, 0.0, 0.0)
    for _ in 1..<min(spec.options.queries, 1_000_000) + 1 {
      guard let time = arrivals.next(after: last), time < .limit else { break }
      let gap = (time - last).seconds
      last = time
      count += 1
      let distance = gap - mean
      mean += distance / count
      squares += distance * (gap - mean)
    }
    return count > 1 && mean > 0 ? squares / count / (mean * mean) : nil
  }
}
