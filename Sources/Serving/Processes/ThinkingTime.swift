/// How long policies that are processes took for their answers, on a real clock.
///
/// It differs from run to run and is no part of what is reproducible.
public struct ThinkingTime: Sendable {
  /// From the question to the answer, passing it on included.
  public private(set) var answers = LatencyDistribution()

  /// Nothing measured.
  public init() {}

  /// `1000 answers, half of them within 52 us, 99 % within 110 us, the slowest 1.2 ms`.
  public var summary: String {
    let times = answers.percentiles([50, 99])
    guard times.count == 2 else { return "no answers" }
    func text(_ time: SimulationTime) -> String {
      let microseconds = time.seconds * 1e6
      return microseconds < 1000
        ? "\(Int(microseconds.rounded())) us" : "\((microseconds / 100).rounded() / 10) ms"
    }
    return "\(answers.count) answers, half of them within \(text(times[0])), 99 % within "
      + "\(text(times[1])), the slowest \(text(answers.largest))"
  }

  mutating func record(seconds: Double) {
    answers.record(SimulationTime(seconds: max(seconds, 0)))
  }

  /// Both together; percentiles to the width of the distribution's buckets.
  public func adding(_ other: ThinkingTime) -> ThinkingTime {
    var sum = self
    sum.answers.add(other.answers)
    return sum
  }
}
