/// Gaps with a given squared coefficient of variation, and the stream they are drawn from.
struct GammaGaps: Sendable {
  let shape: Double
  var stream: RandomStream

  init(squaredVariation: Double, stream: RandomStream) {
    shape = squaredVariation == 0 ? .infinity : 1 / squaredVariation
    self.stream = stream
  }

  /// The next gap at a rate: shape `1 / CV^2`, scale `CV^2 / rate`.
  mutating func next(rate: Double) -> SimulationTime {
    if shape == .infinity { return SimulationTime(seconds: 1 / rate) }
    if shape == 1 { return SimulationTime(seconds: stream.exponential() / rate) }
    return SimulationTime(seconds: stream.gamma(shape: shape) / (shape * rate))
  }
}
